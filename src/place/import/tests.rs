//! Maps written here, in each of the formats: all of them give the same.

use std::io::Write;

use super::*;
use crate::model::Point;
use crate::place::shape::Shape;
use crate::place::source::{Access, Oneway};

const OSM: &str = r#"<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6">
 <bounds minlat="18" minlon="106" maxlat="19" maxlon="107"/>
 <node id="1" lat="18.0" lon="106.0"/>
 <node id="2" lat="18.0" lon="106.01"><tag k="barrier" v="gate"/></node>
 <node id="3" lat="18.01" lon="106.01"/>
 <node id="4" lat="18.01" lon="106.0"><tag k="name" v="Chợ &amp; bến"/><tag k="amenity" v="marketplace"/><tag k="alt_name" v="Chợ A;Chợ B"/></node>
 <node id="5" lat="18.02" lon="106.0"><tag k="highway" v="milestone"/><tag k="distance" v="565+800"/><tag k="ref" v="QL.1"/></node>
 <node id="6" lat="18.0" lon="106.005"><tag k="addr:housenumber" v="12;14A"/><tag k="addr:street" v="Trần Phú"/></node>
 <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="99"/>
  <tag k="highway" v="primary"/><tag k="name" v="Trần Phú"/><tag k="ref" v="QL.1;AH1"/><tag k="oneway" v="yes"/>
  <tag k="maxspeed" v="50"/><tag k="motorcar" v="no"/><tag k="old_name" v="đường 30/4"/></way>
 <way id="11"><nd ref="2"/><nd ref="3"/><tag k="highway" v="footway"/></way>
 <way id="12"><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
 <way id="13"><nd ref="1"/><nd ref="2"/><nd ref="3"/></way>
 <way id="14"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="building" v="yes"/><tag k="name" v="Trường cũ"/></way>
 <relation id="20"><member type="way" ref="12" role="outer"/><member type="way" ref="13" role="outer"/>
  <tag k="type" v="boundary"/><tag k="boundary" v="administrative"/><tag k="name" v="Phường Thử"/></relation>
 <relation id="21"><member type="way" ref="10" role="from"/><member type="node" ref="2" role="via"/><member type="way" ref="11" role="to"/>
  <tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>
</osm>"#;

fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, bytes).unwrap();
    (folder, file)
}

fn read_as(name: &str, bytes: &[u8]) -> Result<Source> {
    let (_folder, file) = written(name, bytes);
    read(&file, "")
}

#[test]
fn what_a_map_tells_is_kept() {
    let source = read_as("a.osm", OSM.as_bytes()).unwrap();
    assert_eq!(source.name, "a.osm");
    let road = &source.roads[0];
    assert_eq!((road.id, road.name.as_str(), road.class.as_str()), (10, "Trần Phú", "primary"));
    assert_eq!((road.refs.join(" "), road.aliases.join(" ")), ("QL.1 AH1".to_owned(), "đường 30/4".to_owned()));
    assert_eq!((road.oneway, road.maxspeed_kmh), (Oneway::Along, Some(50.0)));
    assert_eq!(road.access, Access { foot: true, bicycle: true, motorcycle: true, motorcar: false });
    assert_eq!(road.nodes, [1, 2], "what the extract does not have is left away");
    assert_eq!(source.roads[1].access, Access { foot: true, ..Access::default() });
    let names: Vec<(&str, &str)> = source.places.iter().map(|p| (p.name.as_str(), p.kind.as_str())).collect();
    assert_eq!(names, [("Chợ & bến", "marketplace"), ("Trường cũ", "building"), ("Phường Thử", "boundary")]);
    assert_eq!(source.places[0].aliases, ["Chợ A", "Chợ B"]);
    let ward = source.places[2].ground.shape();
    assert!(matches!(ward, Shape::Area(_)) && ward.contains(Point { lat: 18.005, lon: 106.005 }), "two ways, one ring");
    let numbers: Vec<&str> = source.addresses.iter().map(|a| a.number.as_str()).collect();
    assert_eq!(numbers, ["12", "14A"]);
    assert_eq!((source.stones[0].km, source.stones[0].road.as_str()), (565.8, "QL.1"));
    let turn = &source.restrictions[0];
    assert_eq!((turn.kind.as_str(), turn.from, turn.via.as_slice(), turn.to), ("no_left_turn", 10, &[2][..], 11));
    assert_eq!((source.barriers[0].node, source.barriers[0].kind.as_str()), (2, "gate"));
}

#[test]
fn a_packed_map_is_the_same() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(OSM.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let (mut plain, mut unpacked) = (read_as("a.osm", OSM.as_bytes()).unwrap(), read_as("a.osm.gz", &packed).unwrap());
    (plain.name, unpacked.name) = (String::new(), String::new());
    assert_eq!(plain, unpacked);
    assert!(read_as("a.osm.gz", &packed[..packed.len() / 2]).is_err(), "a cut file is refused");
}

#[test]
fn a_pbf_is_the_same_as_the_xml() {
    let (mut xml, mut pbf) = (read_as("a.osm", OSM.as_bytes()).unwrap(), read_as("a.osm.pbf", &writer::pbf()).unwrap());
    (xml.name, pbf.name) = (String::new(), String::new());
    assert_eq!(xml, pbf);
    for length in [3, 20, 60, 200] {
        assert!(read_as("a.osm.pbf", &writer::pbf()[..length]).is_err(), "cut at {length}");
    }
}

#[test]
fn geojson_of_every_geometry_is_read() {
    let feature = |properties: &str, geometry: &str| {
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
    };
    let features = [
        feature(r#"{"name":"A","kind":"cho"}"#, r#"{"type":"Point","coordinates":[106,18,5]}"#),
        feature(
            r#"{"name":"B","highway":"residential","oneway":true}"#,
            r#"{"type":"LineString","coordinates":[[106,18],[106.1,18]]}"#,
        ),
        feature(
            r#"{"name":"C"}"#,
            r#"{"type":"MultiLineString","coordinates":[[[106,18],[106.1,18]],[[106,18.1],[106.1,18.1]]]}"#,
        ),
        feature(r#"{"name":"D"}"#, r#"{"type":"Polygon","coordinates":[[[106,18],[106.1,18],[106.1,18.1],[106,18]]]}"#),
        feature(
            r#"{"name":"E","fullName":"Phường E"}"#,
            r#"{"type":"MultiPolygon","coordinates":[[[[106,18],[106.1,18],[106.1,18.1],[106,18]]]]}"#,
        ),
        feature(r#"{"km":565.5,"road":"QL1A"}"#, r#"{"type":"Point","coordinates":[106,18]}"#),
        feature("null", "null"),
        feature(r#"{"name":"F"}"#, r#"{"type":"GeometryCollection","geometries":[]}"#),
        feature(r#"{"name":"G"}"#, r#"{"type":"LineString","coordinates":[]}"#),
    ];
    let text = format!(r#"{{"type":"FeatureCollection","bbox":[1,2,3,4],"features":[{}]}}"#, features.join(","));
    let source = read_as("a.geojson", text.as_bytes()).unwrap();
    let places: Vec<(&str, &str)> = source.places.iter().map(|p| (p.name.as_str(), p.ground.shape().word())).collect();
    assert_eq!(places, [("A", "point"), ("C", "line"), ("D", "area"), ("Phường E", "area")]);
    assert_eq!((source.roads.len(), source.roads[0].oneway, source.stones[0].km), (1, Oneway::Along, 565.5));
    let single = feature(r#"{"name":"A"}"#, r#"{"type":"Point","coordinates":[106,18]}"#);
    assert_eq!(read_as("b.geojson", single.as_bytes()).unwrap().places.len(), 1);
    for wrong in ["", "[]", "{}", r#"{"type":"FeatureCollection"}"#] {
        assert!(read_as("c.geojson", wrong.as_bytes()).is_err(), "{wrong}");
    }
}

#[test]
fn a_border_that_does_not_close_is_no_area() {
    let at = |lat: i32, lon: i32| crate::place::shape::Fixed { lat, lon };
    let open = vec![vec![at(0, 0), at(0, 1)], vec![at(0, 1), at(1, 1)]];
    assert!(assemble::rings(open.clone()).is_empty());
    let closed = [open, vec![vec![at(0, 0), at(1, 1)]]].concat();
    assert_eq!(assemble::rings(closed), [vec![at(0, 0), at(1, 1), at(0, 1)]]);
}

/// A PBF writer, after the format's published messages: the map of [`OSM`] in one header and one block without compression.
mod writer {
    /// Keys and values.
    type Tags<'a> = &'a [(&'a str, &'a str)];

    fn varint(mut value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let low = (value & 0x7f) as u8;
            value >>= 7;
            if value == 0 {
                bytes.push(low);
                return bytes;
            }
            bytes.push(low | 0x80);
        }
    }

    fn zigzag(value: i64) -> u64 {
        ((value << 1) ^ (value >> 63)) as u64
    }

    fn number(field: u64, value: u64) -> Vec<u8> {
        [varint(field << 3), varint(value)].concat()
    }

    fn bytes(field: u64, content: &[u8]) -> Vec<u8> {
        [varint(field << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
    }

    fn packed(field: u64, values: impl IntoIterator<Item = u64>) -> Vec<u8> {
        bytes(field, &values.into_iter().flat_map(varint).collect::<Vec<u8>>())
    }

    /// Values less the one before.
    fn deltas(values: &[i64]) -> Vec<u64> {
        let before = std::iter::once(&0).chain(values);
        values.iter().zip(before).map(|(value, before)| zigzag(value - before)).collect()
    }

    #[derive(Default)]
    struct Strings(Vec<String>);

    impl Strings {
        fn at(&mut self, text: &str) -> u64 {
            let at = self.0.iter().position(|other| other == text).unwrap_or_else(|| {
                self.0.push(text.to_owned());
                self.0.len() - 1
            });
            at as u64
        }

        fn tags(&mut self, tags: &[(&str, &str)]) -> Vec<u8> {
            let keys: Vec<u64> = tags.iter().map(|(key, _)| self.at(key)).collect();
            let values: Vec<u64> = tags.iter().map(|(_, value)| self.at(value)).collect();
            [packed(2, keys), packed(3, values)].concat()
        }
    }

    fn blob(kind: &str, content: &[u8]) -> Vec<u8> {
        let blob = bytes(1, content);
        let header = [bytes(1, kind.as_bytes()), number(3, blob.len() as u64)].concat();
        [(header.len() as u32).to_be_bytes().to_vec(), header, blob].concat()
    }

    pub(super) fn pbf() -> Vec<u8> {
        let mut strings = Strings(vec![String::new()]);
        let nodes: [(i64, f64, f64, Tags<'_>); 6] = [
            (1, 18.0, 106.0, &[]),
            (2, 18.0, 106.01, &[("barrier", "gate")]),
            (3, 18.01, 106.01, &[]),
            (4, 18.01, 106.0, &[("name", "Chợ & bến"), ("amenity", "marketplace"), ("alt_name", "Chợ A;Chợ B")]),
            (5, 18.02, 106.0, &[("highway", "milestone"), ("distance", "565+800"), ("ref", "QL.1")]),
            (6, 18.0, 106.005, &[("addr:housenumber", "12;14A"), ("addr:street", "Trần Phú")]),
        ];
        // The first two by themselves, the rest dense: both forms are in use.
        let fixed = |degrees: f64| (degrees * 1e7).round() as i64;
        let mut single = Vec::new();
        for (id, lat, lon, tags) in &nodes[..2] {
            let place = [number(8, zigzag(fixed(*lat))), number(9, zigzag(fixed(*lon)))].concat();
            single.extend(bytes(1, &[number(1, zigzag(*id)), strings.tags(tags), place].concat()));
        }
        let dense = &nodes[2..];
        let mut keys_values = Vec::new();
        for (_, _, _, tags) in dense {
            for (key, value) in *tags {
                keys_values.extend([strings.at(key), strings.at(value)]);
            }
            keys_values.push(0);
        }
        let of = |f: fn(&(i64, f64, f64, Tags<'_>)) -> i64| deltas(&dense.iter().map(f).collect::<Vec<_>>());
        let dense = [
            packed(1, of(|n| n.0)),
            packed(8, of(|n| (n.1 * 1e7).round() as i64)),
            packed(9, of(|n| (n.2 * 1e7).round() as i64)),
            packed(10, keys_values),
        ];
        let road: &[(&str, &str)] = &[
            ("highway", "primary"),
            ("name", "Trần Phú"),
            ("ref", "QL.1;AH1"),
            ("oneway", "yes"),
            ("maxspeed", "50"),
            ("motorcar", "no"),
            ("old_name", "đường 30/4"),
        ];
        let ways: [(u64, &[i64], Tags<'_>); 5] = [
            (10, &[1, 2, 99], road),
            (11, &[2, 3], &[("highway", "footway")]),
            (12, &[3, 4, 1], &[]),
            (13, &[1, 2, 3], &[]),
            (14, &[1, 2, 3, 1], &[("building", "yes"), ("name", "Trường cũ")]),
        ];
        let mut all_ways = Vec::new();
        for (id, nodes, tags) in ways {
            all_ways.extend(bytes(3, &[number(1, id), strings.tags(tags), packed(8, deltas(nodes))].concat()));
        }
        type Relation<'a> = (u64, &'a [(&'a str, i64, u64)], &'a [(&'a str, &'a str)]);
        let relations: [Relation<'_>; 2] = [
            (
                20,
                &[("outer", 12, 1), ("outer", 13, 1)],
                &[("type", "boundary"), ("boundary", "administrative"), ("name", "Phường Thử")],
            ),
            (
                21,
                &[("from", 10, 1), ("via", 2, 0), ("to", 11, 1)],
                &[("type", "restriction"), ("restriction", "no_left_turn")],
            ),
        ];
        let mut all_relations = Vec::new();
        for (id, members, tags) in relations {
            let roles: Vec<u64> = members.iter().map(|(role, ..)| strings.at(role)).collect();
            let ids: Vec<i64> = members.iter().map(|(_, id, _)| *id).collect();
            let kinds = members.iter().map(|(.., kind)| *kind);
            let members = [packed(8, roles), packed(9, deltas(&ids)), packed(10, kinds)].concat();
            all_relations.extend(bytes(4, &[number(1, id), strings.tags(tags), members].concat()));
        }
        let table: Vec<u8> = strings.0.iter().flat_map(|text| bytes(1, text.as_bytes())).collect();
        let group = |content: &[u8]| bytes(2, content);
        let block = [
            bytes(1, &table),
            group(&single),
            group(&bytes(2, &dense.concat())),
            group(&all_ways),
            group(&all_relations),
        ];
        let header = [bytes(4, b"OsmSchema-V0.6"), bytes(4, b"DenseNodes")].concat();
        [blob("OSMHeader", &header), blob("OSMData", &block.concat())].concat()
    }
}
