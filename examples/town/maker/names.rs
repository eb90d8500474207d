//! How each recorder names its files. The forms are those that real recorders write.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::cameras::{Camera, Layout};

/// Path of a file under the camera's footage folder, from what the camera's clock showed at its start and end.
///
/// `number` counts the camera's files from 0; some recorders name them by it.
pub fn path(camera: &Camera, number: usize, start: Timestamp, end: Timestamp, zone: &TimeZone) -> String {
    let (from, to) = (start.to_zoned(zone.clone()), end.to_zoned(zone.clone()));
    let told = |form: &str| from.strftime(form).to_string();
    let until = |form: &str| to.strftime(form).to_string();
    match camera.layout {
        Layout::DahuaSd => dahua(&from, &to, 1, "R"),
        Layout::DahuaNvr => dahua(&from, &to, camera.channel.unwrap_or(1), "M"),
        Layout::DahuaExport => {
            format!("NVR_ch1_main_{}_{}.mp4", told("%Y%m%d%H%M%S"), until("%Y%m%d%H%M%S"))
        }
        Layout::HikvisionSd => format!("ch01_{:011}000000.mp4", 363 + number),
        Layout::HikvisionFtp => {
            format!("192.168.1.64_01_{}{:03}_TIMING.jpg", told("%Y%m%d%H%M%S"), start.subsec_millisecond())
        }
        Layout::Xiaomi => format!("{}_{}.mp4", told("%Y%m%d%H/%MM%SS"), start.as_second()),
        Layout::Yi => {
            let seconds = end.duration_since(start).as_secs();
            format!("{}{seconds:02}.mp4", told("%YY%mM%dD%HH/%MM%SS"))
        }
        Layout::ReolinkFtp => told("%Y/%m/%d/RLC-520A-dau-ngo-12_00_%Y%m%d%H%M%S.mp4"),
        Layout::Tapo => format!("{}_tp{:05}.mp4", told("%Y%m%d_%H%M%S"), number + 1),
        Layout::Foscam => told("FoscamCamera_00626E55AA10/record/MDalarm_%Y%m%d_%H%M%S.mkv"),
        Layout::Frigate => {
            let utc = start.to_zoned(TimeZone::UTC);
            format!("{}/{}/{}.mp4", utc.strftime("%Y-%m-%d/%H"), camera.id, utc.strftime("%M.%S"))
        }
        Layout::MotionEye => told("%Y-%m-%d/%H-%M-%S.avi"),
        Layout::XmEye => {
            let (date, begin, end) = (told("%Y-%m-%d"), told("%H.%M.%S"), until("%H.%M.%S"));
            format!("idea0/{date}/001/{begin}-{end}[R][@{:x}][2].h264", 0x39733 + number)
        }
        Layout::Generic => told("%Y%m%d_%H%M%S.ts"),
    }
}

fn dahua(from: &Zoned, to: &Zoned, channel: u32, event: &str) -> String {
    format!(
        "{}/{channel:03}/dav/{}-{}[{event}][0@0][0].dav",
        from.strftime("%Y-%m-%d"),
        from.strftime("%H/%H.%M.%S"),
        to.strftime("%H.%M.%S")
    )
}

#[cfg(test)]
mod tests {
    use super::super::cameras::cameras;
    use super::super::plan::ZONE;
    use super::*;

    #[test]
    fn every_recorder_names_its_first_minute_as_recorders_do() {
        let zone = TimeZone::get(ZONE).unwrap();
        let start: Timestamp = "2023-07-15T21:10:00+07:00".parse().unwrap();
        let end: Timestamp = "2023-07-15T21:11:00+07:00".parse().unwrap();
        let names: Vec<String> = cameras().iter().map(|camera| path(camera, 0, start, end, &zone)).collect();
        let expected = [
            "2023-07-15/001/dav/21/21.10.00-21.11.00[R][0@0][0].dav",
            "20230715_211000_tp00001.mp4",
            "2023Y07M15D21H/10M00S60.mp4",
            "2023-07-15/001/dav/21/21.10.00-21.11.00[M][0@0][0].dav",
            "2023-07-15/002/dav/21/21.10.00-21.11.00[M][0@0][0].dav",
            "2023071521/10M00S_1689430200.mp4",
            "ch01_00000000363000000.mp4",
            "2023/07/15/RLC-520A-dau-ngo-12_00_20230715211000.mp4",
            "FoscamCamera_00626E55AA10/record/MDalarm_20230715_211000.mkv",
            "2023-07-15/14/ht-10/10.00.mp4",
            "2023-07-15/21-10-00.avi",
            "20230715_211000.ts",
            "idea0/2023-07-15/001/21.10.00-21.11.00[R][@39733][2].h264",
            "192.168.1.64_01_20230715211000000_TIMING.jpg",
            "NVR_ch1_main_20230715211000_20230715211100.mp4",
        ];
        assert_eq!(names, expected);
    }
}
