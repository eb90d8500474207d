//! The form in which names are compared: blind to diacritics, case, spacing and the usual abbreviations.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Ways of writing the same word, after folding; whole words only, longest first.
const SAME: [(&str, &str); 8] = [
    ("to dan pho", "tdp"),
    ("khu dan cu", "kdc"),
    ("quoc lo", "ql"),
    ("nga 3", "nga ba"),
    ("nga 4", "nga tu"),
    ("nga 5", "nga nam"),
    ("nga 6", "nga sau"),
    ("duong so", "ds"),
];

/// Folds a name: no diacritics (`đ` is `d`), lower case, words apart by one space, abbreviations unified.
pub fn fold(name: &str) -> String {
    let plain: String = name
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'đ' => 'd',
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .collect();
    let mut text = format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "));
    for (long, short) in SAME {
        text = text.replace(&format!(" {long} "), &format!(" {short} "));
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_of_writing_a_name_fold_to_one() {
        for name in [
            "ngã ba Việt Lào",
            "Ngã 3 Việt Lào",
            "nga ba viet lao",
            "NGÃ BA VIỆT-LÀO",
            "nga\u{303} ba Vie\u{323}\u{302}t La\u{300}o",
        ] {
            assert_eq!(fold(name), "nga ba viet lao", "{name}");
        }
        assert_eq!(fold("Tổ dân phố Hưng Hoà"), fold("TDP Hưng Hòa"));
        assert_eq!(fold("đường Lê Đại Hành"), "duong le dai hanh");
    }

    #[test]
    fn nothing_but_signs_folds_to_nothing() {
        assert_eq!(fold(" – , "), "");
    }
}
