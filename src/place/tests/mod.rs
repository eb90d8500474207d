//! The atlas as a whole: what it reads, and that every text has an outcome.

mod any;
mod named;
mod numbers;
mod shared;
mod streets;
mod unseen;

use std::sync::LazyLock;

use super::source::{Access, Address, Oneway, Road, Source, Sources, Stone};
use super::*;
use crate::model::Point;

/// The junction that the made-up town lies around.
const HERE: Point = Point { lat: 18.0735, lon: 106.2962 };

const TSV: &str = "name\tkind\tlat\tlon\taliases\tsource\n\
    ngã ba Việt Lào\tnut_giao\t18.0735\t106.2962\tngã 3 Việt Lào|ngã ba bưu điện\tx\n\
    chợ Kỳ Anh\tcho\t18.0770\t106.2975\tchợ thị xã|cổng chợ Kỳ Anh\n\
    chợ cũ Kỳ Anh\tcho\t18.0788\t106.2962\n\
    đường Việt Lào\tduong\t\t\tViệt Lào\n\
    TDP Hưng Hòa\tto_dan_pho\t18.0700\t106.3030\ttổ Hưng Hòa\n\
    TDP 1\tto_dan_pho\t18.0835\t106.2975\n\
    đường Lê Đại Hành\tduong\t\t\tLê Đại Hành|QL1A (đoạn qua phường)\n\
    ngã ba Nguyễn Thị Bích Châu - QL1A\tnut_giao\t18.0640\t106.3070\n\
    KDC Phú Nhân Nghĩa\tkhu_dan_cu\t18.0632\t106.3085\tPNN\n";

const UNITS: &str = "old_district\told_ward\tlat\tlon\tnew_unit\tnew_lat\tnew_lon\tdefault_for_split\tdate\n\
    Thị xã Kỳ Anh\tPhường Hưng Trí\t18.0690\t106.2946\tPhường Sông Trí\t18.0464\t106.3240\tTrue\t\n\
    Thị xã Kỳ Anh\tXã Kỳ Lợi\t18.0896\t106.4082\tPhường Hoành Sơn\t17.9989\t106.4400\tFalse\t\n\
    Thị xã Kỳ Anh\tXã Kỳ Lợi\t18.0896\t106.4082\tPhường Vũng Áng\t18.0498\t106.3890\tTrue\t\n\
    \tXã Kỳ Hưng\t18.0600\t106.3000\tPhường Hưng Trí\t\t\tTrue\t2020-01-10\n";

/// The made-up town: its tables, and a map with two streets that cross, a third that does not, stones, houses.
static ATLAS: LazyLock<Atlas> = LazyLock::new(|| {
    let mut gazetteer = Gazetteer::default();
    gazetteer.add("places.tsv", TSV).unwrap();
    gazetteer.add("units.tsv", UNITS).unwrap();
    let mut sources = Sources::default();
    sources.put(map());
    Atlas::new(gazetteer, sources, Some(HERE))
});

fn atlas() -> &'static Atlas {
    &ATLAS
}

fn at(lat: f64, lon: f64) -> shape::Fixed {
    shape::Fixed::from(Point { lat, lon })
}

fn road(name: &str, number: &str, line: &[(f64, f64)]) -> Road {
    let all = Access { foot: true, bicycle: true, motorcycle: true, motorcar: true };
    Road {
        id: 0,
        name: name.to_owned(),
        aliases: Vec::new(),
        refs: Some(number).filter(|n| !n.is_empty()).map(str::to_owned).into_iter().collect(),
        class: "primary".to_owned(),
        oneway: Oneway::No,
        access: all,
        maxspeed_kmh: None,
        line: line.iter().map(|(lat, lon)| at(*lat, *lon)).collect(),
        nodes: Vec::new(),
    }
}

fn map() -> Source {
    let stone = |km: f64, lat: f64| Stone { road: "QL12C".to_owned(), km, at: at(lat, 106.20) };
    let house = |number: &str, lon: f64| Address {
        number: number.to_owned(),
        street: "Trần Phú".to_owned(),
        at: at(18.0801, lon),
    };
    Source {
        name: "map.osm".to_owned(),
        roads: vec![
            road("Đường Trần Phú", "", &[(18.08, 106.28), (18.08, 106.29), (18.08, 106.30)]),
            road("Xuân Diệu", "", &[(18.07, 106.29), (18.08, 106.29)]),
            road("Xuân Diệu", "", &[(18.08, 106.29), (18.09, 106.29)]),
            road("Hà Hoa", "", &[(18.05, 106.31), (18.06, 106.31)]),
            road("", "QL.12C", &[(18.00, 106.20), (18.01, 106.20), (18.02, 106.20)]),
            road("Lê Đại Hành", "QL.1", &[(18.0640, 106.3070), (18.0735, 106.2962)]),
        ],
        stones: vec![stone(10.0, 18.00), stone(12.2135, 18.02)],
        addresses: vec![house("12", 106.285), house("14A", 106.286)],
        ..Source::default()
    }
}

/// Names and scores of what a text may mean.
fn told(text: &str) -> Vec<(String, f64)> {
    let found = resolve(atlas(), text);
    fuzz::assert_sane(text, &found);
    found.into_iter().map(|one| (one.name, one.score)).collect()
}

/// The best candidate.
#[track_caller]
fn best(text: &str) -> Candidate {
    let found = resolve(atlas(), text);
    fuzz::assert_sane(text, &found);
    found.into_iter().next().unwrap_or_else(|| panic!("{text}: nothing"))
}

#[track_caller]
fn near(candidate: &Candidate, lat: f64, lon: f64) {
    let at = candidate.at.unwrap_or_else(|| panic!("no point: {candidate:?}"));
    let metres = distance_m(at, Point { lat, lon });
    assert!(metres < 2.0, "{metres} m off: {candidate:?}");
}
