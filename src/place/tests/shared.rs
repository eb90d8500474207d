//! Real data that lies beside the checkout: OpenStreetMap extracts, wards.

use std::path::PathBuf;

use super::*;

fn shared(file: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(file);
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: no shared data");
    None
}

fn table(file: &str) -> Option<String> {
    Some(std::fs::read_to_string(shared(file)?).unwrap())
}

#[test]
fn a_quarter_of_hanoi_is_read() {
    let Some(file) = shared("roads/hanoi_quoc_tu_giam.osm") else { return };
    let source = import::read(&file, "2026-01-01T00:00:00Z").unwrap();
    println!(
        "{} places, {} roads, {} addresses, {} restrictions, {} barriers",
        source.places.len(),
        source.roads.len(),
        source.addresses.len(),
        source.restrictions.len(),
        source.barriers.len()
    );
    assert_eq!(source.restrictions.len(), 21);
    assert!(source.roads.len() > 450 && source.attribution.contains("OpenStreetMap"));
    let mut sources = Sources::default();
    sources.put(source);
    let atlas = Atlas::new(Gazetteer::default(), sources, Some(Point { lat: 21.0268, lon: 105.8330 }));
    // Văn Miếu's corner, known from any map.
    let one = &resolve(&atlas, "ngã tư Tôn Đức Thắng – Quốc Tử Giám")[0];
    assert_eq!(one.kind, "junction", "{one:?}");
    let corner = Point { lat: 21.0275, lon: 105.8345 };
    assert!(distance_m(one.at.unwrap(), corner) < 400.0, "{one:?}");
    let found = resolve(&atlas, "pho ton duc thang");
    assert!(matches!(found[0].shape, Some(Shape::Line(_))) && found[0].score > 0.8, "{found:?}");
    let islands = atlas.roads().islands();
    println!("{} islands, the largest of {} nodes of {:?}", islands.len(), islands[0].len(), atlas.roads().counts());
    assert!(islands[0].len() * 10 > atlas.roads().counts().0 * 5);
}

#[test]
fn monaco_is_read_from_a_packed_file() {
    let Some(file) = shared("roads/monaco.osm.gz") else { return };
    let source = import::read(&file, "2026-01-01T00:00:00Z").unwrap();
    let mut sources = Sources::default();
    println!("{} places, {} roads", source.places.len(), source.roads.len());
    sources.put(source);
    let atlas = Atlas::new(Gazetteer::default(), sources, None);
    let found = resolve(&atlas, "boulevard des moulins");
    assert!(matches!(found[0].shape, Some(Shape::Line(_))), "{found:?}");
    let metres = atlas.roads().distance_m(
        Point { lat: 43.7325, lon: 7.4189 },
        Point { lat: 43.7411, lon: 7.4280 },
        &roads::Travel::ANYHOW,
    );
    assert!(metres.is_some_and(|m| (1_100.0..4_000.0).contains(&m)), "{metres:?}");
}

#[test]
fn old_wards_lie_in_the_new_ones() {
    let (Some(units), Some(_)) = (table("wards/old_to_2025.tsv"), shared("wards/18754_song_tri.geojson")) else {
        return;
    };
    let mut gazetteer = Gazetteer::default();
    gazetteer.add("units", &units).unwrap();
    let mut sources = Sources::default();
    for file in ["18754_song_tri", "18781_hai_ninh", "18823_vung_ang", "18832_hoanh_son"] {
        sources.put(import::read(&shared(&format!("wards/{file}.geojson")).unwrap(), "").unwrap());
    }
    let atlas = Atlas::new(gazetteer, sources, Some(HERE));
    for (name, old) in
        [("phường Hưng Trí", true), ("xã Kỳ Châu", true), ("Phường Sông Trí", false), ("Vũng Áng", false)]
    {
        let (one, shape, at) = atlas.find(name).unwrap();
        assert_eq!(one.kind == "former_unit", old, "{one:?}");
        assert!(shape.contains(at), "{name}: its own point is within the area of {}", one.name);
    }
    assert!(resolve(&atlas, "phường Sông Trí")[0].shape.as_ref().unwrap().contains(HERE));
}
