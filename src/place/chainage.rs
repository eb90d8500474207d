//! Chainages: `Km 565+800 QL1A` is 800 m behind the stone of kilometre 565, worked out from reference points along the road.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::atlas::Atlas;
use super::feature::Feature;
use super::gazetteer::Place;
use super::geodesy::distance_m;
use super::roads::Travel;
use super::shape::{along, between, length_m};
use super::source::Stone;
use super::streets;
use crate::base::Said;
use crate::model::Point;
use crate::say;

/// A stone farther than this from the place that is sought, kilometres, is of no help.
const HELPFUL_KM: f64 = 20.0;
/// Stones and the course of the road agree if the length between them differs by less than this share.
const AGREES: f64 = 0.15;

/// A point whose chainage is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    /// The road's key; empty where it is not told.
    pub road: String,
    pub km: f64,
    pub at: Point,
}

impl From<&Stone> for Mark {
    fn from(stone: &Stone) -> Mark {
        Mark { road: streets::core(&stone.road), km: stone.km, at: Point::from(stone.at) }
    }
}

/// A chainage in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Told {
    pub at: Range<usize>,
    pub km: f64,
}

#[expect(clippy::unwrap_used, reason = "a constant, tried by every test")]
static CHAINAGE: LazyLock<Regex> = LazyLock::new(|| {
    let km = r"(?:\b(?:km|c[âa]y\s+s[ốo]|l[ýy]\s+tr[ìi]nh(?:\s+km)?)\s*[.:]?\s*)";
    Regex::new(&format!(
        r"(?i){km}(\d{{1,4}})(?:\s*\+\s*(\d{{1,5}})\b|[.,](\d{{1,3}})\b)?|\bk?(\d{{1,4}})\s*\+\s*(\d{{3}})\b"
    ))
    .unwrap()
});

/// All chainages of a text.
pub(super) fn told(text: &str) -> Vec<Told> {
    let chainage = |found: regex::Captures<'_>| {
        let number = |group: usize| found.get(group).and_then(|digits| digits.as_str().parse::<f64>().ok());
        let km = number(1).or(number(4))?;
        let metres = number(2).or(number(5)).unwrap_or(0.0) / 1000.0;
        let decimals = found.get(3).and_then(|digits| format!("0.{}", digits.as_str()).parse::<f64>().ok());
        Some(Told { at: found.get(0)?.range(), km: km + metres + decimals.unwrap_or(0.0) })
    };
    CHAINAGE.captures_iter(text).filter_map(chainage).collect()
}

/// `Km 565+800`.
pub(super) fn shown(km: f64) -> String {
    let metres = (km * 1000.0).round() as u64;
    format!("Km {}+{:03}", metres / 1000, metres % 1000)
}

/// The chainage that a row of the gazetteer marks: by its columns, or by its name.
pub(super) fn mark_of(place: &Place) -> Option<Mark> {
    let at = place.at?;
    if let Some((road, km)) = &place.mark {
        return Some(Mark { road: streets::core(road), km: *km, at });
    }
    let told = told(&place.name);
    let [only] = told.as_slice() else { return None };
    let rest = format!("{} {}", place.name.get(..only.at.start)?, place.name.get(only.at.end..)?);
    Some(Mark { road: streets::core(&rest), km: only.km, at })
}

/// Where a chainage of a road is, and why; or why nobody can tell.
pub(super) fn locate(atlas: &Atlas, road: Option<&Feature>, km: f64) -> Result<(Point, Said), Said> {
    let keys: HashSet<String> = road.into_iter().flat_map(Feature::names).map(streets::core).collect();
    let of_road = |mark: &&Mark| road.is_none() || keys.contains(&mark.road);
    let mut marks: Vec<&Mark> = atlas.marks.iter().filter(of_road).collect();
    marks.sort_by(|a, b| a.km.total_cmp(&b.km));
    let name = road.map_or_else(String::new, |road| format!(" {}", road.name));
    let roads: HashSet<&str> = marks.iter().map(|mark| mark.road.as_str()).collect();
    if road.is_none() && roads.len() > 1 {
        return Err(say!("không rõ của đường nào", "it does not say of which road"));
    }
    let exact = marks.iter().find(|mark| (mark.km - km).abs() < 0.000_5);
    if let Some(mark) = exact {
        return Ok((mark.at, say!("đúng một điểm mốc{name}", "a reference point of the road{name}")));
    }
    let near = |mark: &&&Mark| (mark.km - km).abs() <= HELPFUL_KM;
    let before = marks.iter().filter(|mark| mark.km < km).rfind(near);
    let after = marks.iter().filter(|mark| mark.km > km).find(near);
    let (Some(before), Some(after)) = (before, after) else {
        let known: Vec<String> = marks.iter().map(|mark| shown(mark.km)).collect();
        let list = known.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
        return Err(match known.is_empty() {
            true => say!(
                "không tính được: đường{name} chưa có điểm mốc lý trình (cột road, km trong tệp địa điểm)",
                "cannot be worked out: the road{name} has no reference points (columns road, km of the gazetteer)"
            ),
            false => say!(
                "không tính được: không nằm giữa hai điểm mốc{name} (có: {list})",
                "cannot be worked out: it is not between two reference points{name} (there are: {list})"
            ),
        });
    };
    let share = (km - before.km) / (after.km - before.km);
    let (from, to) = (shown(before.km), shown(after.km));
    let roads: HashSet<u32> = road.into_iter().flat_map(|road| road.roads.iter().copied()).collect();
    let only = Travel { only: Some(&roads), ..Travel::ANYHOW };
    let told_m = (after.km - before.km) * 1000.0;
    let path = atlas.roads().path(before.at, after.at, &only).filter(|_| !roads.is_empty());
    if let Some(path) = path.filter(|path| (path.length_m - told_m).abs() <= AGREES * told_m) {
        let at = along(&path.points, share * length_m(&path.points)).unwrap_or(before.at);
        return Ok((at, say!("dọc theo đường, giữa {from} và {to}", "along the road, between {from} and {to}")));
    }
    let straight_m = distance_m(before.at, after.at);
    if straight_m > told_m * (1.0 + AGREES) {
        return Err(say!(
            "không tính được: điểm mốc {from} và {to} cách nhau xa hơn lý trình",
            "cannot be worked out: the reference points {from} and {to} are farther apart than their chainages"
        ));
    }
    let at = between(before.at, after.at, share);
    Ok((
        at,
        say!(
            "nội suy theo đường thẳng giữa {from} và {to}, vì chưa có hình tuyến đường; có thể lệch",
            "on the straight line between {from} and {to}, since the road's course is not known; may be off"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chainages_are_read_in_every_way_of_writing_them() {
        for (text, km) in [
            ("Km 565+800 QL1A", 565.8),
            ("km12+300 ql12c", 12.3),
            ("Km 567 + 050 QL.1A", 567.05),
            ("đoạn Km21", 21.0),
            ("KM 21,5", 21.5),
            ("cây số 12", 12.0),
            ("lý trình 565+800", 565.8),
            ("QL1A 565+800", 565.8),
        ] {
            let told: Vec<f64> = told(text).iter().map(|told| told.km).collect();
            assert_eq!(told, [km], "{text}");
        }
        assert_eq!(told("Quốc lộ 70, đoạn Km21, Km25 và Km28").len(), 3);
        assert!(told("số 12 Lê Lợi, 100 m, 12 km").is_empty());
        assert_eq!(shown(567.05), "Km 567+050");
    }
}
