//! Former units as places: an old name means the area that it had, as far as that is known, and says what it is now.

use std::collections::{HashMap, HashSet};

use super::class::Class;
use super::feature::Feature;
use super::shape::Shape;
use super::units::Change;
use super::words;
use crate::say;

/// A unit's part of a unit that was split is less likely meant than the main part.
const LESSER_PART: f64 = 0.9;
/// Of two units of one name the present one is meant rather.
const FORMER: f64 = 0.97;

/// The old units, and the new ones that no map has.
pub(super) fn features(changes: &[Change], known: &[Feature]) -> Vec<Feature> {
    // A unit's area, by every name of it.
    let mut areas: HashMap<String, &Shape> = HashMap::new();
    for feature in known {
        if let Some(shape @ Shape::Area(_)) = &feature.shape {
            for name in feature.names() {
                areas.entry(words::fold(name)).or_insert(shape);
            }
        }
    }
    let area = |name: &str| areas.get(&words::fold(name)).map(|shape| (*shape).clone());
    let units = known.iter().filter(|feature| feature.class == Some(Class::Unit));
    let units: HashSet<String> = units.flat_map(Feature::names).map(words::fold).collect();
    let mut features = Vec::new();
    let mut told: HashSet<&str> = HashSet::new();
    for change in changes {
        let (day, old, new, district) = (change.day(), &change.old, &change.new, &change.district);
        let own = area(old).filter(|_| words::fold(old) != words::fold(new));
        let split = changes.iter().filter(|other| other.old == *old && other.district == *district).count() > 1;
        let part = match (&own, area(new)) {
            (Some(_), _) => say!("", ""),
            (None, Some(_)) => say!(
                "; ranh giới cũ không có, lấy cả đơn vị mới",
                "; its own boundary is not known, that of the new unit is taken"
            ),
            (None, None) => say!("; chưa có ranh giới", "; no boundary is known"),
        };
        let whole = match (split, change.main) {
            (false, _) => say!("nay thuộc {new}", "now in {new}"),
            (true, true) => say!("đã chia, phần lớn nay thuộc {new}", "was split, most of it is now in {new}"),
            (true, false) => say!("đã chia, một phần nay thuộc {new}", "was split, a part of it is now in {new}"),
        };
        let (whole_vi, whole_en, part_vi, part_en) = (&whole.vi, &whole.en, &part.vi, &part.en);
        let shape = own.or_else(|| area(new));
        let at = change.old_at.or_else(|| shape.as_ref().and_then(Shape::middle)).or(change.new_at);
        features.push(Feature {
            name: if split { format!("{old} → {new}") } else { old.clone() },
            kind: "former_unit".to_owned(),
            class: Some(Class::Unit),
            aliases: if split { vec![old.clone()] } else { Vec::new() },
            shape: shape.or(at.map(Shape::Point)),
            at,
            roads: Vec::new(),
            note: Some(say!("tên cũ đến {day}, {whole_vi}{part_vi}", "its name until {day}, {whole_en}{part_en}")),
            source: None,
            weight: if change.main { FORMER } else { FORMER * LESSER_PART },
        });
        // A unit of the table that was later renamed itself is a former one, and is told as such.
        let renamed =
            changes.iter().any(|later| later.date > change.date && words::fold(&later.old) == words::fold(new));
        if told.insert(new) && !renamed && !units.contains(&words::fold(new)) {
            features.push(Feature {
                name: new.clone(),
                kind: "unit".to_owned(),
                class: Some(Class::Unit),
                aliases: Vec::new(),
                shape: change.new_at.map(Shape::Point),
                at: change.new_at,
                roads: Vec::new(),
                note: Some(say!("có từ {day}", "since {day}")),
                source: None,
                weight: 1.0,
            });
        }
    }
    features
}
