//! The town's cameras: where they hang and look, what recorder they have, and what is wrong with some of them.

use serde::{Deserialize, Serialize};

use super::map::{CHAU_PHO_CORNER, CHAU_PHO_TOP, JUNCTION, LANE_CORNER, MARKET, MARKET_CORNER, SCHOOL_CORNER, Xy};

/// Video codecs that the town's cameras use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    H264,
    Hevc,
    Mpeg4,
    Mjpeg,
}

/// What a recording is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// The index after the media, as a recorder that writes live leaves it.
    Mp4MoovLast,
    /// The index before the media.
    Mp4Faststart,
    /// A fragment per keyframe, no index of the whole.
    Mp4Fragmented,
    Mkv,
    Ts,
    Avi,
    Flv,
    /// An Annex B stream without any container.
    Raw,
    /// MPEG-PS, as Hikvision writes it (in files called .mp4).
    Ps,
    /// Dahua's own.
    Dav,
    /// One JPEG a picture.
    Stills,
}

/// How the recorder names its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    DahuaSd,
    DahuaNvr,
    DahuaExport,
    /// No time in the name.
    HikvisionSd,
    HikvisionFtp,
    Xiaomi,
    Yi,
    ReolinkFtp,
    Tapo,
    Foscam,
    /// Folders in UTC.
    Frigate,
    MotionEye,
    XmEye,
    /// `YYYYMMDD_HHMMSS`.
    Generic,
}

/// What is wrong with a camera's files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wrong {
    Nothing,
    /// Nothing was recorded in this share of the time.
    Gap(f64, f64),
    /// The power went while the segment at this share of the time was written: its mp4 has no index.
    NoMoov(f64),
    /// The last segment was cut off in the middle.
    TruncatedTail,
    /// The segment at this share of the time is an empty file.
    Empty(f64),
}

/// One camera as the town's plan knows it.
pub struct Camera {
    pub id: &'static str,
    /// As the site file calls it.
    pub name: &'static str,
    /// As it calls itself in its pictures.
    pub burned_in: &'static str,
    pub group: &'static str,
    pub at: Xy,
    pub azimuth_deg: f64,
    /// Whether the site file tells where it looks.
    pub view_is_stated: bool,
    pub fov_deg: f64,
    pub range_m: f64,
    pub layout: Layout,
    pub codec: Codec,
    pub container: Container,
    pub b_frames: u32,
    /// Whether it records only every second frame of the plan's rate.
    pub half_rate: bool,
    /// Its clock less true time, seconds: positive where the camera is fast.
    pub clock_offset_s: f64,
    pub wrong: Wrong,
    /// Whether its files were copied in later, so that their modification times say nothing.
    pub copied_in: bool,
    /// Folder under `footage/`.
    pub folder: &'static str,
    /// The recorder's channel, where two cameras share a folder.
    pub channel: Option<u32>,
}

/// The residential groups, with ids as in the site file.
pub static GROUPS: [(&str, &str); 5] = [
    ("tdp-1", "Tổ dân phố 1"),
    ("tdp-2", "Tổ dân phố 2"),
    ("tdp-3", "Tổ dân phố 3"),
    ("tdp-cho", "Tổ dân phố Chợ"),
    ("tdp-chau-pho", "Tổ dân phố Châu Phố"),
];

/// A place beside a road: so far from one corner towards the next, so far to the right of the way.
fn beside(from: Xy, to: Xy, along_m: f64, right_m: f64) -> Xy {
    let way = to.minus(from).unit();
    from.plus(way, along_m).plus(way.right(), right_m)
}

fn azimuth(from: Xy, to: Xy, turn_deg: f64) -> f64 {
    (to.minus(from).azimuth_deg() + turn_deg).rem_euclid(360.0).round()
}

/// Every camera, in the order in which `--cameras N` takes them.
pub fn cameras() -> Vec<Camera> {
    let usual = |id, name, burned_in, group| Camera {
        id,
        name,
        burned_in,
        group,
        at: JUNCTION,
        azimuth_deg: 0.0,
        view_is_stated: true,
        fov_deg: 90.0,
        range_m: 60.0,
        layout: Layout::Generic,
        codec: Codec::H264,
        container: Container::Mp4MoovLast,
        b_frames: 0,
        half_rate: false,
        clock_offset_s: 0.0,
        wrong: Wrong::Nothing,
        copied_in: false,
        folder: id,
        channel: None,
    };
    let school_bend = Xy::new(360.0, 20.0);
    let lane_bend = Xy::new(120.0, 270.0);
    let chau_pho_bend = Xy::new(-330.0, 260.0);
    let chau_pho_low = Xy::new(-410.0, 100.0);
    vec![
        Camera {
            at: Xy::new(5.0, 4.0),
            azimuth_deg: 250.0,
            fov_deg: 100.0,
            layout: Layout::DahuaSd,
            container: Container::Dav,
            clock_offset_s: 1.0,
            ..usual("ht-01", "Ngã ba Việt Lào", "NGA BA VIET LAO", "tdp-2")
        },
        Camera {
            at: beside(JUNCTION, MARKET_CORNER, 75.0, -5.6),
            azimuth_deg: azimuth(JUNCTION, MARKET_CORNER, 12.0),
            layout: Layout::Tapo,
            b_frames: 2,
            wrong: Wrong::NoMoov(0.35),
            ..usual("ht-02", "Tạp hoá cô Lan, Đường 1B", "TAP HOA CO LAN", "tdp-2")
        },
        Camera {
            at: beside(MARKET_CORNER, MARKET, 70.0, 4.6),
            azimuth_deg: azimuth(MARKET_CORNER, MARKET, -14.0),
            layout: Layout::Yi,
            clock_offset_s: 420.0,
            ..usual("ht-03", "Nhà ông Thành, Đường Chợ", "ONG THANH", "tdp-cho")
        },
        Camera {
            at: beside(MARKET_CORNER, MARKET, 180.0, -4.8),
            azimuth_deg: azimuth(MARKET_CORNER, MARKET, 20.0),
            fov_deg: 100.0,
            layout: Layout::DahuaNvr,
            container: Container::Dav,
            codec: Codec::Hevc,
            half_rate: true,
            clock_offset_s: -1.0,
            folder: "nvr-cho",
            channel: Some(1),
            ..usual("ht-04", "Cổng chợ", "CONG CHO", "tdp-cho")
        },
        Camera {
            at: beside(MARKET, school_bend, 40.0, 4.4),
            azimuth_deg: azimuth(MARKET, school_bend, -12.0),
            layout: Layout::DahuaNvr,
            container: Container::Dav,
            clock_offset_s: -1.0,
            folder: "nvr-cho",
            channel: Some(2),
            ..usual("ht-05", "Sau chợ, hướng trường", "SAU CHO", "tdp-cho")
        },
        Camera {
            at: beside(school_bend, SCHOOL_CORNER, 60.0, -4.6),
            azimuth_deg: azimuth(school_bend, SCHOOL_CORNER, 14.0),
            layout: Layout::Xiaomi,
            codec: Codec::Hevc,
            half_rate: true,
            container: Container::Mp4Faststart,
            clock_offset_s: 0.3,
            ..usual("ht-06", "Cổng trường tiểu học", "CONG TRUONG", "tdp-3")
        },
        Camera {
            at: beside(SCHOOL_CORNER, lane_bend, 110.0, 4.0),
            azimuth_deg: azimuth(SCHOOL_CORNER, lane_bend, -12.0),
            view_is_stated: false,
            layout: Layout::HikvisionSd,
            container: Container::Ps,
            ..usual("ht-07", "Ngõ 12, nhà bà Hoa", "NGO 12", "tdp-3")
        },
        Camera {
            at: beside(lane_bend, LANE_CORNER, 120.0, -4.0),
            azimuth_deg: azimuth(lane_bend, LANE_CORNER, 14.0),
            layout: Layout::ReolinkFtp,
            container: Container::Mp4Fragmented,
            wrong: Wrong::Gap(0.6, 0.8),
            ..usual("ht-08", "Đầu ngõ 12", "DAU NGO 12", "tdp-1")
        },
        Camera {
            at: beside(LANE_CORNER, CHAU_PHO_TOP, 60.0, 5.8),
            azimuth_deg: azimuth(LANE_CORNER, CHAU_PHO_TOP, -16.0),
            layout: Layout::Foscam,
            container: Container::Mkv,
            b_frames: 2,
            clock_offset_s: -0.5,
            wrong: Wrong::Empty(0.15),
            ..usual("ht-09", "Trạm xăng Đường 1B", "TRAM XANG", "tdp-1")
        },
        Camera {
            at: beside(CHAU_PHO_TOP, chau_pho_bend, 70.0, -4.4),
            azimuth_deg: azimuth(CHAU_PHO_TOP, chau_pho_bend, 14.0),
            layout: Layout::Frigate,
            codec: Codec::Hevc,
            half_rate: true,
            container: Container::Mp4Faststart,
            ..usual("ht-10", "Nhà văn hoá Châu Phố", "NVH CHAU PHO", "tdp-chau-pho")
        },
        Camera {
            at: beside(chau_pho_bend, chau_pho_low, 80.0, 4.4),
            azimuth_deg: azimuth(chau_pho_bend, chau_pho_low, -14.0),
            view_is_stated: false,
            layout: Layout::MotionEye,
            codec: Codec::Mpeg4,
            container: Container::Avi,
            clock_offset_s: 1.5,
            ..usual("ht-11", "Nhà anh Dũng, Châu Phố", "ANH DUNG", "tdp-chau-pho")
        },
        Camera {
            at: beside(chau_pho_low, CHAU_PHO_CORNER, 90.0, -4.4),
            azimuth_deg: azimuth(chau_pho_low, CHAU_PHO_CORNER, 12.0),
            layout: Layout::Generic,
            container: Container::Ts,
            wrong: Wrong::TruncatedTail,
            ..usual("ht-12", "Cuối Châu Phố", "CUOI CHAU PHO", "tdp-chau-pho")
        },
        Camera {
            at: beside(CHAU_PHO_CORNER, Xy::new(-180.0, -30.0), 60.0, 5.4),
            azimuth_deg: azimuth(CHAU_PHO_CORNER, Xy::new(-180.0, -30.0), -12.0),
            layout: Layout::XmEye,
            container: Container::Raw,
            copied_in: true,
            ..usual("ht-13", "Quán phở Đường Việt – Lào", "QUAN PHO", "tdp-2")
        },
        Camera {
            at: beside(Xy::new(-180.0, -30.0), Xy::new(-160.0, -200.0), 60.0, 3.8),
            azimuth_deg: azimuth(Xy::new(-180.0, -30.0), Xy::new(-160.0, -200.0), -12.0),
            layout: Layout::HikvisionFtp,
            codec: Codec::Mjpeg,
            container: Container::Stills,
            ..usual("ht-14", "Ngõ 5, chốt dân phòng", "NGO 5", "tdp-2")
        },
        Camera {
            at: beside(MARKET_CORNER, Xy::new(300.0, -520.0), 90.0, -5.8),
            azimuth_deg: azimuth(MARKET_CORNER, Xy::new(300.0, -520.0), 14.0),
            layout: Layout::DahuaExport,
            codec: Codec::Hevc,
            b_frames: 2,
            half_rate: true,
            ..usual("ht-15", "Đường 1B, hướng nam", "DUONG 1B NAM", "tdp-2")
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::super::map::beside_roads;
    use super::*;

    #[test]
    fn cameras_hang_beside_roads_and_only_channels_share_a_folder() {
        let all = cameras();
        for (index, camera) in all.iter().enumerate() {
            let outside = beside_roads(camera.at);
            assert!((0.0..4.0).contains(&outside), "{} is {outside} m outside", camera.id);
            assert!(GROUPS.iter().any(|(id, _)| *id == camera.group));
            for other in &all[..index] {
                assert_ne!(camera.id, other.id);
                assert!(camera.folder != other.folder || camera.channel != other.channel, "{}", camera.id);
            }
        }
    }
}
