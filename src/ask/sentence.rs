//! An officer's sentence: its time by the phrase room, its places by the atlas.

use std::ops::Range;

use jiff::Zoned;

use crate::phrase::{self, Understanding};
use crate::place::{self, Atlas, Candidate};

/// What a sentence says.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// When; its `places` are the words that tell no time.
    pub understood: Understanding,
    /// Where: every place that the words may mean, best first.
    pub places: Vec<Candidate>,
    /// The sentence with the words that told a time made blank; as long as it was.
    pub rest: String,
}

/// Understands a sentence that is said at `now`.
pub fn understand(atlas: &Atlas, text: &str, now: &Zoned) -> Sentence {
    // Coordinates are numbers, and numbers are times: they are made blank for whoever reads times.
    let plain = place::without_points(text);
    let understood = phrase::understand(&plain, now);
    let rest = rest(text, &plain, &understood);
    Sentence { places: place::resolve(atlas, &rest), understood, rest }
}

/// The sentence with a comma in the place of each word that told a time, as long as it was.
fn rest(text: &str, plain: &str, understood: &Understanding) -> String {
    let kept: Vec<&Range<usize>> = understood.places.iter().map(|words| &words.at).collect();
    let mut rest = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let point = plain.get(at..).and_then(|plain| plain.chars().next()) != Some(c);
        if point || !c.is_alphanumeric() || kept.iter().any(|range| range.contains(&at)) {
            rest.push(c);
        } else {
            rest.push(',');
            rest.extend(std::iter::repeat_n(' ', c.len_utf8() - 1));
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::place::Gazetteer;
    use crate::place::source::Sources;

    #[test]
    fn coordinates_are_no_times_and_times_are_no_places() {
        let mut gazetteer = Gazetteer::default();
        gazetteer.add("x", "name\tlat\tlon\nchợ Kỳ Anh\t18.077\t106.2975\n").unwrap();
        let atlas = Atlas::new(gazetteer, Sources::default(), None);
        let now = date(2023, 7, 16).at(8, 30, 0, 0).to_zoned(TimeZone::get("Asia/Ho_Chi_Minh").unwrap()).unwrap();
        for (text, name, span) in [
            ("21h15 tối qua 18.0735, 106.2962", "18.073500,106.296200", "18.0735, 106.2962"),
            (
                "tối qua 21h15 18°04'24.6\"N 106°17'46.3\"E gần nhà",
                "18.073500,106.296194",
                "18°04'24.6\"N 106°17'46.3\"E",
            ),
            ("khoảng 21h15 tối qua, chợ Kì Anh", "chợ Kỳ Anh", "chợ Kì Anh"),
        ] {
            let sentence = understand(&atlas, text, &now);
            let reading = &sentence.understood.readings[0];
            assert!((reading.window.start.0.to_string()).starts_with("2023-07-15T14:"), "{text}: {reading:?}");
            let best = &sentence.places[0];
            assert_eq!((best.name.as_str(), &text[best.span.clone()]), (name, span), "{text}");
        }
    }

    /// The rows of a table of `docs/asking.md`, as cells, by the first cell of its head.
    fn documented(head: &str) -> Vec<Vec<String>> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let page = std::fs::read_to_string(root.join("docs/asking.md")).unwrap();
        let rows = page.lines().skip_while(|line| !line.starts_with(&format!("| {head} |"))).skip(2);
        let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        rows.take_while(|row| row.starts_with('|')).map(cells).collect()
    }

    fn town() -> (Atlas, Zoned) {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/places/town.tsv");
        let mut gazetteer = Gazetteer::default();
        gazetteer.add("town.tsv", &std::fs::read_to_string(file).unwrap()).unwrap();
        let home = crate::model::Point { lat: 18.0735, lon: 106.2962 };
        let now = date(2023, 7, 16).at(8, 30, 0, 0).to_zoned(TimeZone::get("Asia/Ho_Chi_Minh").unwrap()).unwrap();
        (Atlas::new(gazetteer, Sources::default(), Some(home)), now)
    }

    #[test]
    fn the_documented_sentences_mean_what_the_page_says() {
        let (atlas, now) = town();
        let rows = documented("sentence");
        assert!(rows.len() > 20);
        for row in rows {
            let [sentence, from, to] = row.as_slice() else { panic!("{row:?}") };
            let got = understand(&atlas, sentence.trim_matches('`'), &now).understood;
            let local =
                |at: jiff::Timestamp| at.to_zoned(now.time_zone().clone()).strftime("%Y-%m-%d %H:%M").to_string();
            match (from.as_str(), got.readings.as_slice()) {
                ("refused", []) => assert!(got.refused.is_some(), "{sentence}"),
                ("no time", []) => assert!(got.refused.is_none(), "{sentence}"),
                ("several", [_, _, ..]) => {}
                (_, [first, others @ ..]) => {
                    assert_eq!((&local(first.window.start.0), &local(first.window.end.0)), (from, to), "{sentence}");
                    assert!(others.iter().all(|other| other.confidence < first.confidence), "{sentence}");
                }
                _ => panic!("{sentence}: {got:?}"),
            }
        }
    }

    #[test]
    fn the_documented_places_are_what_the_page_says() {
        let (atlas, _) = town();
        let rows = documented("text");
        assert!(rows.len() > 15);
        for row in rows {
            let [text, name, at] = row.as_slice() else { panic!("{row:?}") };
            let found = place::resolve(&atlas, text.trim_matches('`'));
            let likely: Vec<&Candidate> = found.iter().filter(|one| one.score >= 0.5).collect();
            match (name.as_str(), likely.as_slice()) {
                ("none", []) => {}
                ("several", [first, second, ..]) => assert!(first.score - second.score < place::CLOSE, "{text}"),
                (_, [first, ..]) => {
                    assert_eq!(&first.name, name, "{text}");
                    if let Some((lat, lon)) = at.split_once(',') {
                        let at = crate::model::Point { lat: lat.parse().unwrap(), lon: lon.parse().unwrap() };
                        assert!(place::distance_m(first.at.unwrap(), at) < 20.0, "{text}: {first:?}");
                    }
                }
                _ => panic!("{text}: {found:?}"),
            }
        }
    }

    /// A table that lies beside the checkout.
    fn table(file: &str) -> Option<String> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(file);
        let text = std::fs::read_to_string(path).ok();
        if text.is_none() {
            println!("skipped: no shared data");
        }
        text
    }

    #[test]
    fn every_known_place_word_is_found_in_what_the_time_leaves_of_a_phrase() {
        let (Some(phrases), Some(places), Some(units)) =
            (table("phrases.tsv"), table("places.tsv"), table("wards/old_to_2025.tsv"))
        else {
            return;
        };
        let mut gazetteer = Gazetteer::default();
        gazetteer.add("places.tsv", &places).unwrap();
        gazetteer.add("old_to_2025.tsv", &units).unwrap();
        let names = gazetteer.places.iter().flat_map(|place| std::iter::once(&place.name).chain(&place.aliases));
        let units = gazetteer.changes.iter().flat_map(|change| [&change.old, &change.new]);
        let known: std::collections::HashSet<String> = names.chain(units).map(|name| place::fold(name)).collect();
        let atlas = Atlas::new(gazetteer, Sources::default(), None);
        let (mut asked, mut missed) = (0, Vec::new());
        for row in phrases.lines().skip(1) {
            let cells: Vec<&str> = row.split('\t').collect();
            let now: jiff::Timestamp = cells[1].parse().unwrap();
            let found = understand(&atlas, cells[0], &now.to_zoned(TimeZone::get("Asia/Ho_Chi_Minh").unwrap())).places;
            place::fuzz::assert_sane(cells[0], &found);
            for word in cells[4].split('|').filter(|word| known.contains(&place::fold(word))) {
                asked += 1;
                let wanted = place::resolve(&atlas, word);
                if !wanted.iter().any(|w| found.iter().any(|f| f.name == w.name && f.score >= 0.5 * w.score)) {
                    missed.push(format!("{word:?} in {:?}: {found:?}", cells[0]));
                }
            }
        }
        println!("{asked} place words known, {} missed", missed.len());
        assert!(asked > 30 && missed.is_empty(), "{}", missed.join("\n"));
    }
}
