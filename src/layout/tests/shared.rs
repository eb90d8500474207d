//! The shared rows: real paths, with the times they mean in words that are half prose.

use regex::Regex;

use super::*;

/// The zone in which a row is meant, where the row says one.
fn meant_zone(note: &str, path: &str) -> TimeZone {
    match () {
        () if note.contains("UTC+8") => zone("Asia/Shanghai"),
        () if note.contains("New York") || path.contains("_DST") => zone("America/New_York"),
        () => HERE.clone(),
    }
}

#[derive(Default, Debug)]
struct Score {
    right: usize,
    doubtful: usize,
    wrong: Vec<String>,
}

#[test]
fn no_shared_row_is_read_wrongly() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/recorder_paths.tsv");
    let Ok(text) = std::fs::read_to_string(file) else {
        println!("skipped: no shared data");
        return;
    };
    let full =
        Regex::new(r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?)(Z|[+-][0-9:]{5})?")
            .unwrap();
    let plus = Regex::new(r"^\+~?([0-9]+) s").unwrap();
    let mut score = Score::default();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (path, from, to, basis) = (cells[1], cells[2], cells[3], cells[4]);
        let zone = meant_zone(&format!("{from} {basis}"), path);
        let reading = LAYOUTS.read(path, &zone, None);
        let parse = |text: &str| {
            let caps = full.captures(text)?;
            let at: jiff::civil::DateTime = caps[1].parse().unwrap();
            match caps.get(2) {
                Some(offset) => instant(&format!("{at}{}", offset.as_str())),
                None => Some(CameraTime(at.to_zoned(zone.clone()).unwrap().timestamp())),
            }
        };
        let want = parse(from);
        let want_end = parse(to).or_else(|| {
            let seconds: i64 = plus.captures(to)?[1].parse().ok()?;
            Some(want?.plus_micros(seconds * 1_000_000))
        });
        let doubted = !reading.doubts.is_empty();
        let same = |got: Option<CameraTime>, want: Option<CameraTime>| match (got, want) {
            (Some(got), Some(want)) => (got.as_micros() - want.as_micros()).abs() < 1_000,
            (got, want) => got == want,
        };
        let day = || reading.within.map(|day| day.start.0.to_zoned(zone.clone()).date().to_string());
        let mut right = same(reading.start, want) && (want_end.is_none() || same(reading.end, want_end));
        match () {
            // The two readings of the digits that the row holds possible; the path tells neither.
            () if path.starts_with("http://rear") => right = doubted && reading.start_if_utc == want,
            // A sidecar's name tells the time too; that it is no recording is the doubt.
            () if path.ends_with(".thumb") => right &= doubted,
            // These tell no time and no day, and say why.
            () if basis == "contradiction" || path.contains("datadir0") || from.contains("media offset") => {
                right = reading.start.is_none() && doubted;
            }
            () if from.starts_with('T') => right = reading.time_of_day.is_some() && reading.start.is_none() && doubted,
            () if want.is_none() && from.starts_with("20") => right = doubted && day().as_deref() == from.get(..10),
            () => {}
        }
        if !right {
            score.wrong.push(format!("{path}\n  want {from} | {to}\n  got  {reading:?}"));
        } else if doubted {
            score.doubtful += 1;
        } else {
            score.right += 1;
        }
    }
    println!("{} rows: right {}, right with a stated doubt {}", text.lines().count() - 1, score.right, score.doubtful);
    assert!(score.wrong.is_empty(), "{} rows wrong:\n{}", score.wrong.len(), score.wrong.join("\n"));
}
