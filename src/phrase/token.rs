//! The sentence as words, numbers and signs, each with its place in the text. Chat spellings become the words they stand for.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::letters::stands_for;

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    Sign,
}

/// A word, a run of digits or one sign.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    /// NFC and lower case; a sign of several forms in one of them.
    pub text: String,
    /// Whether nothing lies between it and the token before.
    pub glued: bool,
    /// Whether it was written as a name is: a capital first, in a text that is not all capitals.
    pub name: bool,
    /// Its bytes in the text.
    pub at: Range<usize>,
}

/// The tokens of a text.
#[derive(Debug)]
pub(super) struct Tokens {
    all: Vec<Token>,
}

/// What is typed in haste or by ear, and the words that are meant.
const MEANT: &[(&str, &str)] = &[
    ("wa", "qua"),
    ("qa", "qua"),
    ("wá", "qua"),
    ("hum", "hôm"),
    ("hm", "hôm"),
    ("bựa", "bữa"),
    ("bửa", "bữa"),
    ("tói", "tối"),
    ("tốj", "tối"),
    ("tuj", "tối"),
    ("chìu", "chiều"),
    ("chiu", "chiều"),
    ("chjeu", "chiều"),
    ("sag", "sáng"),
    ("ság", "sáng"),
    ("xáng", "sáng"),
    ("xang", "sáng"),
    ("rạn", "rạng"),
    ("rạg", "rạng"),
    ("dêm", "đêm"),
    ("kuya", "khuya"),
    ("khỏang", "khoảng"),
    ("khoản", "khoảng"),
    ("khoag", "khoảng"),
    ("khoan", "khoảng"),
    ("koảng", "khoảng"),
    ("koang", "khoảng"),
    ("chừg", "chừng"),
    ("trc", "trước"),
    ("trước", "trước"),
    ("trươc", "trước"),
    ("trứơc", "trước"),
    ("rưởi", "rưỡi"),
    ("rưởy", "rưỡi"),
    ("ruoi", "rưỡi"),
    ("rửi", "rưỡi"),
    ("fút", "phút"),
    ("fut", "phút"),
    ("phúc", "phút"),
    ("jờ", "giờ"),
    ("giừ", "giờ"),
    ("gìơ", "giờ"),
    ("giò", "giờ"),
    ("lúk", "lúc"),
    ("luk", "lúc"),
    ("bẩy", "bảy"),
    ("nhựt", "nhật"),
    ("mồng", "mùng"),
    ("mong", "mùng"),
    ("ngàyy", "ngày"),
    ("ngaỳ", "ngày"),
    ("thág", "tháng"),
    ("thag", "tháng"),
    ("hqua", "hôm qua"),
    ("hwa", "hôm qua"),
    ("hqa", "hôm qua"),
    ("hnay", "hôm nay"),
    ("hkia", "hôm kia"),
    ("snay", "sáng nay"),
    ("cnay", "chiều nay"),
    ("tnay", "tối nay"),
    ("tqua", "tối qua"),
    ("cqua", "chiều qua"),
    ("đqua", "đêm qua"),
    ("yday", "yesterday"),
    ("yest", "yesterday"),
    ("ystd", "yesterday"),
    ("rạngsáng", "rạng sáng"),
    ("nửađêm", "nửa đêm"),
    ("chủnhật", "chủ nhật"),
    ("lúcnãy", "lúc nãy"),
];

/// Words that lose the space between them when typed in haste: any of the first with any of the second.
const JOINED: (&[&str], &[&str]) =
    (&["tối", "sáng", "trưa", "chiều", "đêm", "khuya", "hôm", "bữa"], &["qua", "nay", "kia", "ni"]);

impl Tokens {
    /// Takes a text apart. What is neither letter, digit nor sign (blanks, controls, invisible marks) only separates.
    pub(super) fn of(text: &str) -> Tokens {
        let shouted = !text.chars().any(char::is_lowercase);
        let mut all: Vec<Token> = Vec::new();
        let mut end_before = None;
        let mut chars = text.char_indices().peekable();
        while let Some((start, first)) = chars.next() {
            let Some(kind) = kind_of(first) else { continue };
            let mut end = start + first.len_utf8();
            while kind != Kind::Sign
                && let Some((at, c)) = chars.next_if(|(_, c)| is_combining_mark(*c) || kind_of(*c) == Some(kind))
            {
                end = at + c.len_utf8();
            }
            let (at, glued) = (start..end, end_before == Some(start));
            end_before = Some(end);
            let written = normal(&text[at.clone()], kind);
            let name = kind == Kind::Word && first.is_uppercase() && !shouted;
            let meant = if kind == Kind::Word { meant(&written) } else { None };
            for (n, word) in meant.as_deref().unwrap_or(&written).split(' ').enumerate() {
                let glued = glued && n == 0;
                all.push(Token { kind, text: word.to_owned(), glued, name, at: at.clone() });
            }
        }
        Tokens { all }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, i: usize) -> Option<&Token> {
        self.all.get(i)
    }

    /// The token before; none at the start.
    pub(super) fn before(&self, i: usize) -> Option<&Token> {
        i.checked_sub(1).and_then(|i| self.all.get(i))
    }

    /// Whether token `i` is this word.
    pub(super) fn is(&self, i: usize, word: &str) -> bool {
        self.get(i).is_some_and(|t| t.kind == Kind::Word && stands_for(&t.text, word))
    }

    /// Whether the token before `i` is one of these words.
    pub(super) fn follows(&self, i: usize, words: &[&str]) -> bool {
        i > 0 && words.iter().any(|word| self.is(i - 1, word))
    }

    /// Whether token `i` is this sign.
    pub(super) fn sign(&self, i: usize, sign: char) -> bool {
        self.get(i).is_some_and(|t| t.kind == Kind::Sign && t.text.chars().eq([sign]))
    }

    /// Whether token `i` is this sign and touches the one before it.
    pub(super) fn glued_sign(&self, i: usize, sign: char) -> bool {
        self.sign(i, sign) && self.glued(i)
    }

    /// Whether token `i` touches the one before it.
    pub(super) fn glued(&self, i: usize) -> bool {
        self.get(i).is_some_and(|t| t.glued)
    }

    /// The digits at `i`, 0 to 9 only.
    pub(super) fn digits(&self, i: usize) -> Option<&str> {
        let plain = |t: &&Token| t.kind == Kind::Number && t.text.bytes().all(|b| b.is_ascii_digit());
        self.get(i).filter(plain).map(|t| t.text.as_str())
    }

    /// The number at `i`, of at most nine digits.
    pub(super) fn number(&self, i: usize) -> Option<u32> {
        self.digits(i).filter(|d| d.len() <= 9).and_then(|d| d.parse().ok())
    }

    /// The token after this expression, when it stands at `i`.
    pub(super) fn phrase(&self, i: usize, phrase: &str) -> Option<usize> {
        let mut at = i;
        for word in phrase.split(' ') {
            if !self.is(at, word) {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    /// The token after the longest of these expressions that stands at `i`.
    pub(super) fn longest(&self, i: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().filter_map(|phrase| self.phrase(i, phrase)).max()
    }
}

/// What a character belongs to; nothing for what only separates.
fn kind_of(c: char) -> Option<Kind> {
    match c {
        _ if c.is_numeric() => Some(Kind::Number),
        _ if c.is_alphabetic() || is_combining_mark(c) => Some(Kind::Word),
        _ if c.is_whitespace() || c.is_control() || is_invisible(c) => None,
        _ => Some(Kind::Sign),
    }
}

/// Marks that a copied text carries without showing them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

fn normal(written: &str, kind: Kind) -> String {
    match (kind, written) {
        (Kind::Sign, "’" | "‘" | "′" | "´" | "`") => "'".to_owned(),
        (Kind::Sign, "”" | "“" | "″") => "\"".to_owned(),
        (Kind::Sign, "–" | "—" | "−" | "‐" | "‑" | "→") => "-".to_owned(),
        (Kind::Sign, _) => written.to_owned(),
        (Kind::Number, _) => written.nfkc().collect(),
        (Kind::Word, _) => written.nfc().flat_map(char::to_lowercase).nfc().collect(),
    }
}

/// The words that a hasty spelling stands for.
fn meant(written: &str) -> Option<String> {
    if let Some((_, words)) = MEANT.iter().find(|(typed, _)| *typed == written) {
        return Some((*words).to_owned());
    }
    JOINED.0.iter().find_map(|first| {
        JOINED.1.iter().find(|second| stands_for(written, &format!("{first}{second}"))).map(|s| format!("{first} {s}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        Tokens::of(text).all.into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn digits_letters_and_signs_part_ways_and_know_that_they_touched() {
        assert_eq!(texts("21h15’ QL.1A"), ["21", "h", "15", "'", "ql", ".", "1", "a"]);
        let tokens = Tokens::of("8h 5");
        assert!(tokens.glued(1) && !tokens.glued(2));
    }

    #[test]
    fn composed_and_decomposed_letters_are_one() {
        assert_eq!(texts("to\u{302}\u{301}i"), ["tối"]);
        assert!(Tokens::of("TO\u{302}\u{301}I QUA").is(0, "tối"));
    }

    #[test]
    fn hasty_spellings_become_words() {
        assert_eq!(texts("toiqua hqua tối wa"), ["tối", "qua", "hôm", "qua", "tối", "qua"]);
    }

    #[test]
    fn controls_and_invisible_marks_only_separate() {
        assert_eq!(texts("9\u{0}h\u{200b}\u{202e}tối\n"), ["9", "h", "tối"]);
        assert!(texts("\u{7}\u{1b} \u{feff}").is_empty());
    }
}
