//! What several words tell together: a junction of two streets, a stretch between two places, a house, a chainage of a road.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::chainage;
use super::class::{self, Class};
use super::feature::{Candidate, Feature};
use super::resolve::{Read, joined};
use super::roads::{Path, Travel};
use super::scan::Hit;
use super::shape::Shape;
use super::streets;
use crate::base::Said;
use crate::model::Point;
use crate::say;

/// Words between two streets that make a junction of them, beside a dash.
const MEETS: &[&str] = &["giao", "voi", "va", "x", "cat", "noi", "and", "with", "gap"];
/// Those of them that say it by themselves.
const SURELY: &[&str] = &["giao", "cat", "x", "gap"];
/// Words before two streets that make a junction of them.
const CORNER: &[&str] = &["goc", "giao", "nut", "corner", "junction", "crossroads", "intersection", "crossing"];
/// Words between "ngã tư" and the two streets.
const BETWEEN: &[&str] = &["giua", "cua", "between", "of"];
/// Words between the two ends of a stretch, of which one is the first.
const UNTIL: &[&str] = &["den", "toi", "to", "until"];
const BESIDE: &[&str] = &["cong", "truoc", "gan", "ngay", "khu", "vuc", "doan", "the", "cho"];
/// How far a street is believed where only it was understood of a junction.
const HALF: f64 = 0.6;
/// A name that is less likely than this is no part of anything.
const LIKELY: f64 = 0.55;

#[expect(clippy::unwrap_used, reason = "a constant, tried by every test")]
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[\s,;(])((?:(?:số\s+nhà|nhà\s+số|so\s+nha|nha\s+so|số|so|sn|nhà|nha)\s*)?(\d{1,4}[a-zđ]?(?:[/\-]\d{1,4}[a-z]?)*))\s*,?\s*$")
        .unwrap()
});

/// Something that the text tells: a name, or several that belong together.
struct Told {
    words: Range<usize>,
    at: Range<usize>,
    candidates: Vec<Candidate>,
    /// Whether a sole unused name stands here.
    plain: bool,
}

/// Everything that the names and chainages of a text tell.
pub(super) fn combine(read: &Read<'_>, chainages: &[chainage::Told]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    let mut roads = vec![false; read.hits.len()];
    for told in chainages {
        candidates.extend(chainage(read, told, chainages, &mut roads));
    }
    let mut told: Vec<Told> = Vec::new();
    let mut hits = read.hits.iter().zip(&roads).peekable();
    while let Some((hit, road)) = hits.next() {
        if *road {
            continue;
        }
        let next = hits.peek().filter(|(_, road)| !**road).map(|(next, _)| *next);
        if let Some((next, found)) = next.and_then(|next| Some((next, junction(read, hit, next)?))) {
            hits.next();
            // The "ngã tư" before two streets is theirs.
            told.pop_if(|before| before.plain && before.words.end == hit.words.start && is_kind(read, &before.words));
            let (words, at) = (hit.words.start..next.words.end, hit.at.start..next.at.end);
            told.push(Told { words, at, candidates: found, plain: false });
            continue;
        }
        if let Some((next, found)) = next.and_then(|next| Some((next, corner_of(read, hit, next)?))) {
            hits.next();
            let (words, at) = (hit.words.start..next.words.end, hit.at.start..next.at.end);
            told.push(Told { words, at, candidates: found, plain: false });
            continue;
        }
        let (mut candidates, plain) = match house(read, hit) {
            Some(found) => (found, false),
            None => (super::resolve::of_hit(read, hit), true),
        };
        if half_a_junction(read, hit) {
            let why = say!("chỉ nhận ra một đường của nút giao", "only one street of the junction was recognized");
            for candidate in &mut candidates {
                candidate.score *= HALF;
                candidate.why = joined(&candidate.why, &why);
            }
        }
        // A house begins with its number.
        let start = candidates.first().map_or(hit.at.start, |one| one.span.start);
        let first = read.words.iter().position(|word| word.at.start >= start).unwrap_or(hit.words.start);
        told.push(Told { words: first..hit.words.end, at: start..hit.at.end, candidates, plain });
    }
    let mut rest = told.into_iter().peekable();
    while let Some(mut one) = rest.next() {
        if let Some(other) = rest.next_if(|other| are_ends(read, &one, other)) {
            candidates.extend(stretch(read, &one, &other));
            // Its ends stay to be chosen.
            one.candidates.extend(other.candidates);
            one.candidates.iter_mut().for_each(|end| end.score *= 0.8);
        }
        candidates.extend(one.candidates);
    }
    candidates
}

fn is_kind(read: &Read<'_>, words: &Range<usize>) -> bool {
    read.hits.iter().any(|hit| hit.kind_only && hit.words == *words)
}

/// "ngã tư T. Phú - Xuân Diệu": a street behind a kind of junction, with words between that nobody understood.
fn half_a_junction(read: &Read<'_>, street: &Hit) -> bool {
    let reaches = |kind: &Hit| {
        let gap = street.words.start.checked_sub(kind.words.end);
        let between = read.text.get(kind.at.end..street.at.start).unwrap_or(",");
        gap.is_some_and(|gap| (1..=4).contains(&gap))
            && between.contains(['-', '–', '/', '&'])
            && !between.contains(',')
    };
    let is_junction = |kind: &Hit| {
        let words = read.words.get(kind.words.clone()).unwrap_or_default();
        kind.kind_only && matches!(class::leading(words), Some((Class::Junction, ..)))
    };
    !likely(read, street, Feature::is_street).is_empty()
        && read.hits.iter().any(|kind| is_junction(kind) && reaches(kind))
}

/// The likely features of a hit that pass a test, with their scores.
fn likely<'a>(read: &'a Read<'_>, hit: &'a Hit, test: fn(&Feature) -> bool) -> Vec<(&'a Feature, f64)> {
    let scored = hit.found.iter().map(|found| (found.feature, found.score * hit.trust));
    let scored = scored.filter_map(|(feature, score)| Some((read.atlas.features.get(feature as usize)?, score)));
    scored.filter(|(feature, score)| *score >= LIKELY && test(feature)).collect()
}

fn candidate(name: String, kind: &str, shape: Option<Shape>, span: Range<usize>, score: f64, why: Said) -> Candidate {
    let at = shape.as_ref().and_then(Shape::middle);
    Candidate { name, kind: kind.to_owned(), shape, at, text: String::new(), span, score, why }
}

fn between<'a>(read: &'a Read<'_>, one: &Hit, other: &Hit) -> (Vec<&'a str>, &'a str) {
    let words = read.words.get(one.words.end..other.words.start).unwrap_or_default();
    let text = read.text.get(one.at.end..other.at.start).unwrap_or_default();
    (words.iter().map(|word| word.plain.as_str()).collect(), text)
}

fn junction(read: &Read<'_>, one: &Hit, other: &Hit) -> Option<Vec<Candidate>> {
    let (words, sign) = between(read, one, other);
    if sign.contains([';', '.', '\n']) || !words.iter().all(|word| MEETS.contains(word)) {
        return None;
    }
    let before = read.words.get(one.words.start.saturating_sub(2)..one.words.start).unwrap_or_default();
    // "ngã tư giữa A và B"
    let lead = match before.last() {
        Some(word) if BETWEEN.contains(&word.plain.as_str()) => {
            let end = one.words.start - 1;
            read.words.get(end.saturating_sub(2)..end).unwrap_or_default()
        }
        _ => before,
    };
    let kind = class::leading(lead).or_else(|| class::leading(lead.get(1..)?));
    let corner = matches!(kind, Some((Class::Junction, ..)))
        || before.iter().any(|word| CORNER.contains(&word.plain.as_str()))
        || words.iter().any(|word| SURELY.contains(word));
    let dash = words.is_empty() && sign.contains(['-', '–', '—', '/', '×', '+', '&']);
    // "ngã tư A, B", if the two do meet; any other comma parts places.
    let comma = sign.contains(',');
    let comma_parts = comma && !(words.is_empty() && matches!(kind, Some((Class::Junction, ..))));
    if !(dash || corner) || comma_parts {
        return None;
    }
    let (ones, others) = (likely(read, one, Feature::is_street), likely(read, other, Feature::is_street));
    if ones.is_empty() || others.is_empty() {
        return None;
    }
    let span = before.iter().find(|_| corner).map_or(one.at.start, |word| word.at.start)..other.at.end;
    let mut found = Vec::new();
    for ((a, score_a), (b, score_b)) in ones.iter().flat_map(|a| others.iter().map(move |b| (a, b))) {
        let score = score_a.min(*score_b) * if corner { 1.0 } else { 0.9 };
        let name = format!("{} – {}", a.name, b.name);
        let points = read.atlas.roads().junctions(&a.roads, &b.roads);
        let count = points.len();
        let why = match count {
            1 => say!("hai đường gặp nhau ở đây", "the two streets meet here"),
            _ => say!("hai đường gặp nhau ở {count} chỗ", "the two streets meet in {count} places"),
        };
        found.extend(
            points.into_iter().map(|at| {
                candidate(name.clone(), "junction", Some(Shape::Point(at)), span.clone(), score, why.clone())
            }),
        );
    }
    if found.is_empty() && comma {
        return None;
    }
    if found.is_empty() {
        found = by_name(read, &ones, &others, &span);
    }
    if found.is_empty() && corner {
        let (Some((a, score_a)), Some((b, score_b))) = (ones.first(), others.first()) else { return None };
        let known = !a.roads.is_empty() && !b.roads.is_empty();
        let why = match known {
            true => say!(
                "hai đường này không gặp nhau trên bản đồ đã nhập",
                "on the imported map these streets do not meet"
            ),
            false => say!(
                "chưa tính được chỗ giao: bản đồ đường chưa có (truyvet places import)",
                "where they meet cannot be worked out: there is no map of these roads (truyvet places import)"
            ),
        };
        let name = format!("{} – {}", a.name, b.name);
        found.push(candidate(name, "junction", None, span, score_a.min(*score_b), why));
        // The streets themselves are still of use.
        for hit in [one, other] {
            let mut streets = super::resolve::of_hit(read, hit);
            streets.iter_mut().for_each(|street| street.score *= 0.7);
            found.extend(streets);
        }
    }
    (!found.is_empty()).then_some(found)
}

/// "ngã ba đường Việt Lào" is the "ngã ba Việt Lào", where there is one.
fn corner_of(read: &Read<'_>, kind: &Hit, street: &Hit) -> Option<Vec<Candidate>> {
    if !kind.kind_only || kind.words.end != street.words.start {
        return None;
    }
    let keys: Vec<String> = likely(read, street, Feature::is_street)
        .iter()
        .flat_map(|(feature, _)| feature.names())
        .map(streets::core)
        .collect();
    let named = kind.found.iter().filter_map(|found| read.atlas.features.get(found.feature as usize));
    let same = |feature: &&Feature| {
        feature.class == Some(Class::Junction)
            && feature.names().any(|name| {
                let words = super::words::words(name);
                let count = class::leading(&words).map_or(0, |(.., count)| count);
                keys.contains(&super::words::key(words.get(count..).unwrap_or_default()))
            })
    };
    let span = kind.at.start..street.at.end;
    let why = say!("nút giao mang tên con đường này", "the junction that has this street's name");
    let found: Vec<Candidate> = named
        .filter(same)
        .map(|f| candidate(f.name.clone(), &f.kind, f.shape.clone(), span.clone(), 0.95 * f.weight, why.clone()))
        .collect();
    (!found.is_empty()).then_some(found)
}

/// A junction of the gazetteer whose name has both streets.
fn by_name(
    read: &Read<'_>,
    ones: &[(&Feature, f64)],
    others: &[(&Feature, f64)],
    span: &Range<usize>,
) -> Vec<Candidate> {
    let keys = |streets: &[(&Feature, f64)]| -> Vec<String> {
        streets.iter().flat_map(|(street, _)| street.names()).map(streets::core).filter(|key| key.len() > 2).collect()
    };
    let (ones, others) = (keys(ones), keys(others));
    let holds = |name: &str, keys: &[String]| keys.iter().any(|key| name.contains(key.as_str()));
    let has_both =
        |(_, names): &&(u32, Vec<String>)| names.iter().any(|name| holds(name, &ones) && holds(name, &others));
    let why = say!("nút giao trong danh sách có tên cả hai đường", "a known junction with the names of both streets");
    let junctions = read.atlas.junctions.iter().filter(has_both);
    junctions
        .filter_map(|(number, _)| read.atlas.features.get(*number as usize))
        .map(|feature| {
            let score = 0.85 * feature.weight;
            candidate(feature.name.clone(), &feature.kind, feature.shape.clone(), span.clone(), score, why.clone())
        })
        .collect()
}

/// The likeliest candidate that has a point.
fn end(told: &Told) -> Option<(&Candidate, Point)> {
    let may = told.candidates.iter().filter(|one| one.score >= KIND_MAY);
    may.filter_map(|one| Some((one, one.at?)))
        .max_by(|a, b| a.0.score.total_cmp(&b.0.score).then(b.0.name.cmp(&a.0.name)))
}

fn are_ends(read: &Read<'_>, one: &Told, other: &Told) -> bool {
    let words = read.words.get(one.words.end..other.words.start).unwrap_or_default();
    let mut words = words.iter().map(|word| word.plain.as_str());
    let until = words.next().is_some_and(|word| UNTIL.contains(&word));
    until
        && words.all(|word| UNTIL.contains(&word) || BESIDE.contains(&word))
        && end(one).is_some()
        && end(other).is_some()
}

fn stretch(read: &Read<'_>, one: &Told, other: &Told) -> Option<Candidate> {
    let ((from, a), (to, b)) = (end(one)?, end(other)?);
    let (path, why) = match read.atlas.roads().path(a, b, &Travel::ANYHOW) {
        Some(path) => {
            let metres = path.length_m.round();
            (path, say!("dọc theo đường, {metres} m", "along the roads, {metres} m"))
        }
        None => {
            let path = Path::straight(a, b);
            let metres = path.length_m.round();
            let why = say!(
                "đường thẳng, {metres} m, vì bản đồ đường chưa nối hai nơi này",
                "a straight line of {metres} m, since no map of roads joins the two"
            );
            (path, why)
        }
    };
    let (score, from, to) = (from.score.min(to.score), &from.name, &to.name);
    let why = joined(&say!("đoạn từ {from} đến {to}", "the stretch from {from} to {to}"), &why);
    let shape = Some(Shape::Line(vec![path.points]));
    Some(candidate(format!("{from} → {to}"), "stretch", shape, one.at.start..other.at.end, score, why))
}

/// An end of a stretch may be told by its kind alone.
const KIND_MAY: f64 = 0.3;

fn house(read: &Read<'_>, hit: &Hit) -> Option<Vec<Candidate>> {
    let streets = likely(read, hit, Feature::is_street);
    if streets.is_empty() {
        return None;
    }
    let before = read.text.get(..hit.at.start)?;
    let told = NUMBER.captures(before)?;
    let (whole, number) = (told.get(1)?, told.get(2)?);
    // "TDP 3 đường X" and "ngõ 12 đường X" number something else.
    let owned = read.hits.iter().any(|other| other.at.start < number.end() && other.at.end > number.start());
    let ahead = read.words.iter().rposition(|word| word.at.end <= whole.start());
    let ahead = ahead.and_then(|i| read.words.get(i..=i));
    let counts = ahead.is_some_and(|word| class::leading(word).is_some_and(|(class, ..)| class != Class::Worship));
    let is_lane = counts && ahead.and_then(class::leading).is_some_and(|(class, ..)| class == Class::Lane);
    if owned || (counts && !is_lane) {
        return None;
    }
    let start = if is_lane { ahead?.first()?.at.start } else { whole.start() };
    let span = start..hit.at.end;
    let number = number.as_str();
    let mut found = Vec::new();
    for (street, score) in &streets {
        let houses = street.names().filter_map(|name| read.atlas.houses.get(&streets::core(name)));
        let at: Vec<Point> = houses
            .filter_map(|of_street| of_street.get(&number.to_lowercase()))
            .flatten()
            .map(|at| Point::from(*at))
            .filter(|_| !is_lane)
            .collect();
        let name = format!("{number} {}", street.name);
        let why = say!("số nhà trên bản đồ", "a house number of the map");
        found.extend(
            at.into_iter()
                .map(|at| candidate(name.clone(), "house", Some(Shape::Point(at)), span.clone(), *score, why.clone())),
        );
    }
    if found.is_empty() {
        found = super::resolve::of_hit(read, hit);
        let why = match is_lane {
            true => say!(
                "chưa biết ngõ {number} ở đâu, lấy cả đường",
                "where lane {number} is is not known: the whole street"
            ),
            false => say!(
                "chưa biết số nhà {number} ở đâu, lấy cả đường",
                "where house {number} is is not known: the whole street"
            ),
        };
        for candidate in &mut found {
            candidate.score *= 0.9;
            candidate.span = span.clone();
            candidate.why = joined(&candidate.why, &why);
        }
    }
    Some(found)
}

fn chainage(read: &Read<'_>, told: &chainage::Told, all: &[chainage::Told], used: &mut [bool]) -> Vec<Candidate> {
    // The street named nearest to it; one may be named for several chainages.
    let gap = |hit: &Hit| hit.at.start.abs_diff(told.at.end).min(told.at.start.abs_diff(hit.at.end));
    let near = read.hits.iter().enumerate().filter(|(_, hit)| !likely(read, hit, Feature::is_street).is_empty());
    let near = near.min_by_key(|(_, hit)| gap(hit));
    let shown = chainage::shown(told.km);
    let Some((number, hit)) = near else {
        let (shape, why) = match chainage::locate(read.atlas, None, told.km) {
            Ok((at, why)) => (Some(Shape::Point(at)), why),
            Err(why) => (None, why),
        };
        let score = if shape.is_some() { 0.75 } else { 0.5 };
        return vec![candidate(shown, "chainage", shape, told.at.clone(), score, why)];
    };
    let span = match all {
        [_] => told.at.start.min(hit.at.start)..told.at.end.max(hit.at.end),
        _ => told.at.clone(),
    };
    let mut placed: Vec<Candidate> = Vec::new();
    let mut failed: Vec<Candidate> = Vec::new();
    for (road, score) in likely(read, hit, Feature::is_street) {
        let name = format!("{shown} {}", road.name);
        match chainage::locate(read.atlas, Some(road), told.km) {
            Ok((at, why)) => placed.push(candidate(name, "chainage", Some(Shape::Point(at)), span.clone(), score, why)),
            Err(why) => failed.push(candidate(name, "chainage", None, span.clone(), score, why)),
        }
    }
    if let Some(used) = used.get_mut(number) {
        *used = true;
    }
    if !placed.is_empty() {
        return placed;
    }
    // One is enough to say that it cannot be worked out; the road is what is left.
    failed.truncate(1);
    let mut roads = super::resolve::of_hit(read, hit);
    roads.iter_mut().for_each(|road| road.score *= 0.7);
    failed.into_iter().chain(roads).collect()
}
