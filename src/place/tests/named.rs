//! Places by their names: spellings, ambiguity, units.

use super::*;
use crate::base::Lang;

#[test]
fn a_place_is_found_by_any_way_of_writing_its_name() {
    for text in ["ngã ba Việt Lào", "nga 3 viet lao", "Ngã ba Bưu Điện", "nga ba viet nao", "ngã3 vietlao", "ngã ba VL"]
    {
        let one = best(text);
        assert_eq!(one.name, "ngã ba Việt Lào", "{text}");
        near(&one, 18.0735, 106.2962);
    }
    for (text, name) in [
        ("tổ hưng hoà", "TDP Hưng Hòa"),
        ("tổ dân phố Hưng Hoa", "TDP Hưng Hòa"),
        ("tdp1", "TDP 1"),
        ("khu dân cư phú nhân nghĩa", "KDC Phú Nhân Nghĩa"),
        ("đ. tran phu", "Đường Trần Phú"),
        ("lê đạihành", "đường Lê Đại Hành"),
        ("ngã 3 QL1A - Nguyễn Thị Bích Châu", "ngã ba Nguyễn Thị Bích Châu - QL1A"),
    ] {
        assert_eq!(best(text).name, name, "{text}");
    }
}

#[test]
fn places_are_found_within_a_sentence_with_their_words() {
    let text = "hai xe va chạm ở nga 3 viet lao, gần Chợ Kỳ Anh";
    let found = resolve(atlas(), text);
    let told: Vec<(&str, &str)> = found.iter().map(|one| (one.name.as_str(), one.text.as_str())).collect();
    assert_eq!(told, [("ngã ba Việt Lào", "nga 3 viet lao"), ("chợ Kỳ Anh", "Chợ Kỳ Anh")]);
    assert!(told_nothing("hai xe máy va chạm, một người bị thương"));
}

fn told_nothing(text: &str) -> bool {
    told(text).is_empty()
}

#[test]
fn an_unclear_name_is_never_decided_in_silence() {
    let atlas = atlas();
    let say = |name| atlas.find(name).unwrap_err().explain(Lang::En);
    assert_eq!(say("Kỳ Anh"), "\"Kỳ Anh\" may be several places: \"chợ Kỳ Anh\", \"chợ cũ Kỳ Anh\"; name one of them");
    assert!(say("đường Việt Lào").contains("has no coordinates"));
    assert!(say("Việt Nam quốc tự").contains("there is no place"));
    assert!(say("").contains("there is no place"));
    assert_eq!(atlas.find("chợ Kỳ Anh").unwrap().0.name, "chợ Kỳ Anh", "the whole name wins over a part");
}

#[test]
fn a_kind_alone_lists_what_is_of_it() {
    let found = told("cổng chợ");
    assert_eq!(found[0].0, "chợ Kỳ Anh", "its other name begins so");
    let found = told("ngã ba");
    let names: Vec<&str> = found.iter().map(|one| one.0.as_str()).collect();
    assert_eq!(names, ["ngã ba Việt Lào", "ngã ba Nguyễn Thị Bích Châu - QL1A"]);
    assert!(found.iter().all(|one| one.1 < 0.5), "a kind is no place that could be searched at: {found:?}");
}

#[test]
fn a_short_name_before_unknown_words_is_doubted() {
    let mut gazetteer = Gazetteer::default();
    gazetteer.add("x", "name\tkind\tlat\tlon\taliases\nChợ Hưng Trí\tcho\t18.07\t106.29\tchợ\n").unwrap();
    let atlas = Atlas::new(gazetteer, Sources::default(), None);
    let score = |text| resolve(&atlas, text).first().map_or(0.0, |one| one.score);
    assert_eq!(score("trước chợ"), 1.0);
    assert!(score("chợ Xép Ngoài") < 0.7);
}

#[test]
fn an_old_name_of_a_unit_is_found_and_says_what_it_is_now() {
    let one = best("phường Hưng Trí");
    assert_eq!((one.name.as_str(), one.kind.as_str()), ("Phường Hưng Trí", "former_unit"));
    assert!(one.why.en.contains("its name until 1/7/2025, now in Phường Sông Trí"), "{}", one.why.en);
    near(&one, 18.069, 106.2946);
    assert_eq!(best("P. Sông Trí").kind, "unit");
    assert!(best("xã Kỳ Hưng").why.vi.contains("tên cũ đến 10/1/2020, nay thuộc Phường Hưng Trí"));
}

#[test]
fn a_unit_that_was_split_is_all_its_parts() {
    let found = told("xã kỳ lợi");
    assert_eq!(found[0].0, "Xã Kỳ Lợi → Phường Vũng Áng", "most of it");
    assert_eq!(found[1].0, "Xã Kỳ Lợi → Phường Hoành Sơn");
    assert!(found[0].1 - found[1].1 < CLOSE, "never decided in silence");
}

#[test]
fn an_old_unit_has_the_area_of_the_new_one_where_its_own_is_not_known() {
    let mut gazetteer = Gazetteer::default();
    gazetteer.add("units.tsv", UNITS).unwrap();
    let ring = vec![at(18.0, 106.2), at(18.0, 106.4), at(18.1, 106.4), at(18.1, 106.2)];
    let ward = source::MapPlace {
        name: "Phường Sông Trí".to_owned(),
        aliases: vec![],
        kind: "boundary".to_owned(),
        ground: source::Ground::Area(vec![ring]),
    };
    let mut sources = Sources::default();
    sources.put(Source { name: "wards.geojson".to_owned(), places: vec![ward], ..map() });
    let atlas = Atlas::new(gazetteer, sources, Some(HERE));
    let (one, shape, _) = atlas.find("Hưng Trí").unwrap();
    assert!(shape.contains(HERE) && one.why.en.contains("that of the new unit is taken"), "{}", one.why.en);
    let inside = resolve(&atlas, "đường Hà Hoa, phường Hưng Trí");
    assert_eq!((inside[0].name.as_str(), inside[0].score), ("Hà Hoa", 0.97), "{inside:?}");
    assert!(inside[1].why.en.contains("it only says where the place is"));
    let outside = resolve(&atlas, "Km 11+300 QL12C, phường Hưng Trí");
    assert!(
        outside.iter().any(|one| one.why.en.contains("it is outside")) || outside[0].kind == "chainage",
        "{outside:?}"
    );
}
