//! Numbers as digits or as words, Vietnamese and English, up to 99.

use super::letters::base;
use super::token::Tokens;

/// The digits as words; some are written otherwise behind tens.
const UNITS: &[(&str, u32)] = &[
    ("một", 1),
    ("hai", 2),
    ("ba", 3),
    ("bốn", 4),
    ("năm", 5),
    ("sáu", 6),
    ("bảy", 7),
    ("tám", 8),
    ("chín", 9),
    ("mốt", 1),
    ("tư", 4),
    ("lăm", 5),
    ("nhăm", 5),
];

const ENGLISH: &[(&str, u32)] = &[
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
];

/// What is counted in reports beside times: `2 xe máy` behind `21 giờ` is no minute.
const COUNTED: &[&str] = &[
    "xe",
    "người",
    "tên",
    "đứa",
    "cháu",
    "em",
    "anh",
    "chị",
    "ông",
    "bà",
    "chiếc",
    "cái",
    "con",
    "vụ",
    "lần",
    "nhà",
    "hộ",
    "căn",
    "quán",
    "camera",
    "cam",
    "thanh",
    "đối",
    "nam",
    "nữ",
    "mét",
    "m",
    "km",
    "kg",
    "cây",
    "chỉ",
    "triệu",
    "tr",
    "nghìn",
    "ngàn",
    "đồng",
    "k",
    "tuổi",
    "tỷ",
    "tỉ",
    "ô",
    "oto",
    "tầng",
    "lượt",
    "chỗ",
    "bánh",
    "kẻ",
    "nạn",
    "hung",
    "học",
    "bị",
    "vòng",
    "máy",
    "phát",
    "tiếng",
    "people",
    "men",
    "man",
    "women",
    "cars",
    "bikes",
    "motorbikes",
    "years",
    "metres",
    "meters",
];

/// The number told at `i`, and the token after it.
pub(super) fn at_token(tokens: &Tokens, i: usize) -> Option<(u32, usize)> {
    if let Some(number) = tokens.number(i) {
        return Some((number, i + 1));
    }
    words(tokens, i).or_else(|| english(tokens, i))
}

/// Whether what stands at `i` is counted, so that a number before it is no time.
pub(super) fn is_counted(tokens: &Tokens, i: usize) -> bool {
    // Without its mark "thằng" is a month.
    COUNTED.iter().any(|word| tokens.is(i, word)) || tokens.get(i).is_some_and(|t| t.text == "thằng")
}

fn unit(tokens: &Tokens, i: usize) -> Option<u32> {
    // Who writes marks writes them on numbers too: "sau giờ làm" is no six o'clock.
    let plain = |i: usize| tokens.get(i).is_none_or(|t| t.text.chars().all(|c| base(c) == c));
    let written = |word: &str| tokens.get(i).is_some_and(|t| t.text == word);
    UNITS
        .iter()
        .find(|(word, _)| tokens.is(i, word) && (written(word) || plain(i + 1) || tokens.is(i + 1, "rưỡi")))
        .map(|(_, n)| *n)
}

fn words(tokens: &Tokens, i: usize) -> Option<(u32, usize)> {
    let with_unit = |tens: u32, i: usize| unit(tokens, i).map_or((tens, i), |u| (tens + u, i + 1));
    if tokens.is(i, "hăm") {
        return Some(with_unit(20, i + 1));
    }
    if ["linh", "lẻ", "không"].iter().any(|zero| tokens.is(i, zero)) {
        return unit(tokens, i + 1).map(|u| (u, i + 2));
    }
    if tokens.is(i, "mười") {
        return Some(with_unit(10, i + 1));
    }
    let first = unit(tokens, i)?;
    if tokens.is(i + 1, "mươi") {
        return Some(with_unit(first * 10, i + 2));
    }
    // "hai mốt", "hai lăm" for 21, 25.
    match unit(tokens, i + 1) {
        Some(second) if (2..=5).contains(&first) && tokens.longest(i + 1, &["mốt", "lăm", "nhăm", "tư"]).is_some() => {
            Some((first * 10 + second, i + 2))
        }
        _ => Some((first, i + 1)),
    }
}

fn english(tokens: &Tokens, i: usize) -> Option<(u32, usize)> {
    let of = |i: usize| ENGLISH.iter().find(|(word, _)| tokens.is(i, word)).map(|(_, n)| *n);
    let first = of(i)?;
    let joint = if tokens.sign(i + 1, '-') { i + 2 } else { i + 1 };
    match of(joint) {
        Some(second) if first >= 20 && second < 10 => Some((first + second, joint + 1)),
        _ => Some((first, i + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_digits_and_words() {
        for (text, number) in [
            ("15", 15),
            ("mười lăm", 15),
            ("muoi lam", 15),
            ("hai mươi mốt", 21),
            ("hai mốt", 21),
            ("hai mươi", 20),
            ("ba mươi", 30),
            ("bốn lăm", 45),
            ("chín", 9),
            ("mười", 10),
            ("mười hai", 12),
            ("hăm ba", 23),
            ("linh năm", 5),
            ("twenty-one", 21),
            ("forty five", 45),
            ("twelve", 12),
        ] {
            let tokens = Tokens::of(text);
            assert_eq!(at_token(&tokens, 0), Some((number, tokens.len())), "{text}");
        }
        assert_eq!(at_token(&Tokens::of("hai ba"), 0), Some((2, 1)), "2 and 3, not 23");
        assert_eq!(at_token(&Tokens::of("99999999999999999999"), 0), None);
        assert_eq!(at_token(&Tokens::of("ngã"), 0), None);
    }
}
