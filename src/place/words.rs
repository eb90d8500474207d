//! A text as words that can be compared: without diacritics and case, abbreviations unified, each with its bytes in the text.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Ways of writing the same, after folding; whole words only, longest first. Either as many words as it stands for, or one.
const SAME: &[(&[&str], &[&str])] = &[
    (&["benh", "vien", "da", "khoa"], &["bvdk"]),
    (&["trung", "hoc", "pho", "thong"], &["thpt"]),
    (&["trung", "hoc", "co", "so"], &["thcs"]),
    (&["uy", "ban", "nhan", "dan"], &["ubnd"]),
    (&["san", "van", "dong"], &["svd"]),
    (&["bv", "da", "khoa"], &["bvdk"]),
    (&["to", "dan", "pho"], &["tdp"]),
    (&["to", "dp"], &["tdp"]),
    (&["t", "d", "p"], &["tdp"]),
    (&["tdp", "so"], &["tdp"]),
    (&["to", "so"], &["to"]),
    (&["uy", "ban"], &["ubnd"]),
    (&["cap", "1"], &["tieu", "hoc"]),
    (&["cap", "mot"], &["tieu", "hoc"]),
    (&["cap", "hai"], &["thcs"]),
    (&["cap", "ba"], &["thpt"]),
    (&["cap", "2"], &["thcs"]),
    (&["cap", "3"], &["thpt"]),
    (&["ca", "phe"], &["cafe"]),
    (&["ca", "fe"], &["cafe"]),
    (&["national", "road"], &["ql"]),
    (&["national", "highway"], &["ql"]),
    (&["duong", "1a"], &["ql", "1"]),
    (&["khu", "dan", "cu"], &["kdc"]),
    (&["khu", "do", "thi"], &["kdt"]),
    (&["nha", "van", "hoa"], &["nvh"]),
    (&["benh", "vien"], &["bv"]),
    (&["quoc", "lo"], &["ql"]),
    (&["tinh", "lo"], &["tl"]),
    (&["duong", "tinh"], &["dt"]),
    (&["thi", "xa"], &["tx"]),
    (&["thi", "tran"], &["tt"]),
    (&["thanh", "pho"], &["tp"]),
    (&["khu", "pho"], &["kp"]),
    (&["cong", "an"], &["ca"]),
    (&["so", "nha"], &["so"]),
    (&["nha", "so"], &["so"]),
    (&["duong", "so"], &["ds"]),
    (&["nga", "3"], &["nga", "ba"]),
    (&["nga", "4"], &["nga", "tu"]),
    (&["nga", "bon"], &["nga", "tu"]),
    (&["nga", "5"], &["nga", "nam"]),
    (&["nga", "6"], &["nga", "sau"]),
    (&["nga", "7"], &["nga", "bay"]),
    // The national road 1 is called 1A everywhere but in its papers.
    (&["ql", "1a"], &["ql", "1"]),
    (&["p"], &["phuong"]),
];

/// What is written together with its number: `TDP3`, `QL1A`, `ngã3`.
const GLUED: &[&str] =
    &["tdp", "ql", "tl", "dt", "kp", "p", "q", "nga", "ngo", "hem", "to", "thon", "xom", "khoi", "km"];

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Without diacritics, lower case, abbreviations unified; not empty.
    pub plain: String,
    /// With its diacritics, the tone behind the word: `hoà` and `hòa` are the same.
    pub marked: String,
    /// Its bytes in the text.
    pub at: Range<usize>,
}

/// The words of a text, in its order.
pub(super) fn words(text: &str) -> Vec<Word> {
    // Twice: "quốc lộ 1A" is "ql 1a" first.
    unified(&unified(&raw(text)))
}

/// Folds a name: no diacritics (`đ` is `d`), lower case, words apart by one space, abbreviations unified.
pub fn fold(name: &str) -> String {
    words(name).iter().map(|word| word.plain.as_str()).collect::<Vec<_>>().join(" ")
}

/// The same with every word as it was written, apart from case and diacritics: what somebody types the beginning of.
pub fn as_written(name: &str) -> String {
    raw(name).iter().map(|word| word.plain.as_str()).collect::<Vec<_>>().join(" ")
}

/// Whether a name stands in a text, word by word. Diacritics that were typed count, those that were not do not.
pub fn stands_in(text: &str, name: &str) -> bool {
    let (text, name) = (words(text), words(name));
    let same =
        |typed: &Word, own: &Word| typed.plain == own.plain && (typed.marked.is_ascii() || typed.marked == own.marked);
    !name.is_empty() && text.windows(name.len()).any(|part| part.iter().zip(&name).all(|(a, b)| same(a, b)))
}

/// Words without the spaces between them, `i` for a `y` that sounds so: what is compared, so that lost spaces do not matter.
pub(super) fn key(words: &[Word]) -> String {
    let mut key = String::new();
    for word in words {
        // "1 1" is not 11.
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if digit(key.chars().next_back()) && digit(word.plain.chars().next()) {
            key.push('.');
        }
        match word.plain.strip_suffix('y') {
            // "kỳ" and "kì", "quý" and "quí"; but "thúy" is not "thúi".
            Some(stem) if stem.ends_with(|c: char| !"aeiouy".contains(c)) || stem == "qu" => {
                key.push_str(stem);
                key.push('i');
            }
            _ => key.push_str(&word.plain),
        }
    }
    key
}

/// The same with diacritics.
pub(super) fn marked_key(words: &[Word]) -> String {
    words.iter().map(|word| word.marked.as_str()).collect()
}

/// Whether somebody wrote any of these words with diacritics.
pub(super) fn is_marked(words: &[Word]) -> bool {
    words.iter().any(|word| !word.marked.is_ascii())
}

fn raw(text: &str) -> Vec<Word> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if !(c.is_alphanumeric() || is_combining_mark(c)) {
            continue;
        }
        match spans.last_mut() {
            Some(span) if span.end == at => span.end = end,
            _ => spans.push(at..end),
        }
    }
    let mut words = Vec::new();
    for span in spans {
        let slice = text.get(span.clone()).unwrap_or_default();
        let digit = slice.find(|c: char| c.is_ascii_digit()).filter(|at| *at > 0);
        let cut = digit.filter(|at| GLUED.contains(&plain(slice.get(..*at).unwrap_or_default()).as_str()));
        match cut {
            Some(cut) => {
                words.push(span.start..span.start + cut);
                words.push(span.start + cut..span.end);
            }
            None => words.push(span),
        }
    }
    let word = |at: Range<usize>| {
        let slice = text.get(at.clone()).unwrap_or_default();
        // "TDP 03" is "TDP 3".
        let digits = slice.len() == 2 && slice.bytes().all(|b| b.is_ascii_digit());
        let slice = if digits { slice.strip_prefix('0').unwrap_or(slice) } else { slice };
        Word { plain: plain(slice), marked: marked(slice), at }
    };
    words.into_iter().map(word).filter(|word| !word.plain.is_empty()).collect()
}

fn unified(raw: &[Word]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let [first, others @ ..] = rest {
        let matches = |from: &[&str]| {
            rest.len() >= from.len() && rest.iter().zip(from.iter()).all(|(word, want)| word.plain == *want)
        };
        let Some((from, to)) = SAME.iter().find(|(from, _)| matches(from)) else {
            words.push(first.clone());
            rest = others;
            continue;
        };
        let (these, after) = rest.split_at(from.len());
        if to.len() == these.len() {
            let same = these.iter().zip(to.iter());
            words.extend(same.map(|(word, to)| Word { plain: (*to).to_owned(), ..word.clone() }));
        } else {
            let end = these.last().map_or(first.at.end, |word| word.at.end);
            let short = to.concat();
            words.push(Word { plain: short.clone(), marked: short, at: first.at.start..end });
        }
        rest = after;
    }
    words
}

fn plain(word: &str) -> String {
    let letters = word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    // Lower-casing may bring marks of its own ("İ").
    letters.filter(|c| !is_combining_mark(*c)).map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

fn marked(word: &str) -> String {
    let tone = |c: &char| ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'].contains(c);
    let (tones, letters): (Vec<char>, Vec<char>) = word.nfd().flat_map(char::to_lowercase).partition(tone);
    letters.into_iter().chain(tones).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_of_writing_a_name_fold_to_one() {
        for name in [
            "ngã ba Việt Lào",
            "Ngã 3 Việt Lào",
            "ngã3 Việt Lào",
            "nga ba viet lao",
            "NGÃ BA VIỆT-LÀO",
            "nga\u{303} ba Vie\u{323}\u{302}t La\u{300}o",
        ] {
            assert_eq!(fold(name), "nga ba viet lao", "{name}");
        }
        assert_eq!(fold("Tổ dân phố Hưng Hoà"), fold("TDP Hưng Hòa"));
        assert_eq!(fold("đường Lê Đại Hành"), "duong le dai hanh");
        for name in ["QL 1A", "QL1A", "QL.1A", "quốc lộ 1A", "ql1", "Quốc lộ 1"] {
            assert_eq!(key(&words(name)), "ql1", "{name}");
        }
    }

    #[test]
    fn typed_diacritics_count_where_a_name_is_looked_for_in_a_text() {
        assert!(stands_in("một vụ CHÁY nhà", "cháy") && stands_in("vu chay nha", "cháy"));
        assert!(!stands_in("một xe bỏ chạy", "cháy") && !stands_in("", "cháy") && !stands_in("cháy", ""));
    }

    #[test]
    fn nothing_but_signs_folds_to_nothing() {
        assert_eq!(fold(" – , "), "");
        assert_eq!(fold("\u{301}"), "");
    }

    #[test]
    fn what_sounds_alike_has_one_key_and_diacritics_another() {
        assert_eq!(key(&words("chợ kì anh")), key(&words("Chợ Kỳ Anh")));
        assert_ne!(key(&words("Thúy")), key(&words("Thúi")));
        assert_eq!(marked_key(&words("Hưng Hoà")), marked_key(&words("hưng hòa")));
        assert_ne!(marked_key(&words("Hưng Hóa")), marked_key(&words("hưng hòa")));
        assert!(is_marked(&words("Hưng")) && !is_marked(&words("hung")));
    }

    #[test]
    fn words_know_where_they_stand() {
        let text = "ở TDP3, tổ dân phố 4";
        let found: Vec<(String, &str)> = words(text).into_iter().map(|w| (w.plain, &text[w.at])).collect();
        let want = [("o", "ở"), ("tdp", "TDP"), ("3", "3"), ("tdp", "tổ dân phố"), ("4", "4")];
        assert_eq!(found, want.map(|(plain, text)| (plain.to_owned(), text)));
    }
}
