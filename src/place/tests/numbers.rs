//! Points told by numbers, in every notation.

use super::*;

#[test]
fn coordinates_are_read_in_every_common_notation() {
    for text in [
        "18.0735,106.2962",
        "18.0735, 106.2962",
        "18.0735 106.2962",
        "18,0735; 106,2962",
        "18,0735 106,2962",
        "18,0735, 106,2962",
        "(18.073500, 106.296200)",
        "106.2962, 18.0735",
        "N18.0735 E106.2962",
        "18.0735N, 106.2962E",
        "18.0735° N, 106.2962° E",
        "18.0735°B 106.2962°Đ",
        "lat 18.0735 lon 106.2962",
        "lat: 18.0735, lng: 106.2962",
        "vĩ độ 18.0735, kinh độ 106.2962",
        "kinh độ 106.2962 vĩ độ 18.0735",
        "18°04'24.6\"N 106°17'46.32\"E",
        "18°04′24.6″N, 106°17′46.32″E",
        "18° 4' 24.6\" B, 106° 17' 46.32\" Đ",
        "18°04'24,6''N 106°17'46,32''E",
        "18°4.41'N 106°17.772'E",
        "18º04'24.6\" vĩ độ Bắc, 106º17'46.32\" kinh độ Đông",
        "ở 18.0735,106.2962 nhé",
    ] {
        let one = best(text);
        assert_eq!(one.kind, "coordinates", "{text}");
        near(&one, 18.0735, 106.2962);
        assert_eq!(one.score, 1.0, "{text}");
    }
    near(&best("-33.8568, 151.2153"), -33.8568, 151.2153);
    near(&best("33.8568S 151.2153E"), -33.8568, 151.2153);
    near(&best("40.6892 Bắc, 74.0445 Tây"), 40.6892, -74.0445);
}

#[test]
fn links_of_maps_are_read() {
    for text in [
        "https://www.google.com/maps/@18.0735,106.2962,17z",
        "https://www.google.com/maps/place/Ch%E1%BB%A3/@18.07,106.29,17z/data=!3m1!4b1!4m6!3m5!1s0x0:0x0!8m2!3d18.0735!4d106.2962!16s",
        "https://maps.google.com/?q=18.0735,106.2962",
        "https://maps.google.com/maps?q=18.0735%2C106.2962&z=17",
        "https://www.google.com/maps/search/?api=1&query=18.0735,106.2962",
        "https://www.google.com/maps/search/18.0735,+106.2962",
        "https://www.google.com/maps/dir//18.0735,106.2962/@18.1,106.3,12z",
        "https://www.google.com/maps/place/18%C2%B004'24.6%22N+106%C2%B017'46.3%22E",
        "http://maps.google.com/maps?f=q&q=loc:18.0735,106.2962",
        "https://www.openstreetmap.org/#map=17/18.0735/106.2962",
        "https://www.openstreetmap.org/?mlat=18.0735&mlon=106.2962#map=12/18.1/106.4",
        "https://maps.apple.com/?ll=18.0735,106.2962&t=m",
        "geo:18.0735,106.2962",
        "geo:18.0735,106.2962;u=35",
        "geo:0,0?q=18.0735,106.2962(cho)",
        "xem https://maps.google.com/?q=18.0735,106.2962.",
    ] {
        let one = best(text);
        assert_eq!(one.kind, "coordinates", "{text}");
        near(&one, 18.0735, 106.2962);
    }
    let hidden = best("https://maps.app.goo.gl/AbCdEf123");
    assert_eq!((hidden.at, hidden.kind.as_str()), (None, "link"));
    assert!(told("https://example.org/tin-tuc/123").is_empty());
}

#[test]
fn plus_codes_are_read_whole_and_short() {
    let code = pluscode::encode(HERE);
    let whole = best(&format!("tại {code}"));
    assert_eq!((whole.kind.as_str(), whole.name.as_str()), ("plus_code", code.as_str()));
    assert!(distance_m(whole.at.unwrap(), HERE) < 12.0);
    let short = best(&format!("{} Kỳ Anh", &code[4..]));
    assert_eq!(short.at, whole.at);
    assert!(pluscode::decode("566+200").is_none());
}

#[test]
fn the_order_is_checked_against_where_the_site_is() {
    // Both orders are possible on earth; one is near the site.
    let mut gazetteer = Gazetteer::default();
    gazetteer.add("x", "name\tlat\tlon\n").unwrap();
    let monaco = Atlas::new(gazetteer, Sources::default(), Some(Point { lat: 43.73, lon: 7.42 }));
    let found = resolve(&monaco, "7.4187, 43.7314");
    assert_eq!(found[0].at, Some(Point { lat: 43.7314, lon: 7.4187 }));
    assert!(found[0].why.en.contains("changed over") && found[1].score < found[0].score, "{found:?}");
    let found = resolve(&monaco, "43.7314, 7.4187");
    assert_eq!(found[0].at, Some(Point { lat: 43.7314, lon: 7.4187 }));
    assert!(best("48.8584, 2.2945").why.en.contains("km from the site"));
}

#[test]
fn other_numbers_are_no_coordinates() {
    for text in
        ["21.15 15.7", "21h15, 15.7.2023", "số 125, 12/5", "12.5 km, 18.7 m", "0912.345.678", "29C-123.45", "18 106"]
    {
        assert!(told(text).iter().all(|one| !one.0.contains(',')), "{text}: {:?}", told(text));
    }
    for text in ["91.5000, 200.0000", "18°64'00\"N 106°00'00\"E"] {
        assert!(told(text).is_empty(), "{text}: {:?}", told(text));
    }
}
