//! Our own rows, `fixtures/layouts/*.tsv`: every column of every row.

use super::*;

/// The kinds of doubt a reading states, sorted, as the rows write them.
pub(super) fn kinds(reading: &Reading) -> String {
    let mut kinds: Vec<&str> = reading
        .doubts
        .iter()
        .map(|doubt| match doubt {
            Doubt::ImpossibleTime { .. } => "impossible",
            Doubt::TimeConflict { .. } => "conflict",
            _ => "unclear",
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.is_empty() { "-".to_owned() } else { kinds.join(",") }
}

/// An instant as the rows write it: local in the zone, or with `Z` where the row does.
fn written(at: Option<CameraTime>, zone: &TimeZone, like: &str) -> String {
    let Some(at) = at else { return "-".to_owned() };
    if like.ends_with('Z') { at.0.to_string() } else { at.0.to_zoned(zone.clone()).datetime().to_string() }
}

fn start(reading: &Reading, zone: &TimeZone, like: &str) -> String {
    match (reading.start, reading.time_of_day, reading.within) {
        (None, Some(time), _) => format!("time {time}"),
        (None, None, Some(day)) => format!("day {}", day.start.0.to_zoned(zone.clone()).date()),
        (start, ..) => written(start, zone, like),
    }
}

#[test]
fn every_layout_that_tells_a_date_has_a_form_to_be_written_in() {
    let without = LAYOUTS.all().iter().filter(|layout| layout.form.is_none());
    for layout in without {
        let dated = layout.patterns.iter().any(|pattern| {
            pattern.capture_names().flatten().any(|name| ["H", "epoch"].contains(&name))
                && pattern.capture_names().flatten().any(|name| ["d", "epoch"].contains(&name))
        });
        assert!(!dated, "{} has no form", layout.id);
    }
}

#[test]
fn every_row_of_ours_is_read_as_it_says() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/layouts");
    let (mut rows, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if file.ends_with("unseen.tsv") {
            continue;
        }
        let text = std::fs::read_to_string(file).unwrap();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [path, zone_name, layout, from, to, basis, channel, doubts, _] = cells[..] else {
                panic!("nine columns: {line}")
            };
            let zone = zone(zone_name);
            let reading = LAYOUTS.read(path, &zone, None);
            let got = [
                reading.layout.clone().unwrap_or_else(|| "-".to_owned()),
                start(&reading, &zone, from),
                written(reading.end, &zone, to),
                reading.basis.as_str().to_owned(),
                reading.channel.map_or_else(|| "-".to_owned(), |channel| channel.to_string()),
                kinds(&reading),
            ];
            let want = [layout, from, to, basis, channel, doubts];
            if want.iter().zip(&got).any(|(want, got)| *want != "*" && want != got) {
                wrong.push(format!("{path}\n  want {want:?}\n  got  {got:?} {:?}", reading.doubts));
            }
            rows += 1;
        }
    }
    println!("{rows} rows");
    assert!(rows >= 250 && wrong.is_empty(), "{} of {rows} rows:\n{}", wrong.len(), wrong.join("\n"));
}
