//! Sentences with the interval that they mean, from tables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::super::{Understanding, understand};

/// Our own tables, in the order in which they were written.
const TABLES: [&str; 7] =
    ["first.tsv", "second.tsv", "third.tsv", "fourth.tsv", "fifth.tsv", "unseen.tsv", "unseen2.tsv"];

/// Below this the user is asked.
const ASKED: f64 = 0.6;

/// What a table says of a sentence.
struct Row {
    category: String,
    expected: String,
    window: Option<(Timestamp, Timestamp)>,
    sentence: String,
    now: Zoned,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn here(local: &str) -> Zoned {
    let civil: DateTime = local.parse().unwrap_or_else(|_| panic!("{local}"));
    civil.to_zoned(TimeZone::get("Asia/Ho_Chi_Minh").unwrap()).unwrap()
}

/// The rows of our own tables.
fn own(file: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("fixtures/phrases").join(file)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let now = cells.get(5).filter(|now| !now.is_empty()).unwrap_or(&"2023-07-16 08:30");
        let window = (!cells[2].is_empty()).then(|| (here(cells[2]).timestamp(), here(cells[3]).timestamp()));
        Row {
            category: cells[0].to_owned(),
            expected: cells[1].to_owned(),
            window,
            sentence: cells[4].to_owned(),
            now: here(now),
        }
    };
    lines.map(row).collect()
}

/// What is wrong with an understanding of a row; none where it is right.
fn wrong(row: &Row, got: &Understanding) -> Option<String> {
    let windows: Vec<_> = got.readings.iter().map(|r| (r.window.start.0, r.window.end.0)).collect();
    let right = match row.expected.as_str() {
        "refused" => windows.is_empty() && got.refused.is_some(),
        "nothing" => windows.is_empty(),
        "doubt" => {
            windows.first() == row.window.as_ref()
                || windows.len() > 1
                || got.readings.iter().all(|r| r.confidence < ASKED)
        }
        "none" => windows.is_empty() && got.refused.is_none(),
        "many" => windows.len() > 1 && windows.first() == row.window.as_ref(),
        _ => windows.first() == row.window.as_ref() && row.window.is_some(),
    };
    let local = |t: Timestamp| t.to_zoned(row.now.time_zone().clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let shown: Vec<String> = got
        .readings
        .iter()
        .map(|r| format!("{}..{} ({}) {}", local(r.window.start.0), local(r.window.end.0), r.confidence, r.why.en))
        .collect();
    let want = row.window.map(|(s, e)| format!("{}..{}", local(s), local(e))).unwrap_or_default();
    (!right).then(|| {
        let (category, sentence, expected) = (&row.category, &row.sentence, &row.expected);
        format!("[{category}] {sentence}\n  want {expected} {want}\n  got  {shown:?} {:?}", got.refused)
    })
}

/// How many rows of each category are right, and what is wrong with the others.
fn score(rows: &[Row]) -> (BTreeMap<String, (usize, usize)>, Vec<String>) {
    let mut by_category: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut faults = Vec::new();
    for row in rows {
        let fault = wrong(row, &understand(&row.sentence, &row.now));
        let (right, all) = by_category.entry(row.category.clone()).or_default();
        *all += 1;
        *right += usize::from(fault.is_none());
        faults.extend(fault);
    }
    (by_category, faults)
}

#[test]
fn every_sentence_of_our_own_is_understood() {
    for file in TABLES {
        let (scores, faults) = score(&own(file));
        println!("{file}: {scores:?}");
        assert!(faults.is_empty(), "{file}: {} wrong:\n{}", faults.len(), faults.join("\n"));
    }
}

/// Rows of the shared table that cannot be understood: when the resolution was passed is not in the sentence.
const KNOWN_MISSES: [&str; 1] = ["từ khi triển khai Nghị quyết 04 đến nay"];

#[test]
fn every_shared_row_is_understood() {
    let Ok(text) = std::fs::read_to_string(root().join("../shared/data/phrases.tsv")) else {
        println!("skipped: no shared data");
        return;
    };
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let instant = |cell: &str| cell.parse::<Timestamp>().ok();
    let rows: Vec<Row> = text
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let window = instant(cells[2]).zip(instant(cells[3]));
            let expected = if window.is_some() { "one" } else { "refused" };
            Row {
                category: cells[6].to_owned(),
                expected: expected.to_owned(),
                window,
                sentence: cells[0].to_owned(),
                now: instant(cells[1]).unwrap().to_zoned(zone.clone()),
            }
        })
        .collect();
    let (missed, rows): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|r| KNOWN_MISSES.contains(&r.sentence.as_str()));
    let (scores, faults) = score(&rows);
    println!("{scores:?}");
    assert!(faults.is_empty(), "{} wrong:\n{}", faults.len(), faults.join("\n"));
    for row in missed {
        let got = understand(&row.sentence, &row.now);
        assert!(got.readings.is_empty() && got.refused.is_some(), "{}: refused, not guessed", row.sentence);
    }
}

/// The same sentence typed in other ways.
fn typed(sentence: &str) -> [(&'static str, String); 4] {
    use unicode_normalization::UnicodeNormalization;
    let bare = |c: char| super::super::letters::base(c);
    let plain: String = sentence.nfc().flat_map(char::to_lowercase).map(bare).collect();
    [
        ("decomposed", sentence.nfd().collect()),
        ("capitals", sentence.to_uppercase()),
        ("blanks", sentence.replace(' ', "\u{a0} ")),
        ("plain", plain),
    ]
}

#[test]
fn a_sentence_means_the_same_however_it_is_typed() {
    let mut faults = Vec::new();
    let mut all = 0;
    for file in TABLES {
        for row in own(file) {
            for (how, sentence) in typed(&row.sentence) {
                // Without marks the day before yesterday and the one before that are written the same.
                if row.sentence.contains("kìa") {
                    continue;
                }
                all += 1;
                let other = Row {
                    sentence,
                    category: how.to_owned(),
                    now: row.now.clone(),
                    expected: row.expected.clone(),
                    ..row
                };
                faults.extend(wrong(&other, &understand(&other.sentence, &other.now)));
            }
        }
    }
    println!("{} of {all} typed otherwise", all - faults.len());
    assert!(faults.is_empty(), "{} wrong:\n{}", faults.len(), faults.join("\n"));
}
