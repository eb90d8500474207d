//! Plus Codes (Open Location Code), after its specification: <https://github.com/google/open-location-code/blob/main/Documentation/Specification/specification.md>.
//!
//! A code tells a cell: pairs of digits to the base 20 for latitude and longitude, each pair a twentieth of the last, then single
//! digits that part the cell into 5 rows of 4. The `+` stands behind the eighth digit.

use crate::model::Point;

const DIGITS: &[u8; 20] = b"23456789CFGHJMPQRVWX";
/// Digits before the `+` of a whole code.
const BEFORE: usize = 8;
/// Digits that are pairs.
const PAIRED: usize = 10;
/// The most digits.
const LONGEST: usize = 15;

/// The cell of a code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Its middle.
    pub at: Point,
    /// Its height in degrees of latitude.
    pub lat_deg: f64,
    /// Its width in degrees of longitude.
    pub lon_deg: f64,
}

fn digit(c: u8) -> Option<f64> {
    DIGITS.iter().position(|d| *d == c.to_ascii_uppercase()).map(|value| value as f64)
}

/// The digits of a text that could be a code, without its `+`; and how many stand before that.
fn taken_apart(text: &str) -> Option<(Vec<u8>, usize)> {
    let (before, after) = text.split_once('+')?;
    let (before, after) = (before.as_bytes(), after.as_bytes());
    let unpadded = before.iter().take_while(|c| **c != b'0').count();
    let (told, padding) = before.split_at(unpadded);
    let whole = before.len() == BEFORE;
    let well_padded = padding.iter().all(|c| *c == b'0')
        && (padding.is_empty() || (whole && after.is_empty() && unpadded % 2 == 0 && unpadded > 0));
    let digits: Vec<u8> = told.iter().chain(after).copied().collect();
    let ok = before.len() <= BEFORE
        && before.len() % 2 == 0
        && well_padded
        && after.len() != 1
        && digits.len() <= LONGEST
        && digits.iter().all(|c| digit(*c).is_some());
    ok.then_some((digits, before.len()))
}

/// The cell of a whole code.
pub fn decode(code: &str) -> Option<Cell> {
    let (digits, before) = taken_apart(code)?;
    if before != BEFORE {
        return None;
    }
    let (mut lat, mut lon, mut lat_deg, mut lon_deg) = (-90.0, -180.0, 400.0, 400.0);
    let mut values = digits.iter().filter_map(|c| digit(*c));
    for _ in 0..digits.len().min(PAIRED) / 2 {
        lat_deg /= 20.0;
        lon_deg /= 20.0;
        lat += values.next()? * lat_deg;
        lon += values.next()? * lon_deg;
    }
    for value in values {
        lat_deg /= 5.0;
        lon_deg /= 4.0;
        lat += (value / 4.0).floor() * lat_deg;
        lon += (value % 4.0) * lon_deg;
    }
    // The first digits cannot reach beyond the pole or once around.
    (lat < 90.0 && lon < 180.0).then_some(Cell {
        at: Point { lat: (lat + lat_deg / 2.0).min(90.0), lon: lon + lon_deg / 2.0 },
        lat_deg,
        lon_deg,
    })
}

/// The whole code of ten digits of a point.
pub fn encode(point: Point) -> String {
    // In whole cells of 1/8000 degree, so that nothing is lost by rounding; a hair for what is on a border.
    let cells = |degrees: f64, most: f64| ((degrees * 8_000.0 + 1e-6).floor()).clamp(0.0, most * 8_000.0 - 1.0) as u64;
    let lon = (point.lon + 180.0).rem_euclid(360.0);
    let (mut lat, mut lon) = (cells(point.lat + 90.0, 180.0), cells(lon, 360.0));
    let mut digits = Vec::new();
    for _ in 0..PAIRED / 2 {
        digits.extend([lon % 20, lat % 20].map(|value| DIGITS.get(value as usize).copied().unwrap_or(b'2')));
        (lat, lon) = (lat / 20, lon / 20);
    }
    digits.reverse();
    digits.insert(BEFORE, b'+');
    digits.into_iter().map(char::from).collect()
}

/// The cell of a code whose first digits were left away, nearest to a point.
pub fn recover(code: &str, near: Point) -> Option<Cell> {
    let (_, before) = taken_apart(code)?;
    if before == BEFORE {
        return decode(code);
    }
    let missing = BEFORE - before;
    let whole = format!("{}{code}", encode(near).get(..missing)?);
    let mut cell = decode(&whole)?;
    // What the missing digits tell is a cell of this size; its neighbour may be nearer.
    let size = 20f64.powi(2 - (missing / 2) as i32);
    let shift = |at: f64, near: f64| match at - near {
        d if d > size / 2.0 => -size,
        d if d < -size / 2.0 => size,
        _ => 0.0,
    };
    let lat = cell.at.lat + shift(cell.at.lat, near.lat);
    if lat.abs() <= 90.0 {
        cell.at.lat = lat;
    }
    cell.at.lon += shift(cell.at.lon, near.lon);
    Some(cell)
}

/// Whether a text is a code: whole, or with its first digits left away. One of digits only could be anything.
pub(super) fn is_code(text: &str) -> bool {
    taken_apart(text).is_some_and(|(digits, before)| before >= 4 && digits.len() > before.min(2))
        && text.chars().any(|c| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_codes_are_their_points() {
        for (code, lat, lon) in [
            ("7FG49QCJ+2V", 20.3700625, 2.7821875),
            ("7FG49Q00+", 20.375, 2.775),
            ("9C3W9QCJ+2VX", 51.3701125, -1.217765625),
            ("8FVC9G8F+6X", 47.3655625, 8.5249375),
            ("4VCPPQGP+Q9", -41.2730625, 174.7859375),
        ] {
            let cell = decode(code).unwrap();
            assert!((cell.at.lat - lat).abs() < 1e-7 && (cell.at.lon - lon).abs() < 1e-7, "{code}: {cell:?}");
        }
        assert_eq!(encode(Point { lat: 47.3655625, lon: 8.5249375 }), "8FVC9G8F+6X");
    }

    #[test]
    fn short_codes_are_near_the_reference() {
        let near = Point { lat: 51.3708675, lon: -1.217765625 };
        for short in ["CJ+2VX", "9QCJ+2VX"] {
            let cell = recover(short, near).unwrap();
            assert!((cell.at.lat - 51.3701125).abs() < 1e-6 && (cell.at.lon + 1.217765625).abs() < 1e-6, "{cell:?}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in
            ["", "+", "566+200", "7FG49QCJ+2", "7FG4QCJ+2V", "7FG49QC0+2V", "ABCDEFGH+JK", "X2345678+CF", "7FG49QCJ2V"]
        {
            assert_eq!(decode(text), None, "{text}");
        }
        assert!(is_code("39XR+CF") && !is_code("2345+67") && !is_code("a+b"));
    }

    proptest! {
        #[test]
        fn a_point_is_in_the_cell_of_its_code(lat in -89.9..89.9f64, lon in -180.0..179.99f64) {
            let code = encode(Point { lat, lon });
            let cell = decode(&code).unwrap();
            prop_assert!((cell.at.lat - lat).abs() <= cell.lat_deg / 2.0 + 1e-6, "{code}");
            prop_assert!((cell.at.lon - lon).abs() <= cell.lon_deg / 2.0 + 1e-6, "{code}");
            let near = Point { lat: (lat + 0.2).min(90.0), lon };
            let short = recover(&code[4..], near).unwrap();
            prop_assert!((short.at.lat - cell.at.lat).abs() < 1e-6 && (short.at.lon - cell.at.lon).abs() < 1e-6);
        }

        #[test]
        fn any_text_is_a_code_or_none(text in ".{0,20}", near in (-90.0..90.0f64, -180.0..180.0f64)) {
            let _ = (decode(&text), is_code(&text), recover(&text, Point { lat: near.0, lon: near.1 }));
        }
    }
}
