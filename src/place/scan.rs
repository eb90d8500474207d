//! The names in a text: whole ones first, the longest first; then, in what is left, misspelt ones, parts of names, mere kinds.

use std::ops::Range;

use super::atlas::Atlas;
use super::class::{self, Class};
use super::names::{Found, How};
use super::words::{self, Word};

/// A name of more words than this is not looked for in a text.
const LONGEST_NAME: usize = 10;
/// The same where typing errors are looked for, which takes longer.
const LONGEST_MISSPELT: usize = 7;
/// So many words of a text are looked at; and so many for typing errors.
const MOST_WORDS: usize = 240;
const MOST_GUESSED: usize = 48;
/// So many places are listed where only their kind is told.
const MOST_OF_KIND: usize = 400;
/// How likely one of them is meant.
const KIND_ONLY: f64 = 0.35;
/// A short word that is a place's whole name, but has another unknown word behind it: "chợ" in "chợ Xép".
const CUT_SHORT: f64 = 0.6;

/// Words that name nothing, at the ends of a guess.
const IDLE: &[&str] = &[
    "o", "tai", "tren", "truoc", "sau", "gan", "canh", "ben", "doi", "dien", "ngay", "ngang", "qua", "doan", "cho",
    "khu", "vuc", "phia", "vao", "luc", "tu", "den", "toi", "va", "voi", "huong", "cong", "dia", "ban", "phan",
    "thuoc", "the", "at", "on", "near", "in", "of", "and", "from", "to", "trong", "ngoai", "giua", "dau", "cuoi",
    "duoi", "la", "mot", "hai", "co", "bi", "xe", "may", "nha", "nguoi", "mat", "di", "ra", "ve", "chay", "hoi",
    "khoang",
];

/// A name in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hit {
    /// Its words.
    pub words: Range<usize>,
    /// Its bytes.
    pub at: Range<usize>,
    /// What has it, best first.
    pub found: Vec<Found>,
    /// Whether only a kind of place was told.
    pub kind_only: bool,
    /// 0 to 1: how far the words beside it let it be trusted.
    pub trust: f64,
}

/// All names of a text, in its order.
pub(super) fn hits(atlas: &Atlas, text: &str, words: &[Word]) -> Vec<Hit> {
    let words = words.get(..MOST_WORDS.min(words.len())).unwrap_or_default();
    let apart = borders(text, words);
    let mut hits = whole(atlas, words, &apart);
    let mut guesses = MOST_GUESSED;
    for guess in [Guess::Misspelt, Guess::Part] {
        for run in free(words.len(), &hits, &apart) {
            let count = run.len().min(guesses);
            guesses -= count;
            guessed(atlas, words, run.start..run.start + count, guess, &mut hits);
        }
        hits.sort_by_key(|hit| hit.words.start);
        guesses = MOST_GUESSED;
    }
    for run in free(words.len(), &hits, &apart) {
        hits.extend(kinds(atlas, words, run));
    }
    hits.sort_by_key(|hit| hit.words.start);
    distrust_cut_names(words, &apart, &mut hits);
    hits
}

/// Whether a sign that parts places stands before a word.
fn borders(text: &str, words: &[Word]) -> Vec<bool> {
    let mut end = 0;
    let mut borders = Vec::with_capacity(words.len());
    for word in words {
        let between = text.get(end..word.at.start).unwrap_or_default();
        borders.push(between.contains([',', ';', '(', ')', '…', '\n', '?', '!', ':']));
        end = word.at.end;
    }
    borders
}

fn crosses(apart: &[bool], run: &Range<usize>) -> bool {
    apart.get(run.start + 1..run.end).unwrap_or_default().contains(&true)
}

fn hit(words: &[Word], run: Range<usize>, found: Vec<Found>) -> Hit {
    let at = |word: Option<&Word>, of: fn(&Word) -> usize| word.map_or(0, of);
    let bytes = at(words.get(run.start), |w| w.at.start)..at(words.get(run.end.saturating_sub(1)), |w| w.at.end);
    Hit { words: run, at: bytes, found, kind_only: false, trust: 1.0 }
}

fn whole(atlas: &Atlas, words: &[Word], apart: &[bool]) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut first = 0;
    while first < words.len() {
        let longest = (words.len() - first).min(LONGEST_NAME);
        let found = (1..=longest).rev().find_map(|count| {
            let run = first..first + count;
            let window = words.get(run.clone())?;
            let mut found = if crosses(apart, &run) { Vec::new() } else { atlas.names.whole(window) };
            let alone = count == words.len();
            if count == 1 && !alone {
                // One word without its kind is a name only where that is the whole name.
                found.retain(|one| matches!(one.how, How::Whole | How::OtherMarks));
                found.retain(|_| words::key(window).chars().count() > 1);
            }
            (!found.is_empty()).then_some((run, found))
        });
        match found {
            Some((run, mut found)) => {
                first = run.end;
                let window = words.get(run.clone()).unwrap_or_default();
                // "Kỳ Anh" alone: places that have more to their names are meant as likely.
                if found.first().is_some_and(|best| best.how == How::WithoutKind) {
                    let known: Vec<u32> = found.iter().map(|one| one.feature).collect();
                    found.extend(atlas.names.part(window).into_iter().filter(|one| !known.contains(&one.feature)));
                }
                hits.push(hit(words, run, found));
            }
            None => first += 1,
        }
    }
    hits
}

/// The runs of words that no hit has and no sign parts.
fn free(count: usize, hits: &[Hit], apart: &[bool]) -> Vec<Range<usize>> {
    let taken = |i: usize| hits.iter().any(|hit| hit.words.contains(&i));
    let mut runs: Vec<Range<usize>> = Vec::new();
    for i in (0..count).filter(|i| !taken(*i)) {
        let parted = apart.get(i).copied().unwrap_or_default();
        match runs.last_mut() {
            Some(run) if run.end == i && !parted => run.end = i + 1,
            _ => runs.push(i..i + 1),
        }
    }
    runs
}

/// What is looked for where no whole name is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guess {
    Misspelt,
    Part,
}

impl Guess {
    fn at(self, atlas: &Atlas, window: &[Word]) -> Vec<Found> {
        let ends = [window.first(), window.last()];
        let idle = |word: &&Word| IDLE.contains(&word.plain.as_str());
        let [first, last] = ends.map(|word| word.as_ref().is_some_and(idle));
        // "chợ Kì Ahn" begins with a word that is idle elsewhere.
        let leads = class::leading(window).is_some_and(|(.., count)| count < window.len());
        match self {
            Guess::Misspelt if last || (first && !leads) => Vec::new(),
            Guess::Misspelt => {
                let mut found = atlas.names.misspelt(window);
                found.retain(|one| one.score >= 0.55);
                found
            }
            Guess::Part if window.len() == 1 && first => Vec::new(),
            Guess::Part => atlas.names.part(window),
        }
    }
}

/// The longest guess in a run, and those on both sides of it.
fn guessed(atlas: &Atlas, words: &[Word], run: Range<usize>, guess: Guess, hits: &mut Vec<Hit>) {
    for count in (1..=run.len().min(LONGEST_MISSPELT)).rev() {
        for start in run.start..=run.end - count {
            let window = start..start + count;
            let found = guess.at(atlas, words.get(window.clone()).unwrap_or_default());
            if !found.is_empty() {
                hits.push(hit(words, window.clone(), found));
                guessed(atlas, words, run.start..window.start, guess, hits);
                guessed(atlas, words, window.end..run.end, guess, hits);
                return;
            }
        }
    }
}

/// Kinds of place that are told without a name.
fn kinds(atlas: &Atlas, words: &[Word], run: Range<usize>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut i = run.start;
    while i < run.end {
        let window = words.get(i..run.end).unwrap_or_default();
        let Some((class, kind_word, count)) = class::leading(window) else {
            i += 1;
            continue;
        };
        let listed = !matches!(
            class,
            Class::Street | Class::Lane | Class::Unit | Class::Group | Class::Hamlet | Class::Shop | Class::Estate
        );
        // A word of two letters or one that is many things without diacritics tells no kind by itself.
        let unclear = ["ca", "den", "dinh", "cho", "cau"].contains(&kind_word)
            && !words::is_marked(words.get(i..i + count).unwrap_or_default());
        // Of an unclear word whatever follows says that it is no kind: "tu TDP 1 den cho".
        let named = words.get(i + count).is_some();
        if listed && !(unclear && named) && class::is_spelt(window.get(..count).unwrap_or_default()) {
            let all = atlas.names.of_kind(class, kind_word).into_iter().take(MOST_OF_KIND);
            let found: Vec<Found> = all.map(|feature| Found { feature, score: KIND_ONLY, how: How::Part }).collect();
            if !found.is_empty() {
                let mut hit = hit(words, i..i + count, found);
                hit.kind_only = true;
                hits.push(hit);
            }
        }
        i += count;
    }
    hits
}

/// A name of one word that is a kind, with unknown words right behind it, is likely the beginning of another name.
fn distrust_cut_names(words: &[Word], apart: &[bool], hits: &mut [Hit]) {
    let taken: Vec<Range<usize>> = hits.iter().map(|hit| hit.words.clone()).collect();
    for hit in hits.iter_mut().filter(|hit| hit.words.len() <= 2 && !hit.kind_only) {
        let window = words.get(hit.words.clone()).unwrap_or_default();
        let is_kind = class::leading(window).is_some_and(|(.., count)| count == window.len());
        let next = hit.words.end;
        let unknown = words.get(next).is_some_and(|word| !IDLE.contains(&word.plain.as_str()))
            && !taken.iter().any(|other| other.contains(&next))
            && !apart.get(next).copied().unwrap_or_default();
        if is_kind && unknown {
            hit.trust = CUT_SHORT;
        }
    }
}
