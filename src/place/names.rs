//! The names of an atlas, to be looked up: as they are written, with typing errors, by a part of them.
//!
//! A name is compared without its spaces. Typing errors are found by the letters' trigrams: a name within `k` errors (optimal string
//! alignment) shares at least `n − 4k` of the `n` padded trigrams of what was typed, is at most `k` letters longer or shorter, and lacks
//! at most `k` of its letters. So only few of a hundred thousand names are measured.

use std::collections::HashMap;

use super::class::{self, Class};
use super::words::{self, Word};

/// A part of a name must have so many words, or so many letters if it is one.
const PART_WORDS: usize = 2;
const PART_LETTERS: usize = 6;
/// So many places are told for a part of a name, or for a kind alone.
const MOST: usize = 24;

/// How a name was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// As it is written.
    Whole,
    /// With other diacritics.
    OtherMarks,
    /// Another word for its kind: a phố for a đường, a ngã ba for a ngã tư.
    OtherKind,
    /// Without the word for its kind, or with one that the name does not have.
    WithoutKind,
    /// By the first letters of its words.
    Initials,
    /// With so many typing errors.
    Misspelt(u8),
    /// By a part of it.
    Part,
}

/// A name that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    /// The number of what has the name.
    pub feature: u32,
    /// 0 to 1.
    pub score: f64,
    /// How.
    pub how: How,
}

#[derive(Clone, Debug)]
struct Entry {
    feature: u32,
    class: Option<Class>,
    /// The word for its kind, as [`class::leading`] unifies it.
    kind_word: &'static str,
    /// The name with its diacritics, without spaces and the kind.
    marked: String,
    initials: bool,
}

/// All names.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    entries: Vec<Entry>,
    /// The names without their kinds, each once.
    cores: Vec<Core>,
    by_core: HashMap<String, u32>,
    /// Kind and name without spaces, to cores.
    by_full: HashMap<String, u32>,
    /// Cores by a trigram that they have and by their length, letters.
    by_gram: HashMap<([char; 3], usize), Vec<u32>>,
    /// What letters each core has.
    bags: Vec<Bag>,
    by_word: HashMap<String, Vec<u32>>,
    /// Features by what kind their names tell.
    by_kind: HashMap<(Class, &'static str), Vec<u32>>,
}

#[derive(Clone, Debug, Default)]
struct Core {
    key: String,
    words: Vec<String>,
    entries: Vec<u32>,
}

/// The words of a name, taken apart.
struct Parts<'a> {
    class: Option<Class>,
    kind_word: &'static str,
    core: &'a [Word],
}

fn parts(words: &[Word]) -> Parts<'_> {
    match class::leading(words) {
        Some((class, kind_word, count)) if count < words.len() => {
            Parts { class: Some(class), kind_word, core: words.get(count..).unwrap_or_default() }
        }
        _ => match class::trailing(words) {
            Some((class, count)) if count < words.len() => {
                let core = words.get(..words.len() - count).unwrap_or_default();
                Parts { class: Some(class), kind_word: "", core }
            }
            _ => Parts { class: None, kind_word: "", core: words },
        },
    }
}

impl Names {
    /// Adds a name of a feature of this kind.
    pub(super) fn add(&mut self, feature: u32, name: &str, kind: Option<Class>) {
        let words = words::words(name);
        let Parts { class, kind_word, core } = parts(&words);
        if core.is_empty() {
            return;
        }
        let class = class.or(kind);
        if let Some(class) = class {
            let same = self.by_kind.entry((class, kind_word)).or_default();
            if same.last() != Some(&feature) {
                same.push(feature);
            }
        }
        let marked = words::marked_key(core);
        self.insert(Entry { feature, class, kind_word, marked, initials: false }, core);
        // "ngã ba VL"; only where the kind is told too, since two letters are many things.
        if core.len() > 1
            && core.iter().all(|word| word.plain.chars().all(char::is_alphabetic))
            && !kind_word.is_empty()
        {
            let letters: String = core.iter().filter_map(|word| word.plain.chars().next()).collect();
            let short = Word { plain: letters.clone(), marked: letters, at: 0..0 };
            let entry = Entry { feature, class, kind_word, marked: short.marked.clone(), initials: true };
            self.insert(entry, std::slice::from_ref(&short));
        }
    }

    fn insert(&mut self, entry: Entry, core: &[Word]) {
        let key = words::key(core);
        let number = self.entries.len() as u32;
        let (full, initials) = (format!("{}{key}", entry.kind_word), entry.initials);
        self.entries.push(entry);
        let fresh = self.cores.len() as u32;
        let at = *self.by_core.entry(key.clone()).or_insert(fresh);
        if at == fresh {
            let words: Vec<String> = core.iter().map(|word| word.plain.clone()).collect();
            // Initials are no names to be misspelt.
            if !initials {
                self.post(at, &key, &words);
            }
            self.bags.push(Bag::of(&key));
            self.cores.push(Core { key, words, entries: Vec::new() });
        } else if !initials && self.of_core(at).all(|entry| entry.initials) {
            let words: Vec<String> = core.iter().map(|word| word.plain.clone()).collect();
            self.post(at, &key, &words);
            if let Some(core) = self.cores.get_mut(at as usize) {
                core.words = words;
            }
        }
        self.by_full.entry(full).or_insert(at);
        if let Some(core) = self.cores.get_mut(at as usize) {
            core.entries.push(number);
        }
    }

    fn post(&mut self, at: u32, key: &str, words: &[String]) {
        let length = key.chars().count();
        for gram in grams(key) {
            let posted = self.by_gram.entry((gram, length)).or_default();
            if posted.last() != Some(&at) {
                posted.push(at);
            }
        }
        for word in words {
            let posted = self.by_word.entry(word.clone()).or_default();
            if posted.last() != Some(&at) {
                posted.push(at);
            }
        }
    }

    fn of_core(&self, core: u32) -> impl Iterator<Item = &Entry> {
        let entries = self.cores.get(core as usize).map(|core| core.entries.as_slice()).unwrap_or_default();
        entries.iter().filter_map(|number| self.entries.get(*number as usize))
    }

    /// What has exactly this name, each once, best first.
    pub(super) fn whole(&self, typed: &[Word]) -> Vec<Found> {
        let Parts { class, kind_word, core } = parts(typed);
        let key = words::key(core);
        let full = format!("{kind_word}{key}");
        let at = self.by_core.get(&key).copied();
        // "ngãba Việt Lào", "đườngLê Đại Hành": the space behind the kind was lost.
        let glued = if class.is_none() { self.by_full.get(&full).copied() } else { None };
        let marked = words::marked_key(core);
        let careful = words::is_marked(core);
        let mut found: Vec<Found> = Vec::new();
        for entry in at.into_iter().flat_map(|at| self.of_core(at)) {
            let Some((score, how)) = fits(entry, class, kind_word) else { continue };
            let other = careful && !entry.initials && entry.marked != marked;
            let (score, how) = match how {
                How::Whole if other => (score - 0.06, How::OtherMarks),
                _ if other => (score - 0.06, how),
                _ => (score, how),
            };
            found.push(Found { feature: entry.feature, score, how });
        }
        if let Some(core) = glued.filter(|glued| Some(*glued) != at).and_then(|at| self.cores.get(at as usize)) {
            let entries = core.entries.iter().filter_map(|number| self.entries.get(*number as usize));
            let same = entries.filter(|entry| !entry.initials && format!("{}{}", entry.kind_word, core.key) == full);
            found.extend(same.map(|entry| Found { feature: entry.feature, score: 0.98, how: How::Whole }));
        }
        best_each(found)
    }

    /// What is of a kind, by the word for it (an empty one is all of the kind) or by the kind alone where its name tells none.
    pub(super) fn of_kind(&self, class: Class, kind_word: &str) -> Vec<u32> {
        let fits = |word: &str| word.is_empty() || kind_word.is_empty() || word == kind_word;
        let lists = self.by_kind.iter().filter(|((c, word), _)| *c == class && fits(word));
        let all: std::collections::BTreeSet<u32> = lists.flat_map(|(_, features)| features.iter().copied()).collect();
        all.into_iter().collect()
    }

    /// What has a name within few typing errors, each once, best first. Numbers are never taken for others.
    pub(super) fn misspelt(&self, typed: &[Word]) -> Vec<Found> {
        let Parts { class, kind_word, core } = parts(typed);
        let key = words::key(core);
        let letters = key.chars().count();
        let most = allowed(letters);
        if most == 0 {
            return Vec::new();
        }
        let figures = digits(&key);
        let mut found = Vec::new();
        for at in self.alike(&key, letters, most) {
            let Some(core) = self.cores.get(at as usize) else { continue };
            if digits(&core.key) != figures {
                continue;
            }
            let errors = strsim::osa_distance(&core.key, &key);
            if errors == 0 || errors > most {
                continue;
            }
            let penalty = 1.5 * errors as f64 / core.key.chars().count().max(letters) as f64;
            for entry in self.of_core(at).filter(|entry| !entry.initials) {
                if let Some((score, _)) = fits(entry, class, kind_word) {
                    let score = 0.95 * score * (1.0 - penalty);
                    found.push(Found { feature: entry.feature, score, how: How::Misspelt(errors as u8) });
                }
            }
        }
        best_each(found)
    }

    /// The cores that may be within `most` errors of a key of so many letters; all that are, and few others.
    fn alike(&self, key: &str, letters: usize, most: usize) -> Vec<u32> {
        let grams = grams(key);
        let lengths = letters.saturating_sub(most)..=letters + most;
        let with = |gram: &[char; 3]| -> Vec<&Vec<u32>> {
            lengths.clone().filter_map(|length| self.by_gram.get(&(*gram, length))).collect()
        };
        let mut lists: Vec<Vec<&Vec<u32>>> = grams.iter().map(with).collect();
        lists.sort_by_key(|lists| lists.iter().map(|list| list.len()).sum::<usize>());
        // Whoever shares `need` trigrams shares one of all but the `need - 1` commonest.
        let need = grams.len().saturating_sub(4 * most).max(1);
        let rare = lists.iter().take(grams.len() + 1 - need).flatten().copied().flatten().copied();
        let bag = Bag::of(key);
        let near = |at: &u32| self.bags.get(*at as usize).is_some_and(|other| bag.is_near(*other, most));
        let mut alike: Vec<u32> = rare.filter(near).collect();
        alike.sort_unstable();
        alike.dedup();
        alike
    }

    /// What has these words, one behind the other, in its name, each once, best first.
    pub(super) fn part(&self, typed: &[Word]) -> Vec<Found> {
        let Parts { class, kind_word, core } = parts(typed);
        let letters: usize = core.iter().map(|word| word.plain.chars().count()).sum();
        if core.len() < PART_WORDS && letters < PART_LETTERS && class.is_none() {
            return Vec::new();
        }
        let mut lists: Vec<&Vec<u32>> = Vec::new();
        for word in core {
            match self.by_word.get(&word.plain) {
                Some(list) => lists.push(list),
                None => return Vec::new(),
            }
        }
        lists.sort_by_key(|list| list.len());
        let Some((shortest, others)) = lists.split_first() else { return Vec::new() };
        let has = |core_words: &[String]| {
            core_words.windows(core.len()).any(|part| part.iter().zip(core).all(|(a, b)| *a == b.plain))
        };
        let mut found = Vec::new();
        for at in shortest.iter().filter(|at| others.iter().all(|list| list.binary_search(at).is_ok())) {
            let Some(known) = self.cores.get(*at as usize) else { continue };
            if known.words.len() == core.len() || !has(&known.words) {
                continue;
            }
            for entry in self.of_core(*at).filter(|entry| !entry.initials) {
                if let Some((score, _)) = fits(entry, class, kind_word) {
                    let share = core.len() as f64 / known.words.len() as f64;
                    let score = (0.6 + 0.2 * share) * (score + 0.15).min(1.0);
                    found.push(Found { feature: entry.feature, score, how: How::Part });
                }
            }
        }
        let mut found = best_each(found);
        found.truncate(MOST);
        found
    }
}

/// How well what was typed fits a name of the same words: by the kinds that both tell.
fn fits(entry: &Entry, class: Option<Class>, kind_word: &str) -> Option<(f64, How)> {
    if entry.initials {
        return (class == entry.class && class.is_some()).then_some((0.7, How::Initials));
    }
    match class {
        None if entry.kind_word.is_empty() => Some((1.0, How::Whole)),
        None => Some((0.8, How::WithoutKind)),
        Some(_) if kind_word == entry.kind_word => Some((1.0, How::Whole)),
        Some(class) if entry.class == Some(class) && entry.kind_word.is_empty() => Some((0.97, How::Whole)),
        Some(class) if entry.class == Some(class) && class::differ(class, kind_word, entry.kind_word) => {
            (class != Class::Office).then_some((0.7, How::OtherKind))
        }
        Some(class) if entry.class == Some(class) => Some((0.88, How::OtherKind)),
        Some(Class::Street) if entry.class == Some(Class::Lane) => None,
        Some(_) if entry.class.is_none() => Some((0.75, How::WithoutKind)),
        Some(_) => None,
    }
}

fn best_each(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.feature.cmp(&b.feature)));
    let mut seen = std::collections::HashSet::new();
    found.retain(|one| seen.insert(one.feature));
    found
}

/// How many typing errors a name of so many letters may have: one in about seven.
fn allowed(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=8 => 1,
        9..=15 => 2,
        _ => 3,
    }
}

/// Which letters a key has: of `a` to `z` whether it has one and whether it has a second, of `0` to `9` whether it has one.
#[derive(Clone, Copy, Debug)]
struct Bag(u64);

impl Bag {
    fn of(key: &str) -> Bag {
        let mut bits = 0u64;
        for letter in key.bytes() {
            match letter {
                b'a'..=b'z' => {
                    let one = 1 << (2 * (letter - b'a'));
                    bits |= if bits & one == 0 { one } else { one << 1 };
                }
                b'0'..=b'9' => bits |= 1 << (52 + letter - b'0'),
                _ => {}
            }
        }
        Bag(bits)
    }

    /// Whether so many errors can make one of the other: each adds at most one letter, and takes at most one away.
    fn is_near(self, other: Bag, errors: usize) -> bool {
        let lacks = |a: u64, b: u64| (a & !b).count_ones() as usize;
        lacks(self.0, other.0) <= errors && lacks(other.0, self.0) <= errors
    }
}

fn digits(key: &str) -> String {
    key.chars().filter(char::is_ascii_digit).collect()
}

/// The trigrams of a key, two blanks before it and behind it; each once.
fn grams(key: &str) -> Vec<[char; 3]> {
    let letters: Vec<char> = ['\0', '\0'].into_iter().chain(key.chars()).chain(['\0', '\0']).collect();
    let mut grams: Vec<[char; 3]> = letters.windows(3).filter_map(|three| <[char; 3]>::try_from(three).ok()).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::words::words;
    use super::*;

    const NAMES: [&str; 8] = [
        "ngã ba Việt Lào",
        "đường Việt Lào",
        "chợ Kỳ Anh",
        "chợ cũ Kỳ Anh",
        "TDP Hưng Hòa",
        "TDP 1",
        "TDP 2",
        "đường Nguyễn Thị Bích Châu",
    ];

    fn names() -> Names {
        let mut names = Names::default();
        for (i, name) in NAMES.iter().enumerate() {
            names.add(i as u32, name, None);
        }
        names
    }

    fn shown(found: &[Found]) -> Vec<(&'static str, How)> {
        found.iter().map(|one| (NAMES[one.feature as usize], one.how)).collect()
    }

    #[test]
    fn a_whole_name_is_found_in_every_way_of_writing_it() {
        let names = names();
        for (typed, want, how) in [
            ("nga 3 viet lao", "ngã ba Việt Lào", How::Whole),
            ("ngãba việtlào", "ngã ba Việt Lào", How::Whole),
            ("ngã tư Việt Lào", "ngã ba Việt Lào", How::OtherKind),
            ("ngã 3 VL", "ngã ba Việt Lào", How::Initials),
            ("tổ Hưng Hoà", "TDP Hưng Hòa", How::Whole),
            ("TDP Hưng Hóa", "TDP Hưng Hòa", How::OtherMarks),
            ("chợ kì anh", "chợ Kỳ Anh", How::OtherMarks),
        ] {
            assert_eq!(shown(&names.whole(&words(typed))), [(want, how)], "{typed}");
        }
        let both = [("ngã ba Việt Lào", How::WithoutKind), ("đường Việt Lào", How::WithoutKind)];
        assert_eq!(shown(&names.whole(&words("việt lào"))), both);
        assert!(names.whole(&words("cầu Việt Lào")).is_empty(), "a bridge is no road");
    }

    #[test]
    fn typing_errors_are_found_and_numbers_never_changed() {
        let names = names();
        for typed in
            ["nguyen thi bich chua", "đường Nguyễn Thị Bíc Châu", "nguyenthi bihc chau", "Nguyễn Thị Bích Chấu x"]
        {
            let found = shown(&names.misspelt(&words(typed)));
            assert_eq!(found.first().map(|one| one.0), Some("đường Nguyễn Thị Bích Châu"), "{typed}");
        }
        assert!(names.misspelt(&words("TDP 3")).is_empty());
        assert!(names.misspelt(&words("TDP 11")).is_empty());
    }

    #[test]
    fn a_part_of_a_name_is_found_by_whole_words() {
        let names = names();
        assert_eq!(shown(&names.part(&words("Kỳ Anh"))), [("chợ cũ Kỳ Anh", How::Part)]);
        assert_eq!(shown(&names.part(&words("đường Bích Châu"))), [("đường Nguyễn Thị Bích Châu", How::Part)]);
        assert!(names.part(&words("Bích Lào")).is_empty());
        assert!(names.part(&words("Kỳ")).is_empty());
    }

    proptest! {
        /// The trigrams lose no name that the distance allows.
        #[test]
        fn no_near_name_is_missed(core in "[a-c]{4,18}", edits in prop::collection::vec((0usize..20, 0u8..4, "[a-c]"), 1..4)) {
            let mut names = Names::default();
            names.add(0, &core, None);
            let mut letters: Vec<char> = core.chars().collect();
            for (at, what, letter) in edits {
                let at = at % letters.len();
                let letter = letter.chars().next().unwrap();
                match what {
                    0 => letters[at] = letter,
                    1 => letters.insert(at, letter),
                    2 if letters.len() > 1 => { letters.remove(at); }
                    _ if at + 1 < letters.len() => letters.swap(at, at + 1),
                    _ => {}
                }
            }
            let typed: String = letters.into_iter().collect();
            let key = words::key(&words::words(&typed));
            let errors = strsim::osa_distance(&words::key(&words::words(&core)), &key);
            let near = errors > 0 && errors <= allowed(key.chars().count()) && class::leading(&words(&typed)).is_none();
            prop_assert_eq!(names.misspelt(&words(&typed)).len(), usize::from(near));
        }
    }
}
