//! Points in links of maps: Google's (`!3d…!4d…`, `?q=`, `/@18.07,106.29,17z`), OpenStreetMap's (`#map=17/18.07/106.29`, `mlat=`),
//! Apple's and others' (`ll=`), `geo:` addresses (RFC 5870). Nothing is fetched.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::Point;

/// What a link tells.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Told {
    /// A point.
    Point(Point),
    /// A text in which coordinates may stand: `18°04'24.6"N 106°17'46.3"E`.
    Text(String),
    /// Nothing: a short link.
    Hidden,
}

/// Hosts of short links.
const SHORT: &[&str] = &["goo.gl/", "maps.app.goo.gl/", "g.co/", "zalo.me/", "osm.org/go/"];

#[expect(clippy::unwrap_used, reason = "constants, tried by every test")]
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?:https?://|www\.|geo:|(?:maps\.)?(?:app\.)?goo\.gl/|maps\.google\.|google\.com/maps)[^\s<>"]+"#)
        .unwrap()
});

/// Ways to tell a point, the most telling first: a pin, what was asked for, then where the view is.
static WAYS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let number = r"(-?\d{1,3}(?:\.\d+)?)";
    let ways = [
        format!("!3d{number}!4d{number}"),
        format!("!8m2!3d{number}!4d{number}"),
        format!("[?&]mlat={number}&mlon={number}"),
        format!(
            r"[?&](?:q|query|daddr|destination|ll|sll|loc|center|cp|marker|point|viewpoint|coordinate)=(?:loc:|geo:)?{number}\s*[,~]\s*\+?{number}"
        ),
        format!(r"(?i)^geo:{number},{number}"),
        format!(r"/(?:place|search|dir)/(?:[^/]*/)?{number}(?:,\s*\+?|\+){number}"),
        format!(r"[?&]lat(?:itude)?={number}&(?:lon|lng|long|longitude)={number}"),
        format!(r"#map=\d+(?:\.\d+)?/{number}/{number}"),
        format!("/@{number},{number}"),
        format!(r"@{number},{number},\d"),
        format!(r"#\d+(?:\.\d+)?/{number}/{number}"),
    ];
    ways.iter().filter_map(|way| Regex::new(way).ok()).collect()
});

/// All links of a text that are of maps, with what they tell.
pub(super) fn links(text: &str) -> Vec<(Range<usize>, Told)> {
    LINK.find_iter(text)
        .filter_map(|link| Some((link.range(), told(link.as_str().trim_end_matches(['.', ',', ')', ';']))?)))
        .collect()
}

fn told(link: &str) -> Option<Told> {
    let plain = decoded(link);
    // "geo:0,0?q=18.07,106.29(x)": the point is the question.
    let asked = plain.to_lowercase().starts_with("geo:0,0?");
    let point = WAYS.iter().enumerate().filter(|(way, _)| !(asked && *way == 4)).find_map(|(_, way)| {
        let found = way.captures(&plain)?;
        let number = |group: usize| found.get(group)?.as_str().parse::<f64>().ok();
        let (lat, lon) = (number(1)?, number(2)?);
        // Yandex's links tell the longitude first.
        let (lat, lon) = if lat.abs() > 90.0 { (lon, lat) } else { (lat, lon) };
        (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some(Point { lat, lon })
    });
    if let Some(point) = point {
        return Some(Told::Point(point));
    }
    if plain.contains(['°', 'º']) {
        return Some(Told::Text(plain.replace('+', " ")));
    }
    SHORT.iter().find(|host| plain.contains(**host)).map(|_| Told::Hidden)
}

/// A link with its `%2C` as the signs they stand for; bytes that are no UTF-8 are replaced.
fn decoded(link: &str) -> String {
    let mut bytes = Vec::with_capacity(link.len());
    let mut rest = link.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |at: usize| after.get(at).and_then(|c| char::from(*c).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
