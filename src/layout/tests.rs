//! The table held against real paths.
use super::*;
#[test]
fn dump() {
    let layouts = Layouts::builtin().unwrap();
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let text = std::fs::read_to_string("../shared/data/recorder_paths.tsv").unwrap();
    for line in text.lines().skip(1) {
        let cols: Vec<&str> = line.split('\t').collect();
        let r = layouts.read(cols[1], &zone, None);
        let show = |t: Option<crate::model::CameraTime>| {
            t.map(|t| t.0.to_zoned(zone.clone()).strftime("%FT%T%.f%z").to_string())
        };
        println!(
            "{}\n   WANT {} | {} | {}\n   GOT  {:?} {:?} {:?} {:?} {:?} ch{:?} ±{} win={:?}",
            cols[1],
            cols[2],
            cols[3],
            cols[4],
            r.layout,
            show(r.start),
            show(r.end),
            r.basis,
            r.source,
            r.channel,
            r.uncertainty_s,
            r.within.map(|w| w.start)
        );
        for d in &r.doubts {
            println!("     ? {}", d.say().en);
        }
        if let Some(why) = layouts.is_ignored(cols[1]) {
            println!("   IGNORED {}", why.en);
        }
    }
}
