//! The files beside the footage: the site file, the places and the roads.

use std::fmt::Write;

use serde_json::json;

use super::cameras::{Camera, GROUPS};
use super::map::{
    CHAU_PHO_CORNER, CHAU_PHO_TOP, JUNCTION, LANE_CORNER, MARKET, MARKET_CORNER, ROADS, SCHOOL_CORNER, Xy,
};
use super::plan::ZONE;

/// `site.toml`, with footage folders relative to it.
pub fn site_toml(chosen: &[Camera]) -> String {
    let mut toml = format!(
        "# The demonstration town: made up, with a clock that is wrong, files that are damaged and a gap; truth.json tells all.\n\
         [site]\nname = \"Phường Hưng Trí (thị trấn mẫu)\"\ntimezone = \"{ZONE}\"\ndata = \"./data\"\n\n\
         [places]\nfiles = [\"places.tsv\"]\n"
    );
    for (id, name) in GROUPS {
        let _ = write!(toml, "\n[[group]]\nid = \"{id}\"\nname = \"{name}\"\n");
    }
    for camera in chosen {
        let (lat, lon) = camera.at.degrees();
        let _ = write!(
            toml,
            "\n[[camera]]\nid = \"{}\"\nname = \"{}\"\ngroup = \"{}\"\nlat = {lat:.6}\nlon = {lon:.6}\n\
             footage = \"footage/{}\"\nlayout = \"auto\"\n",
            camera.id, camera.name, camera.group, camera.folder
        );
        if let Some(channel) = camera.channel {
            let _ = writeln!(toml, "channel = {channel}");
        }
        if camera.view_is_stated {
            let _ = writeln!(
                toml,
                "azimuth = {}\nfov = {}\nrange_m = {}",
                camera.azimuth_deg, camera.fov_deg, camera.range_m
            );
        }
    }
    toml
}

/// `places.tsv`: name, kind, latitude, longitude, other names.
pub fn places_tsv() -> String {
    let places: [(&str, &str, Xy, &str); 14] = [
        ("Ngã ba Việt Lào", "nga_ba", JUNCTION, "ngã 3 Việt Lào|ngã ba Việt - Lào|nga ba viet lao"),
        ("Ngã ba Đường Chợ", "nga_ba", MARKET_CORNER, "ngã ba vào chợ|lối rẽ vào chợ"),
        ("Chợ Hưng Trí", "cho", MARKET, "chợ|chợ phường|khu chợ"),
        ("Trường tiểu học Hưng Trí", "truong", Xy::new(372.0, 120.0), "trường tiểu học|cổng trường"),
        ("Ngã ba Trường Học", "nga_ba", SCHOOL_CORNER, "đầu trên Đường Trường Học"),
        ("Ngõ 12", "ngo", Xy::new(120.0, 270.0), "hẻm 12|ngõ mười hai"),
        ("Đầu ngõ 12", "nga_ba", LANE_CORNER, "ngã ba ngõ 12"),
        ("Ngõ 5", "ngo", Xy::new(-160.0, -200.0), "hẻm 5|ngõ năm"),
        ("Trạm xăng Đường 1B", "tram_xang", Xy::new(-145.0, 315.0), "cây xăng|cây xăng 1B"),
        ("Ngã ba Châu Phố", "nga_ba", CHAU_PHO_TOP, "lối vào Châu Phố"),
        ("Nhà văn hoá Châu Phố", "nha_van_hoa", Xy::new(-250.0, 335.0), "NVH Châu Phố|hội quán Châu Phố"),
        ("Cầu Châu Phố", "cau", CHAU_PHO_CORNER, "ngã ba cuối Châu Phố"),
        ("Tổ dân phố 2", "to_dan_pho", Xy::new(60.0, -60.0), "TDP 2|tổ 2|khối 2"),
        ("Tổ dân phố Châu Phố", "to_dan_pho", Xy::new(-360.0, 180.0), "TDP Châu Phố|tổ Châu Phố"),
    ];
    let mut tsv = "name\tkind\tlat\tlon\taliases\n".to_owned();
    for (name, kind, at, aliases) in places {
        let (lat, lon) = at.degrees();
        let _ = writeln!(tsv, "{name}\t{kind}\t{lat:.6}\t{lon:.6}\t{aliases}");
    }
    tsv
}

/// The ward's border, as drawn for the town: it holds every road.
const BORDER: [Xy; 8] = [
    Xy::new(-720.0, -260.0),
    Xy::new(-560.0, 330.0),
    Xy::new(-330.0, 600.0),
    Xy::new(180.0, 560.0),
    Xy::new(560.0, 360.0),
    Xy::new(640.0, -180.0),
    Xy::new(380.0, -610.0),
    Xy::new(-300.0, -470.0),
];

/// `roads.geojson`, to be imported: every road as a line (junctions are corners that lines share), and the ward's border.
pub fn roads_geojson() -> String {
    let position = |corner: &Xy| {
        let (lat, lon) = corner.degrees();
        [lon, lat]
    };
    let ring: Vec<_> = BORDER.iter().chain(BORDER.first()).map(position).collect();
    let border = json!({
        "type": "Feature",
        "properties": {"name": "Phường Hưng Trí", "boundary": "administrative", "attribution": "© thị trấn mẫu truyvet"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    });
    let roads = ROADS.iter().map(|road| {
        let line: Vec<_> = road.corners.iter().map(position).collect();
        json!({
            "type": "Feature",
            "properties": {"name": road.name, "highway": road.kind, "width_m": road.half_width_m * 2.0},
            "geometry": {"type": "LineString", "coordinates": line},
        })
    });
    let features: Vec<_> = std::iter::once(border).chain(roads).collect();
    format!("{:#}\n", json!({"type": "FeatureCollection", "features": features}))
}
