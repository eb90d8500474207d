//! What looks like a time and is none: chainages, road codes, house numbers, plates, telephone numbers, money, streets that
//! are named after a date. Knowing them first keeps them out of the search.

use super::token::{Kind, Tokens};

/// Nouns whose number is a part of their name.
const NUMBERED: &[&str] = &[
    "km",
    "cây số",
    "ngõ",
    "ngách",
    "hẻm",
    "kiệt",
    "số nhà",
    "nhà số",
    "số",
    "sn",
    "tổ",
    "tdp",
    "tổ dân phố",
    "khối",
    "khối phố",
    "khu",
    "khu phố",
    "kp",
    "kdc",
    "xóm",
    "thôn",
    "ấp",
    "bản",
    "đội",
    "cụm",
    "phường",
    "quận",
    "huyện",
    "đường số",
    "phố",
    "ql",
    "tl",
    "đt",
    "hl",
    "dt",
    "quốc lộ",
    "tỉnh lộ",
    "huyện lộ",
    "đường tỉnh",
    "đường huyện",
    "cột",
    "trụ",
    "lô",
    "tầng",
    "phòng",
    "ngã",
    "cầu",
    "cống",
    "camera",
    "cam",
    "block",
    "tòa",
    "toà",
    "lớp",
    "cấp",
    "kênh",
    "mốc",
    "cọc",
    "bks",
    "biển số",
    "biển kiểm soát",
    "sđt",
    "tel",
    "nghị quyết",
    "nghị định",
    "nq",
    "cổng số",
    "cửa số",
    "kiốt",
    "ki ốt",
    "house",
    "room",
    "lane",
    "alley",
    "no",
];

/// Junctions by the number of their roads.
const JUNCTIONS: &[&str] = &["ngã ba", "ngã tư", "ngã năm", "ngã sáu", "ngã bảy"];

/// Words that touch a number and are a time with it.
const TIMELY: &[&str] = &[
    "t", "thứ", "h", "g", "giờ", "phút", "p", "ph", "ngày", "tối", "sáng", "trưa", "chiều", "đêm", "khuya", "lúc",
    "hồi", "vào", "khoảng", "tầm", "chừng", "độ", "cỡ", "từ", "đến", "tới", "mùng", "tháng", "năm", "hơn", "gần",
    "sau", "trước", "rằm", "at", "to", "from", "around",
];

/// Units after a number that measure no time.
const MEASURES: &[&str] = &[
    "m", "mét", "km", "cm", "kg", "lít", "triệu", "tr", "k", "nghìn", "ngàn", "đồng", "đ", "vnđ", "vnd", "tỷ", "tỉ",
    "usd", "tuổi", "chỉ", "cây", "metres", "meters", "kmh",
];

/// Expressions that hold the name of a part of the day, or a month, and mean no time.
const PHRASES: &[&str] = &[
    "ánh sáng",
    "chiếu sáng",
    "thắp sáng",
    "sáng tạo",
    "sáng kiến",
    "sáng chế",
    "điểm sáng",
    "phát sáng",
    "tối đa",
    "tối thiểu",
    "tối om",
    "tối thui",
    "trời tối",
    "bóng tối",
    "đình chiểu",
    "ngược chiều",
    "cùng chiều",
    "một chiều",
    "hai chiều",
    "trái chiều",
    "khác chiều",
    "chiều dài",
    "chiều rộng",
    "chiều cao",
    "chiều hướng",
    "theo chiều",
    "cách mạng tháng tám",
    "cách mạng tháng 8",
    "ba tháng hai",
    "hai tháng chín",
    "ba mươi tháng tư",
    "mười chín tháng năm",
    "hàng ngày",
    "hằng ngày",
    "hàng đêm",
    "ban ngày",
    "ngày càng",
    "lâu nay",
    "xưa nay",
    "gần đây",
    "ngay trước",
    "trước đó",
    "sau đó",
    "trước khi",
    "sau khi",
    "khi đó",
    "lúc đó",
    "trước mặt",
    "phía trước",
    "đằng trước",
    "phía sau",
    "đằng sau",
    "sau nhà",
    "sau lưng",
    "trước nhà",
    "trước cửa",
    "trước cổng",
    "quá tốc độ",
    "quá tải",
    "quá trình",
];

/// Work, trade and lessons that are named after a part of the day, unless a day follows.
const OF_A_PART: &[&str] = &["chợ", "phố", "ca", "trực", "quán", "lớp", "gác", "nhạc"];

/// Nouns of places that are named after a date.
const NAMED_AFTER_DATES: &[&str] = &[
    "đường",
    "phố",
    "lộ",
    "cầu",
    "trường",
    "viên",
    "viện",
    "rạp",
    "xe",
    "động",
    "chợ",
    "khu",
    "máy",
    "đài",
    "thể",
    "phường",
    "tổ",
    "hầm",
    "street",
];

/// Dates that places are named after.
const NAMESAKES: &[(u32, u32)] = &[
    (6, 1),
    (9, 1),
    (3, 2),
    (27, 2),
    (8, 3),
    (10, 3),
    (17, 3),
    (24, 3),
    (26, 3),
    (29, 3),
    (2, 4),
    (16, 4),
    (30, 4),
    (1, 5),
    (7, 5),
    (13, 5),
    (15, 5),
    (19, 5),
    (1, 6),
    (27, 7),
    (19, 8),
    (2, 9),
    (10, 10),
    (20, 10),
    (23, 10),
    (30, 10),
    (20, 11),
    (22, 12),
];

/// The token after what is no time, where such a thing stands at `i`.
pub(super) fn at_token(tokens: &Tokens, i: usize) -> Option<usize> {
    let word = tokens.get(i)?;
    let phrase = || tokens.longest(i, PHRASES).filter(|next| !names_a_day(tokens, *next));
    match word.kind {
        Kind::Word => tokens
            .longest(i, JUNCTIONS)
            .or_else(|| named_after_date(tokens, i))
            .or_else(phrase)
            .or_else(|| lamps(tokens, i))
            .or_else(|| of_a_part(tokens, i))
            .or_else(|| numbered(tokens, i))
            .or_else(|| code(tokens, i)),
        Kind::Number => chainage(tokens, i)
            .or_else(|| plate(tokens, i))
            .or_else(|| telephone(tokens, i))
            .or_else(|| measure(tokens, i))
            .or_else(|| open_always(tokens, i)),
        Kind::Sign => None,
    }
}

/// "đèn sáng", "sáng đèn"; without marks "đèn" is rather "đến".
fn lamps(tokens: &Tokens, i: usize) -> Option<usize> {
    let lamp = |i: usize| tokens.get(i).is_some_and(|t| t.text == "đèn");
    ((lamp(i) && tokens.is(i + 1, "sáng")) || (tokens.is(i, "sáng") && lamp(i + 1))).then_some(i + 2)
}

/// Whether what stands at `i` tells which day.
fn names_a_day(tokens: &Tokens, i: usize) -> bool {
    let day = ["qua", "nay", "ni", "kia", "tê", "hôm", "ngày", "thứ", "cn"];
    tokens.number(i).is_some() || day.iter().any(|word| tokens.is(i, word))
}

/// "km 12+300", "ngõ 12/34", "TDP 3", "QL.1A": a noun and its number.
fn numbered(tokens: &Tokens, i: usize) -> Option<usize> {
    let mut at = tokens.longest(i, NUMBERED)?;
    if tokens.sign(at, '.') || tokens.sign(at, ':') {
        at += 1;
    }
    tokens.number(at).or_else(|| tokens.digits(at).map(|_| 0))?;
    // "ở tổ 9h tối qua": the number is an hour.
    let hour = ["h", "g", "giờ", "am", "pm"].iter().any(|unit| tokens.is(at + 1, unit));
    let minute = tokens.glued_sign(at + 1, ':') && tokens.digits(at + 2).is_some_and(|d| d.len() == 2);
    if (hour || minute) && !tokens.is(i, "km") {
        return None;
    }
    chainage(tokens, at).or_else(|| Some(joined(tokens, at + 1)))
}

/// The token after everything that touches, letters and digits with `/`, `-`, `+`, `.` between.
fn joined(tokens: &Tokens, mut i: usize) -> usize {
    loop {
        let sign = tokens.get(i).is_some_and(|t| t.kind == Kind::Sign && "/-+.".contains(t.text.as_str()));
        let step = usize::from(sign);
        let goes_on =
            tokens.glued(i) && tokens.glued(i + step) && tokens.get(i + step).is_some_and(|t| t.kind != Kind::Sign);
        if !goes_on {
            return i;
        }
        i += step + 1;
    }
}

/// "12+300", "567 + 050".
fn chainage(tokens: &Tokens, i: usize) -> Option<usize> {
    (tokens.digits(i).is_some() && tokens.sign(i + 1, '+') && tokens.digits(i + 2).is_some()).then_some(i + 3)
}

/// "QL1A", "TDP3", "A12": letters that touch digits.
fn code(tokens: &Tokens, i: usize) -> Option<usize> {
    let touches = tokens.digits(i + 1).is_some() && tokens.glued(i + 1);
    let timely = TIMELY.iter().any(|word| tokens.is(i, word));
    (touches && !timely).then(|| joined(tokens, i + 2))
}

/// "38A-123.45", "38H1-2345".
fn plate(tokens: &Tokens, i: usize) -> Option<usize> {
    let province = tokens.digits(i).filter(|d| d.len() == 2)?;
    let mut at = i + 1;
    if tokens.glued_sign(at, '-') {
        at += 1;
    }
    let series = tokens.get(at).filter(|t| t.kind == Kind::Word && t.glued && t.text.chars().count() <= 2)?;
    at += 1;
    let numbered_series = tokens.glued(at) && tokens.digits(at).is_some_and(|d| d.len() == 1);
    at += usize::from(numbered_series);
    let joint = tokens.sign(at, '-') || tokens.sign(at, '.');
    at += usize::from(joint);
    let number = tokens.digits(at)?;
    let next = match number.len() {
        3 if tokens.glued_sign(at + 1, '.') && tokens.digits(at + 2).is_some_and(|d| d.len() == 2) => at + 3,
        4 | 5 => at + 1,
        _ => return None,
    };
    // "20h-2030" is a range of hours, and "20h 2023" an hour and a year.
    let hours = ["h", "g"].contains(&series.text.as_str()) && province < "25" && !numbered_series && number.len() == 4;
    (!hours).then_some(next)
}

/// "0912 345 678", "0912345678".
fn telephone(tokens: &Tokens, i: usize) -> Option<usize> {
    let first = tokens.digits(i)?;
    if first.len() >= 7 {
        return Some(i + 1);
    }
    if first.len() < 3 || !first.starts_with('0') {
        return None;
    }
    let (mut at, mut digits) = (i + 1, first.len());
    loop {
        let joint = usize::from(tokens.sign(at, '.') || tokens.sign(at, '-'));
        match tokens.digits(at + joint) {
            Some(more) if more.len() >= 2 && more.len() <= 4 => {
                digits += more.len();
                at += joint + 1;
            }
            _ => return (digits >= 9).then_some(at),
        }
    }
}

/// "100 m", "5.000.000đ", "18.0735": measured, or with more decimals than a clock has.
fn measure(tokens: &Tokens, i: usize) -> Option<usize> {
    let mut at = i + 1;
    let mut decimals = false;
    while (tokens.glued_sign(at, '.') || tokens.glued_sign(at, ','))
        && tokens.glued(at + 1)
        && let Some(part) = tokens.digits(at + 1)
    {
        decimals |= part.len() >= 3 && !(part.len() == 4 && at > i + 1);
        at += 2;
    }
    if tokens.sign(at, '%') {
        return Some(at + 1);
    }
    let unit = MEASURES.iter().any(|unit| tokens.is(at, unit));
    // "9h5 m" is taken apart before; "2tr5" is money to its end.
    if unit { Some(joined(tokens, at + 1)) } else { decimals.then_some(at) }
}

/// "24/24", "cửa hàng 24h", "mạng 4G".
fn open_always(tokens: &Tokens, i: usize) -> Option<usize> {
    let slash = tokens.glued_sign(i + 1, '/');
    if tokens.number(i) == Some(24) && slash && tokens.number(i + 2) == Some(24) {
        return Some(i + 3);
    }
    let shop = tokens.follows(i, &["hàng", "shop", "mart", "cafe", "quán", "net", "cửa"]);
    match tokens.number(i) {
        Some(24) if shop && slash => Some(i + 3),
        Some(24) if shop => Some(i + 2),
        Some(3..=5) if tokens.is(i + 1, "g") && tokens.follows(i, &["mạng", "sim", "sóng", "camera", "cam"]) => {
            Some(i + 2)
        }
        _ => None,
    }
}

/// "đường 30/4", "quảng trường 2 tháng 9": a place that is named after a date.
fn named_after_date(tokens: &Tokens, i: usize) -> Option<usize> {
    if !NAMED_AFTER_DATES.iter().any(|noun| tokens.is(i, noun)) {
        return None;
    }
    let day = tokens.number(i + 1)?;
    let joint = tokens.is(i + 2, "tháng") || "/-.".chars().any(|sign| tokens.glued_sign(i + 2, sign));
    let month = tokens.number(i + 3).filter(|_| joint)?;
    // With a year it is a date.
    let dated = "/-.".chars().any(|sign| tokens.glued_sign(i + 4, sign)) && tokens.number(i + 5).is_some();
    (NAMESAKES.contains(&(day, month)) && !dated).then_some(i + 4)
}

/// "chợ đêm", "ca sáng", where no day follows.
fn of_a_part(tokens: &Tokens, i: usize) -> Option<usize> {
    let noun = OF_A_PART.iter().any(|noun| tokens.is(i, noun));
    let part = tokens.longest(i + 1, &["đêm", "sáng", "trưa", "chiều", "tối"])?;
    (noun && !names_a_day(tokens, part)).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_time_is_known_to_its_end() {
        for text in [
            "Km 565+800",
            "km12+300",
            "Km 567 + 050",
            "12+300",
            "ngõ 12",
            "ngách 12/34/5",
            "số nhà 125",
            "hẻm 285",
            "TDP 3",
            "TDP3",
            "tổ 5",
            "QL.1A",
            "QL12C",
            "quốc lộ 1A",
            "38A-123.45",
            "38H1-2345",
            "29-T1 123.45",
            "0912345678",
            "0912 345 678",
            "0912.345.678",
            "100 m",
            "5.000.000đ",
            "2tr5",
            "500k",
            "18.0735",
            "đường 30/4",
            "cầu 3/2",
            "đường 2 tháng 9",
            "ngược chiều",
            "ngã tư",
            "chợ đêm",
            "24/24",
        ] {
            let tokens = Tokens::of(text);
            assert_eq!(at_token(&tokens, 0), Some(tokens.len()), "{text}");
        }
    }

    #[test]
    fn times_are_left_alone() {
        for text in
            ["21h15", "9h tối", "15/7", "ngày 15/7", "T7", "20h-2030", "15.7.2023", "chợ 15/7", "phố 9h", "29.12"]
        {
            assert_eq!(at_token(&Tokens::of(text), 0), None, "{text}");
        }
    }
}
