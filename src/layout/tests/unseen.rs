//! Real paths that were collected after the layouts were written (`fixtures/layouts/unseen.tsv`): how they are read.

use std::collections::BTreeMap;

use super::*;

/// How one path was read against what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Start, end and basis as they are, without a doubt.
    Right,
    /// The same, with a doubt.
    RightDoubted,
    /// Another time, with a doubt; or local and UTC both told, with a doubt.
    Doubtful,
    /// No time was read where the path has one.
    Silent,
    /// Another time, without a doubt.
    Wrong,
}

/// An instant of a row: with `Z` in UTC, else local in the zone.
fn meant(text: &str, zone: &TimeZone) -> Option<CameraTime> {
    match text {
        "-" | "*" => None,
        utc if utc.ends_with('Z') => instant(utc),
        local => {
            let at: jiff::civil::DateTime = local.parse().unwrap();
            Some(CameraTime(at.to_zoned(zone.clone()).unwrap().timestamp()))
        }
    }
}

/// Names tell seconds: what differs by one is the same.
fn same(a: Option<CameraTime>, b: Option<CameraTime>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a.as_micros() - b.as_micros()).abs() <= 1_000_000,
        (a, b) => a == b,
    }
}

fn judge(reading: &Reading, zone: &TimeZone, start: &str, end: &str, basis: &str) -> Verdict {
    let start = meant(start.trim_start_matches('?'), zone);
    let as_meant = same(reading.start, start)
        && (end == "*" || same(reading.end, meant(end, zone)))
        && (basis == "*" || start.is_none() || reading.basis.as_str() == basis);
    match (as_meant, reading.doubts.is_empty()) {
        (true, true) => Verdict::Right,
        (true, false) => Verdict::RightDoubted,
        (false, false) => Verdict::Doubtful,
        (false, true) if reading.start.is_none() => Verdict::Silent,
        (false, true) => Verdict::Wrong,
    }
}

#[test]
fn no_path_from_the_field_is_read_wrongly_without_a_doubt() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layouts/unseen.tsv");
    let text = std::fs::read_to_string(file).unwrap();
    let mut by_vendor: BTreeMap<&str, BTreeMap<Verdict, usize>> = BTreeMap::new();
    let mut all: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [path, zone_name, start, end, basis, vendor, _, _] = cells[..] else { panic!("eight columns: {line}") };
        let zone = zone(zone_name);
        let reading = LAYOUTS.read(path, &zone, None);
        let verdict = judge(&reading, &zone, start, end, basis);
        *by_vendor.entry(vendor).or_default().entry(verdict).or_default() += 1;
        *all.entry(verdict).or_default() += 1;
        if verdict == Verdict::Wrong {
            wrong.push(format!("{path}\n  want {start} {end} {basis}\n  got  {reading:?}"));
        }
    }
    for (vendor, counts) in &by_vendor {
        println!("{vendor}: {counts:?}");
    }
    println!("all: {all:?}");
    let count = |verdict| all.get(&verdict).copied().unwrap_or(0);
    let (right, rows) = (count(Verdict::Right) + count(Verdict::RightDoubted), all.values().sum::<usize>());
    assert!(wrong.is_empty(), "{} of {rows} rows wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows >= 200 && right * 10 >= rows * 9, "a doubt must not replace reading: {all:?}");
}
