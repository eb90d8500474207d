//! From words to places, ranked. Total: every text has an answer, and none panics.
//!
//! Points told by numbers (coordinates, links, Plus Codes) and chainages are set aside first. Then names are found (`scan`), and what
//! several of them tell together is worked out (`combine`): a junction, a stretch, a house. What is left are places by their names.

use std::ops::Range;

use super::atlas::Atlas;
use super::class::Class;
use super::feature::{Candidate, Feature};
use super::geodesy::distance_m;
use super::names::How;
use super::scan::{self, Hit};
use super::words::{self, Word};
use super::{chainage, combine, coordinates};
use crate::base::Said;
use crate::say;

/// So many bytes of a text are looked at.
pub const LONGEST: usize = 4_000;
/// So many candidates are told.
const MOST: usize = 40;
/// Two places of one name that are nearer to each other than this, metres, are one.
const SAME_M: f64 = 150.0;
/// From here on, metres, a place is far from the site, and how far it is believed then.
const FAR_M: f64 = 100_000.0;
const FAR: f64 = 0.6;
/// The only place of a kind, where nothing but the kind is told.
const ONLY_ONE: f64 = 0.6;
/// A unit that only says where another place of the text is, and a place that lies outside the unit named beside it.
const AROUND: f64 = 0.55;
const OUTSIDE: f64 = 0.7;

/// A text with what was found in it.
pub(super) struct Read<'a> {
    pub atlas: &'a Atlas,
    /// What points told by numbers left of it; as long as it was.
    pub text: String,
    pub words: Vec<Word>,
    /// Names, in the text's order.
    pub hits: Vec<Hit>,
}

/// The places that a text may mean, best first. Those whose scores are less than [`CLOSE`](super::CLOSE) apart are for the user to
/// decide. A text of more than [`LONGEST`] bytes is looked at to there.
pub fn resolve(atlas: &Atlas, text: &str) -> Vec<Candidate> {
    let end = (0..=LONGEST.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let text = text.get(..end).unwrap_or_default();
    let (mut candidates, rest) = coordinates::set_aside(text, atlas);
    let chainages = chainage::told(&rest);
    let rest = chainages.iter().fold(rest, |rest, told| blanked(&rest, told.at.clone()));
    let words = words::words(&rest);
    let hits = scan::hits(atlas, &rest, &words);
    let read = Read { atlas, text: rest, words, hits };
    candidates.extend(combine::combine(&read, &chainages));
    within_units(&read, &mut candidates);
    far_from_home(&read, &mut candidates);
    for candidate in &mut candidates {
        candidate.text = text.get(candidate.span.clone()).unwrap_or_default().trim().to_owned();
        candidate.score = (candidate.score.clamp(0.0, 1.0) * 100.0).round() / 100.0;
    }
    ranked(candidates)
}

/// A text with a part made blank, as long as before.
pub(super) fn blanked(text: &str, part: Range<usize>) -> String {
    let blank = " ".repeat(part.len());
    let mut text = text.to_owned();
    if text.is_char_boundary(part.start) && text.is_char_boundary(part.end) && part.end <= text.len() {
        text.replace_range(part, &blank);
    }
    text
}

fn ranked(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.span.start.cmp(&b.span.start)));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        let same = |other: &Candidate| {
            let near = || match (other.at, candidate.at) {
                (Some(a), Some(b)) => distance_m(a, b) <= SAME_M,
                (a, b) => a.is_none() && b.is_none(),
            };
            // The names last: they cost most to compare.
            let one_name = || words::fold(&other.name) == words::fold(&candidate.name);
            other.span == candidate.span && near() && one_name()
        };
        if kept.len() < MOST && !kept.iter().any(same) {
            kept.push(candidate);
        }
    }
    kept
}

/// The places that one name means.
pub(super) fn of_hit(read: &Read<'_>, hit: &Hit) -> Vec<Candidate> {
    let named = hit.found.iter().filter_map(|found| {
        let feature = read.atlas.features.get(found.feature as usize)?;
        Some(named(feature, "", hit.at.clone(), found.score * hit.trust, found.how))
    });
    let mut all: Vec<Candidate> = named.collect();
    if hit.kind_only {
        let count = all.len();
        let why = say!(
            "chỉ nói loại địa điểm; có {count} nơi như vậy",
            "only the kind of place is told; there are {count} of it"
        );
        all.iter_mut().for_each(|candidate| candidate.why = why.clone());
        // The only one, and no name behind the kind: it is meant as likely as not.
        let next = read.words.get(hit.words.end).map(|word| word.at.start);
        let ends = next.is_none_or(|next| {
            read.text.get(hit.at.end..next).is_some_and(|between| between.contains([',', ';', '.', '(', ')', '-']))
        });
        let starts = read.hits.iter().all(|other| other.words.end != hit.words.start);
        if let ([only], true) = (all.as_mut_slice(), starts && ends) {
            only.score = ONLY_ONE;
        }
    }
    all
}

/// A place that was found by its name.
pub(super) fn named(feature: &Feature, text: &str, span: Range<usize>, score: f64, how: How) -> Candidate {
    let from = match &feature.source {
        None if feature.kind == "former_unit" || feature.kind == "unit" => say!("bảng đơn vị", "the table of units"),
        None => say!("tệp địa điểm", "the gazetteer"),
        Some(source) => say!("bản đồ {source}", "the map {source}"),
    };
    let (vi, en) = (&from.vi, &from.en);
    let why = match how {
        How::Whole => say!("tên trong {vi}", "a name of {en}"),
        How::OtherMarks => say!("tên trong {vi}, khác dấu", "a name of {en}, with other diacritics"),
        How::OtherKind => say!("tên trong {vi}, khác loại", "a name of {en}, of another kind"),
        How::WithoutKind => say!("tên trong {vi}, không kể loại", "a name of {en}, but for its kind"),
        How::Initials => say!("chữ cái đầu của tên trong {vi}", "the first letters of a name of {en}"),
        How::Misspelt(errors) => {
            say!("gần giống tên trong {vi}, sai {errors} chữ", "near a name of {en}, {errors} letters off")
        }
        How::Part => say!("một phần của tên trong {vi}", "a part of a name of {en}"),
    };
    let why = match &feature.note {
        Some(note) => joined(&why, note),
        None => why,
    };
    Candidate {
        name: feature.name.clone(),
        kind: feature.kind.clone(),
        shape: feature.shape.clone(),
        at: feature.at,
        text: text.to_owned(),
        span,
        score: score * feature.weight,
        why,
    }
}

/// Two reasons in one.
pub(super) fn joined(one: &Said, other: &Said) -> Said {
    Said { vi: format!("{}; {}", one.vi, other.vi), en: format!("{}; {}", one.en, other.en) }
}

/// A name that is far from the site, as of an imported map of another region, is less likely meant.
fn far_from_home(read: &Read<'_>, candidates: &mut [Candidate]) {
    let Some(home) = read.atlas.home else { return };
    let by_name = |kind: &str| !["coordinates", "plus_code", "link"].contains(&kind);
    for candidate in candidates.iter_mut().filter(|candidate| by_name(&candidate.kind)) {
        let metres = candidate.at.map_or(0.0, |at| distance_m(home, at));
        if metres > FAR_M {
            let km = (metres / 1000.0).round();
            candidate.score *= FAR;
            candidate.why = joined(&candidate.why, &say!("cách địa bàn {km} km", "{km} km from the site"));
        }
    }
}

/// A unit that is named beside other places says where they are: it steps back, and what lies outside of it too.
fn within_units(read: &Read<'_>, candidates: &mut [Candidate]) {
    let is_unit = |feature: &Feature| feature.class == Some(Class::Unit);
    let units: Vec<(Range<usize>, Vec<&Feature>)> = read
        .hits
        .iter()
        .map(|hit| {
            let best = hit.found.iter().filter(|found| found.score >= 0.75);
            let features = best.filter_map(|found| read.atlas.features.get(found.feature as usize));
            (hit.at.clone(), features.filter(|feature| is_unit(feature)).collect::<Vec<_>>())
        })
        .filter(|(_, features)| !features.is_empty())
        .collect();
    let of_unit = |candidate: &Candidate| units.iter().any(|(at, _)| *at == candidate.span);
    if units.is_empty() || candidates.iter().all(of_unit) {
        return;
    }
    let areas: Vec<&Feature> = units.iter().flat_map(|(_, features)| features.iter().copied()).collect();
    let areas: Vec<&Feature> =
        areas.into_iter().filter(|f| f.shape.as_ref().is_some_and(|s| s.word() == "area")).collect();
    for candidate in candidates {
        if of_unit(candidate) {
            candidate.score *= AROUND;
            candidate.why =
                joined(&candidate.why, &say!("chỉ nói nơi này thuộc đâu", "it only says where the place is"));
        } else if let (Some(at), false) = (candidate.at, areas.is_empty())
            && !areas.iter().any(|area| area.shape.as_ref().is_some_and(|shape| shape.contains(at)))
        {
            let names = areas.first().map(|area| area.name.clone()).unwrap_or_default();
            candidate.score *= OUTSIDE;
            candidate.why = joined(&candidate.why, &say!("nằm ngoài {names}", "it is outside {names}"));
        }
    }
}
