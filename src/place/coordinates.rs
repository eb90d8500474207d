//! Points told by numbers: degrees in every common notation, links of maps, Plus Codes.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::atlas::Atlas;
use super::feature::Candidate;
use super::geodesy::distance_m;
use super::resolve::{blanked, joined};
use super::shape::Shape;
use super::{links, pluscode};
use crate::base::Said;
use crate::model::Point;
use crate::say;

/// A point nearer to the site than this, metres, is likely meant; of two readings of a pair the one that is.
const LIKELY_M: f64 = 500_000.0;

/// One angle: what it is called, a hemisphere's letter before or behind, degrees, minutes, seconds.
const ANGLE: &str = concat!(
    r#"(?P<label>(?i:\b(?:lat(?:itude)?|lon(?:g(?:itude)?)?|lng|v[ĩi]\s*(?:độ|do)|kinh\s*(?:độ|do)|v[dđ]|k[dđ])\b["”]?\s*[:=]?\s*"#,
    r#"(?:(?P<named>bắc|nam|đông|tây|bac|dong|tay)\b\s*[:=]?\s*)?|\b[xy]\s*[:=]\s*))?"#,
    r#"(?:(?P<before>[NSEWBĐTnsewbđt])\s?)?(?P<sign>[-−+])?(?P<deg>\d{1,3}(?:[.,]\d{1,15})?)"#,
    r#"(?:\s?(?P<mark>[°º˚]|độ\b|d)\s?(?:(?P<min>\d{1,2}(?:[.,]\d{1,12})?)\s?(?:['′’‘]|phút\b|m)\s?"#,
    r#"(?:(?P<sec>\d{1,2}(?:[.,]\d{1,10})?)\s?(?:["″”“]|''|′′|’’|giây\b|s\b)?)?)?)?"#,
    r#"(?P<after>\s?(?i:(?:vĩ|kinh)\s+(?:độ\s+)?)?(?:[Bb]ắc|[Nn]am|[Đđ]ông|[Tt]ây)\b|\s?[NSEWBĐTnsewbđt]\b)?"#,
);
/// The same with colons or blanks for the marks; then a hemisphere must be told.
const TRIPLE: &str = r"(?:\b(?P<before>[NSEWBĐT])\s?)?\b(?P<deg>\d{1,3})[: ](?P<min>\d{1,2})[: ](?P<sec>\d{1,2}(?:[.,]\d{1,10})?)(?:\s?(?P<after>[NSEWBĐT])\b)?";

#[expect(clippy::unwrap_used, reason = "a constant, tried by every test")]
static TRIPLES: LazyLock<Regex> = LazyLock::new(|| Regex::new(TRIPLE).unwrap());
#[expect(clippy::unwrap_used, reason = "a constant, tried by every test")]
static ANGLES: LazyLock<Regex> = LazyLock::new(|| Regex::new(ANGLE).unwrap());
#[expect(clippy::unwrap_used, reason = "a constant, tried by every test")]
static CODES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[\s,;(])([2-9CFGHJMPQRVWX]{4,8}0{0,6}\+[2-9CFGHJMPQRVWX]{0,7})(?:$|[\s,;).])").unwrap()
});

/// An angle of a text.
#[derive(Clone, Debug, PartialEq)]
struct Angle {
    at: Range<usize>,
    degrees: f64,
    /// Whether it says which of the two it is: true for a latitude.
    lat: Option<bool>,
    /// Whether it is surely an angle and no other number.
    sure: bool,
    /// Whether a sign stands before it, and how many decimals it has.
    signed: bool,
    decimals: usize,
}

impl Angle {
    fn without_sign(&self) -> Angle {
        Angle { degrees: self.degrees.abs(), signed: false, ..self.clone() }
    }
}

/// Finds what tells a point by numbers, and gives the text without it, as long as it was.
pub(super) fn set_aside(text: &str, atlas: &Atlas) -> (Vec<Candidate>, String) {
    let mut found = Vec::new();
    let mut rest = text.to_owned();
    for (at, told) in links::links(text) {
        found.extend(of_link(told, at.clone(), atlas));
        rest = blanked(&rest, at);
    }
    let codes: Vec<Range<usize>> = CODES.captures_iter(&rest).filter_map(|found| Some(found.get(1)?.range())).collect();
    for at in codes {
        let code = rest.get(at.clone()).unwrap_or_default().to_owned();
        if pluscode::is_code(&code) {
            found.push(of_code(&code, at.clone(), atlas));
            rest = blanked(&rest, at);
        }
    }
    for (at, points, why) in pairs(&rest) {
        found.extend(of_pair(&points, at.clone(), &why, atlas));
        rest = blanked(&rest, at);
    }
    (found, rest)
}

/// The text without what tells a point by numbers, as long as it was: what else reads numbers is not misled then.
pub fn without_points(text: &str) -> String {
    set_aside(text, &Atlas::default()).1
}

fn candidate(name: String, kind: &str, at: Option<Point>, span: Range<usize>, score: f64, why: Said) -> Candidate {
    Candidate { name, kind: kind.to_owned(), shape: at.map(Shape::Point), at, text: String::new(), span, score, why }
}

/// `18.073500,106.296200`: six decimals are 0.1 m.
fn shown(at: Point) -> String {
    format!("{:.6},{:.6}", at.lat, at.lon)
}

fn of_link(told: links::Told, span: Range<usize>, atlas: &Atlas) -> Vec<Candidate> {
    match told {
        links::Told::Point(at) => {
            of_pair(&[at], span, &say!("tọa độ trong liên kết bản đồ", "the coordinates of a map's link"), atlas)
        }
        links::Told::Text(text) => {
            let inner = pairs(&text).into_iter().next();
            let points = inner.map(|(_, points, _)| points).unwrap_or_default();
            of_pair(&points, span, &say!("tọa độ trong liên kết bản đồ", "the coordinates of a map's link"), atlas)
        }
        links::Told::Hidden => {
            let why = say!(
                "liên kết rút gọn không chứa tọa độ: hãy mở ra rồi chép liên kết dài hoặc tọa độ",
                "a short link holds no coordinates: open it and copy the long link or the coordinates"
            );
            vec![candidate(String::new(), "link", None, span, 0.5, why)]
        }
    }
}

fn of_code(code: &str, span: Range<usize>, atlas: &Atlas) -> Candidate {
    let name = code.to_uppercase();
    let whole = pluscode::decode(&name);
    if let Some(cell) = whole {
        let metres = (cell.lat_deg * 111_000.0).ceil();
        let why = say!("mã Plus Code, ô {metres} m", "a Plus Code, a cell of {metres} m");
        return candidate(name, "plus_code", Some(cell.at), span, 1.0, why);
    }
    match atlas.home.and_then(|home| pluscode::recover(&name, home)) {
        Some(cell) => {
            let why =
                say!("mã Plus Code rút gọn, nơi gần địa bàn nhất", "a short Plus Code, the place nearest to the site");
            candidate(name, "plus_code", Some(cell.at), span, 0.95, why)
        }
        None => {
            let why = say!("mã Plus Code rút gọn cần một nơi để so", "a short Plus Code needs a place to start from");
            candidate(name, "plus_code", None, span, 0.5, why)
        }
    }
}

/// A pair that can be read in several ways, the likeliest first.
fn of_pair(points: &[Point], span: Range<usize>, why: &Said, atlas: &Atlas) -> Vec<Candidate> {
    let far = |at: Point| atlas.home.map(|home| distance_m(home, at));
    let mut ways: Vec<(Point, f64, bool)> = points
        .iter()
        .enumerate()
        .map(|(turned, at)| (*at, far(*at).unwrap_or(if turned == 0 { 0.0 } else { f64::INFINITY }), turned > 0))
        .collect();
    // As written, unless only the other way is near the site.
    if let [(_, first, _), (_, second, _)] = ways.as_slice()
        && *first > LIKELY_M
        && *second <= LIKELY_M
    {
        ways.reverse();
    }
    let mut score = 1.0;
    let mut found = Vec::new();
    for (at, metres, turned) in ways {
        let mut reason = why.clone();
        if turned {
            reason = joined(&reason, &say!("đổi lại thứ tự kinh độ, vĩ độ", "longitude and latitude changed over"));
        }
        if metres > LIKELY_M && metres.is_finite() {
            let km = (metres / 1000.0).round();
            reason = joined(&reason, &say!("cách địa bàn {km} km", "{km} km from the site"));
        }
        found.push(candidate(shown(at), "coordinates", Some(at), span.clone(), score, reason));
        score = 0.6;
    }
    found
}

/// The angles of a text, in its order.
fn angles(text: &str) -> Vec<Angle> {
    let mut found: Vec<Angle> = TRIPLES.captures_iter(text).filter_map(|found| triple(&found, text)).collect();
    let rest = found.iter().fold(text.to_owned(), |rest, angle| blanked(&rest, angle.at.clone()));
    let mut from = 0;
    while let Some(next) = ANGLES.captures_at(&rest, from) {
        let Some(whole) = next.get(0) else { break };
        // "N 18.07 E 106.29": a letter behind an angle that has its own is the next one's.
        let owned = next.name("before").or(next.name("named")).is_some();
        let given_back = next.name("after").filter(|_| owned);
        let end = given_back.map_or(whole.end(), |letter| letter.start());
        let angle = angle(&next, &rest, end, from);
        from = angle.as_ref().map_or(end, |angle| angle.at.end.max(end)).max(whole.start() + 1);
        while !rest.is_char_boundary(from) {
            from += 1;
        }
        found.extend(angle);
    }
    found.sort_by_key(|angle| angle.at.start);
    found
}

/// Pairs of angles, with every point that each can mean, the one as written first.
fn pairs(text: &str) -> Vec<(Range<usize>, Vec<Point>, Said)> {
    let angles = angles(text);
    let mut found = Vec::new();
    let mut i = 0;
    while let Some([a, b]) = angles.get(i..i + 2) {
        let between = text.get(a.at.end..b.at.start).unwrap_or("?");
        let parts = |c: char| c.is_whitespace() || ",;/|+&-–，；\"".contains(c);
        let joins = between.chars().count() <= 6 && between.chars().all(parts);
        // "18.07-106.29": what touches the first number is no sign of the second.
        let b = if between.is_empty() && b.signed { &b.without_sign() } else { b };
        // Two decimals are a time, a date or a price, unless one of both is more than those ever are.
        let wide = |a: &Angle, b: &Angle| a.degrees.abs() <= 90.0 && (90.0..=180.0).contains(&b.degrees.abs());
        let coarse = a.decimals >= 2 && b.decimals >= 2 && (wide(a, b) || wide(b, a));
        let points = if joins && (a.sure && b.sure || coarse) { points(a, b) } else { Vec::new() };
        if points.is_empty() {
            i += 1;
            continue;
        }
        let why = say!("tọa độ", "coordinates");
        found.push((a.at.start..b.at.end, points, why));
        i += 2;
    }
    found
}

fn points(a: &Angle, b: &Angle) -> Vec<Point> {
    let point = |lat: &Angle, lon: &Angle| {
        let fits = lat.degrees.abs() <= 90.0 && lon.degrees.abs() <= 180.0;
        let said = lat.lat != Some(false) && lon.lat != Some(true);
        (fits && said).then_some(Point { lat: lat.degrees, lon: lon.degrees })
    };
    [point(a, b), point(b, a)].into_iter().flatten().collect()
}

/// An angle of degrees, minutes and seconds without their marks.
fn triple(found: &Captures<'_>, text: &str) -> Option<Angle> {
    let number = |name: &str| found.name(name)?.as_str().replace(',', ".").parse::<f64>().ok();
    let at = found.get(0)?.range();
    let letter = found.name("before").or(found.name("after"))?;
    let (min, sec) = (number("min")?, number("sec")?);
    let joined = text.get(..at.start)?.chars().next_back().is_some_and(|c| c.is_alphanumeric() || ".:,".contains(c));
    if joined || min >= 60.0 || sec >= 60.0 {
        return None;
    }
    let (lat, negative) = side(letter.as_str());
    let degrees = number("deg")? + min / 60.0 + sec / 3600.0;
    Some(Angle {
        at,
        degrees: if negative { -degrees } else { degrees },
        lat: Some(lat),
        sure: true,
        signed: false,
        decimals: 0,
    })
}

/// The angle that was found, which ends at `end`; another one ended at `from`.
fn angle(found: &Captures<'_>, text: &str, end: usize, from: usize) -> Option<Angle> {
    let number = |name: &str| found.name(name).and_then(|m| m.as_str().replace(',', ".").parse::<f64>().ok());
    let mut at = found.get(0)?.start()..end;
    let digits = found.name("deg")?;
    // Not a part of a longer number or word.
    let before = text.get(..at.start).and_then(|t| t.chars().next_back());
    let label = found.name("label").is_some();
    if !label
        && at.start != from
        && before.is_some_and(|c| c.is_alphanumeric() || c == '.' && at.start == digits.start())
    {
        return None;
    }
    let (min, sec) = (number("min").unwrap_or(0.0), number("sec").unwrap_or(0.0));
    if min >= 60.0 || sec >= 60.0 {
        return None;
    }
    let letter = |name: &str| found.name(name).map(|m| m.as_str().trim().to_owned()).filter(|t| !t.is_empty());
    let decimals = digits.as_str().split(['.', ',']).nth(1).map_or(0, str::len);
    // "38 độ" is a temperature.
    let mark = found.name("mark").is_some_and(|mark| mark.as_str().len() == 2 || number("min").is_some());
    // Letters beside a mere number mean nothing: "106 b" is a house.
    let trusts = mark || decimals >= 3;
    let owned = letter("before").or(letter("named"));
    let mut behind = if owned.is_some() { None } else { letter("after") };
    // `24.6"N106°`: the letter touches what follows.
    let mut next = text.get(end..).unwrap_or_default().chars();
    if let (Some(touching), Some('0'..='9')) = (next.next(), next.next())
        && owned.is_none()
        && behind.is_none()
        && "NSEWBĐT".contains(touching)
    {
        behind = Some(touching.to_string());
        at.end += touching.len_utf8();
    }
    let hemisphere = owned.or(behind.clone()).filter(|_| trusts);
    if hemisphere.is_none() && behind.is_some() {
        at.end = found.name("sec").or(found.name("min")).map_or(digits.end(), |m| m.end());
    }
    let (lat, negative) = match hemisphere.as_deref().map(side) {
        Some((lat, negative)) => (Some(lat), negative),
        None => (named(found.get(0)?.as_str()), false),
    };
    let degrees = number("deg")? + min / 60.0 + sec / 3600.0;
    let sign = found.name("sign").map(|sign| sign.as_str());
    let negative = negative || sign.is_some_and(|sign| sign != "+");
    let degrees = if negative { -degrees } else { degrees };
    Some(Angle { at, degrees, lat, sure: trusts, signed: sign.is_some(), decimals })
}

/// Whether a hemisphere is one of latitude, and whether it is the southern or western one. `N` is north, as on every device.
fn side(word: &str) -> (bool, bool) {
    let lower = word.to_lowercase();
    let last = lower.split_whitespace().last().unwrap_or_default();
    match last {
        "s" | "nam" => (true, true),
        "w" | "t" | "tây" | "tay" => (false, true),
        "e" | "đ" | "đông" | "dong" => (false, false),
        _ => (true, false),
    }
}

/// Which of the two the words before the number say.
fn named(text: &str) -> Option<bool> {
    let lower = text.trim_start().to_lowercase();
    let starts = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
    match () {
        () if starts(&["lat", "vĩ", "vi ", "vd", "vđ"]) => Some(true),
        () if starts(&["lon", "lng", "kinh", "kd", "kđ"]) => Some(false),
        () => None,
    }
}
