//! What several names tell together: junctions, stretches, houses, chainages.

use super::*;
use crate::place::shape::length_m;

#[test]
fn two_streets_meet_in_a_junction() {
    for text in [
        "ngã tư Trần Phú – Xuân Diệu",
        "ngã 4 tran phu - xuan dieu",
        "ngã tư Xuân Diệu và Trần Phú",
        "giao Trần Phú với Xuân Diệu",
        "góc Trần Phú - Xuân Diệu",
        "đường Trần Phú giao đường Xuân Diệu",
        "Trần Phú giao với Xuân Diệu",
        "corner of Trần Phú and Xuân Diệu",
        "ngã tư Trần Phú / Xuân Diêu",
    ] {
        let one = best(text);
        assert_eq!(one.kind, "junction", "{text}: {one:?}");
        near(&one, 18.08, 106.29);
    }
}

#[test]
fn streets_that_do_not_meet_are_said_to() {
    let found = resolve(atlas(), "ngã tư Trần Phú – Hà Hoa");
    assert_eq!((found[0].kind.as_str(), found[0].at), ("junction", None));
    assert!(found[0].why.en.contains("do not meet"), "{}", found[0].why.en);
    assert!(found.iter().any(|one| one.name == "Hà Hoa" && one.at.is_some()), "each is still listed");
    let apart = told("đường Trần Phú, đường Xuân Diệu");
    assert_eq!(apart.len(), 2, "two streets in a list are no junction: {apart:?}");
}

#[test]
fn a_streets_course_comes_from_the_map_to_the_gazetteers_name() {
    let (one, shape, _) = atlas().find("đường Lê Đại Hành").unwrap();
    assert!(matches!(shape, Shape::Line(_)) && one.why.en.contains("the gazetteer"));
    assert!(shape.distance_m(HERE) < 1.0);
    let all = resolve(atlas(), "Xuân Diệu");
    assert_eq!(all.len(), 1, "two ways of one street: {all:?}");
}

#[test]
fn a_stretch_follows_the_roads() {
    let one = best("đoạn từ ngã tư Trần Phú - Xuân Diệu đến số 12 Trần Phú");
    assert_eq!((one.kind.as_str(), one.name.as_str()), ("stretch", "Đường Trần Phú – Xuân Diệu → 12 Đường Trần Phú"));
    let one = best("từ KDC Phú Nhân Nghĩa đến ngã ba Việt Lào");
    assert_eq!(one.kind, "stretch");
    let Some(Shape::Line(lines)) = &one.shape else { panic!("{one:?}") };
    let metres = length_m(&lines[0]);
    assert!((metres - 1550.0).abs() < 20.0 && one.why.en.contains("along the roads"), "{metres} {}", one.why.en);
    let straight = best("TDP 1 tới chợ Kỳ Anh");
    assert!(straight.why.en.contains("a straight line"), "{}", straight.why.en);
}

#[test]
fn house_numbers_are_found_or_the_street_is_told() {
    near(&best("số 12 Trần Phú"), 18.0801, 106.285);
    near(&best("nhà số 14a, đường Trần Phú"), 18.0801, 106.286);
    let unknown = best("125 Trần Phú");
    assert_eq!(unknown.name, "Đường Trần Phú");
    assert!(unknown.why.en.contains("where house 125 is is not known"), "{}", unknown.why.en);
    assert!(best("ngõ 12 đường Trần Phú").why.en.contains("lane 12"), "a lane is no house");
    assert_eq!(best("TDP 1 đường Trần Phú").name, "TDP 1");
}

#[test]
fn a_chainage_lies_between_the_stones() {
    for text in ["Km 11+107 QL12C", "km11+107 ql 12c", "QL.12C Km 11 + 107", "quốc lộ 12C, lý trình 11+107"] {
        let one = best(text);
        assert_eq!((one.kind.as_str(), one.name.as_str()), ("chainage", "Km 11+107 QL.12C"), "{text}");
        assert!(
            distance_m(one.at.unwrap(), Point { lat: 18.01, lon: 106.20 }) < 5.0
                && one.why.en.contains("along the road")
        );
    }
    let beyond = best("Km 30+000 QL12C");
    assert_eq!((beyond.kind.as_str(), beyond.at), ("chainage", None));
    assert!(beyond.why.en.contains("not between two reference points"), "{}", beyond.why.en);
    let unknown = best("Km 565+800 QL1A");
    assert!(unknown.at.is_none() && unknown.why.en.contains("no reference points"), "{}", unknown.why.en);
    assert!(atlas().find("Km 565+800 QL1A").unwrap_err().explain(crate::base::Lang::En).contains("reference points"));
    near(&best("Km 10 QL12C"), 18.0, 106.2);
    assert_eq!(resolve(atlas(), "QL12C, Km11, Km12 và Km12+100").iter().filter(|one| one.at.is_some()).count(), 3);
}
