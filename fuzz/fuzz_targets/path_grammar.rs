//! Any path at all is read without a panic, and what is read makes sense. A line feed parts the paths of one folder.

#![no_main]

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use truyvet::layout::Layouts;

static LAYOUTS: LazyLock<Layouts> = LazyLock::new(|| Layouts::builtin().expect("the built-in table"));
/// One zone without daylight saving, one with.
static ZONES: LazyLock<[TimeZone; 2]> =
    LazyLock::new(|| ["Asia/Ho_Chi_Minh", "Europe/Berlin"].map(|name| TimeZone::get(name).expect("a bundled zone")));

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for zone in ZONES.iter() {
        for path in text.lines() {
            let reading = LAYOUTS.read(path, zone, None);
            assert!(reading.uncertainty_s >= 0.0);
            assert!(reading.start.is_none() || reading.layout.is_some());
            if let (Some(start), Some(end)) = (reading.start, reading.end) {
                assert!(start <= end);
            }
            let _ = (reading.claim(), LAYOUTS.is_ignored(path));
        }
        let pick = LAYOUTS.pick(text.lines(), zone);
        assert!(pick.explained <= pick.total && (0.0..=1.0).contains(&pick.sure));
        for path in text.lines() {
            let _ = LAYOUTS.read_as_chosen(path, zone, pick.layout.as_deref());
        }
    }
});
