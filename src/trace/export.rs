//! A trace for other programs and for paper: GeoJSON (RFC 7946), GPX 1.1, KML 2.2, CSV (RFC 4180), and a report in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answer::{LegAnswer, LookedAnswer, SightingAnswer, TraceAnswer, on_picture};
use super::standing::Holds;
use crate::base::{Lang, Said};
use crate::model::{Confidence, Looked, Verdict};
use crate::say;
use crate::search::answer::with_offset;

/// A form to write a trace in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Points and lines with all that is known.
    GeoJson,
    /// Waypoints and a track.
    Gpx,
    /// Placemarks and a line.
    Kml,
    /// The table of sightings.
    Csv,
    /// In words: route, legs, what was looked at and ruled out.
    Report,
}

impl Form {
    /// The form that a file's ending asks for.
    pub fn of_ending(ending: &str) -> Option<Form> {
        match ending.to_ascii_lowercase().as_str() {
            "geojson" | "json" => Some(Form::GeoJson),
            "gpx" => Some(Form::Gpx),
            "kml" => Some(Form::Kml),
            "csv" => Some(Form::Csv),
            "txt" | "md" => Some(Form::Report),
            _ => None,
        }
    }

    /// The ending that its files have.
    pub fn ending(self) -> &'static str {
        match self {
            Form::GeoJson => "geojson",
            Form::Gpx => "gpx",
            Form::Kml => "kml",
            Form::Csv => "csv",
            Form::Report => "txt",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Form::GeoJson => "application/geo+json",
            Form::Gpx => "application/gpx+xml",
            Form::Kml => "application/vnd.google-earth.kml+xml",
            Form::Csv => "text/csv; charset=utf-8",
            Form::Report => "text/plain; charset=utf-8",
        }
    }
}

/// Writes a trace. Sentences in it are in one language; names of fields and columns are the same in both.
pub fn write(answer: &TraceAnswer, form: Form, zone: &TimeZone, lang: Lang) -> String {
    match form {
        Form::GeoJson => geojson(answer),
        Form::Gpx => gpx(answer, lang),
        Form::Kml => kml(answer, zone, lang),
        Form::Csv => csv(answer, zone, lang),
        Form::Report => report(answer, zone, lang),
    }
}

fn geojson(answer: &TraceAnswer) -> String {
    // What has no place is told all the same, as a feature that is nowhere (RFC 7946, 3.2).
    let feature = |geometry: Option<Value>, properties: Value| json!({ "type": "Feature", "geometry": geometry, "properties": properties });
    let point = |sighting: &SightingAnswer| {
        let at = sighting.lon.zip(sighting.lat).map(|(lon, lat)| json!({ "type": "Point", "coordinates": [lon, lat] }));
        feature(at, serde_json::to_value(sighting).unwrap_or(Value::Null))
    };
    let line = |leg: &LegAnswer| {
        let mut properties = serde_json::to_value(leg).unwrap_or(Value::Null);
        if let Some(properties) = properties.as_object_mut() {
            properties.remove("way");
        }
        let way = (leg.way.len() > 1).then(|| json!({ "type": "LineString", "coordinates": leg.way }));
        feature(way, properties)
    };
    let features: Vec<Value> = answer.sightings.iter().map(point).chain(answer.legs.iter().map(line)).collect();
    let head = json!({ "trace": answer.head.id, "title": answer.head.title, "mover": answer.head.mover,
        "purpose": answer.head.purpose, "looked": answer.looked });
    json!({ "type": "FeatureCollection", "properties": head, "features": features }).to_string()
}

fn gpx(answer: &TraceAnswer, lang: Lang) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"truyvet\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n",
    );
    // A waypoint needs a place: a sighting that has none is told of in the track's description.
    let mut told = Vec::new();
    for sighting in &answer.sightings {
        let (event, name) = (sighting.sighting.event, escaped(&sighting.name));
        let (at, words) = (sighting.sighting.what.at.0, escaped(&in_words(sighting, lang)));
        match sighting.lat.zip(sighting.lon) {
            Some((lat, lon)) => text.push_str(&format!(
                "<wpt lat=\"{lat}\" lon=\"{lon}\"><time>{at}</time><name>{name}</name><desc>{words}</desc></wpt>\n"
            )),
            None => told.push(format!("#{event} {at} {name}: {words}")),
        }
    }
    let leg = |leg: &LegAnswer| {
        let (from, to, said) = (leg.from, leg.to, leg_said(answer, leg));
        format!("#{from}–#{to}: {}", escaped(said.in_lang(lang)))
    };
    told.extend(answer.legs.iter().map(leg));
    text.push_str(&format!("<trk><name>{}</name><desc>{}</desc>\n", escaped(&answer.head.title), told.join("\n")));
    for leg in answer.legs.iter().filter(|leg| leg.way.len() > 1) {
        text.push_str("<trkseg>");
        for [lon, lat] in &leg.way {
            text.push_str(&format!("<trkpt lat=\"{lat}\" lon=\"{lon}\"/>"));
        }
        text.push_str("</trkseg>\n");
    }
    text.push_str("</trk>\n</gpx>\n");
    text
}

fn kml(answer: &TraceAnswer, zone: &TimeZone, lang: Lang) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>{}</name>\n",
        escaped(&answer.head.title)
    );
    for sighting in &answer.sightings {
        let at = sighting.sighting.what.at.0;
        let (name, time, words) = (&sighting.name, with_offset(at, zone), in_words(sighting, lang));
        let place = sighting.lon.zip(sighting.lat);
        let point = place.map(|(lon, lat)| format!("<Point><coordinates>{lon},{lat}</coordinates></Point>"));
        text.push_str(&format!(
            "<Placemark><name>{}</name><description>{time} {}</description><TimeStamp><when>{at}</when></TimeStamp>{}</Placemark>\n",
            escaped(name),
            escaped(&words),
            point.unwrap_or_default()
        ));
    }
    for leg in &answer.legs {
        let points: Vec<String> = leg.way.iter().map(|[lon, lat]| format!("{lon},{lat}")).collect();
        let line = format!("<LineString><coordinates>{}</coordinates></LineString>", points.join(" "));
        let said = leg_said(answer, leg);
        text.push_str(&format!(
            "<Placemark><name>#{}–#{}</name><description>{}</description>{}</Placemark>\n",
            leg.from,
            leg.to,
            escaped(said.in_lang(lang)),
            if points.len() > 1 { &line } else { "" }
        ));
    }
    text.push_str("</Document></kml>\n");
    text
}

/// Text that XML may hold (XML 1.0, 2.2): signs that mean something in it are written out, and those that it cannot hold are left out, and
/// control characters, which it had better not hold.
fn escaped(text: &str) -> String {
    let held = |c: &char| matches!(c, '\t' | '\n') || !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}');
    let kept: String = text.chars().filter(held).collect();
    kept.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Rows begin after a byte order mark: without it, Excel reads UTF-8 as the machine's own code page, and Vietnamese is garbled.
fn csv(answer: &TraceAnswer, zone: &TimeZone, lang: Lang) -> String {
    let mut rows = vec![
        "event,camera,name,true_time,uncertainty_s,camera_time,lat,lon,distance_m,took_s,kmh,kmh_least,kmh_most,straight,unexplained,conflicts,still,note,by,confidence,despite"
            .to_owned(),
    ];
    for (number, sighting) in answer.sightings.iter().enumerate() {
        let what = &sighting.sighting.what;
        let leg = number.checked_sub(1).and_then(|before| answer.legs.get(before));
        let number_of = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let of = |pick: fn(&LegAnswer) -> Option<f64>| number_of(leg.and_then(pick));
        let told = |pick: fn(&LegAnswer) -> bool| leg.map(|leg| pick(leg).to_string()).unwrap_or_default();
        let mut conflicts: Vec<&str> = sighting.conflicts.iter().map(|said| said.in_lang(lang)).collect();
        conflicts.extend(leg.and_then(|leg| leg.conflict.as_ref()).map(|said| said.in_lang(lang)));
        let cells = [
            sighting.sighting.event.to_string(),
            what.camera.clone(),
            sighting.name.clone(),
            with_offset(what.at.0, zone),
            what.uncertainty_s.to_string(),
            sighting.camera_time.clone(),
            number_of(sighting.lat),
            number_of(sighting.lon),
            of(|leg| leg.distance_m),
            of(|leg| Some(leg.took_s)),
            of(|leg| leg.kmh),
            of(|leg| leg.kmh_least),
            of(|leg| leg.kmh_most),
            told(|leg| leg.straight),
            told(|leg| leg.unexplained),
            conflicts.join("; "),
            what.still.clone().unwrap_or_default(),
            what.note.clone().unwrap_or_default(),
            sighting.sighting.by.clone(),
            what.confidence.map(Confidence::as_str).unwrap_or_default().to_owned(),
            what.despite.clone().unwrap_or_default(),
        ];
        rows.push(cells.map(|cell| quoted(&cell)).join(","));
    }
    format!("\u{FEFF}{}\r\n", rows.join("\r\n"))
}

/// A cell: within quotes where it needs them, and never what a spreadsheet would take for a formula.
fn quoted(cell: &str) -> String {
    let number = cell.parse::<f64>().is_ok();
    let formula = !number && cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

fn report(answer: &TraceAnswer, zone: &TimeZone, lang: Lang) -> String {
    let at = |t: Timestamp| t.to_zoned(zone.clone()).strftime("%-d/%-m/%Y %H:%M:%S").to_string();
    let mut lines: Vec<String> = Vec::new();
    let mut tell = |said: Said| lines.push(said.in_lang(lang).to_owned());
    let (id, title) = (answer.head.id, &answer.head.title);
    tell(say!("TRUY VẾT số {id}: {title}", "TRACE {id}: {title}"));
    let purpose = answer.head.purpose.as_deref().unwrap_or("–");
    let (made, by) = (at(answer.head.made_at), &answer.head.made_by);
    tell(say!("Mục đích: {purpose} · lập lúc {made}, {by}", "Purpose: {purpose} · begun {made}, {by}"));
    tell(say!("\nLộ trình (giờ thật)", "\nRoute (true time)"));
    for (number, sighting) in answer.sightings.iter().enumerate() {
        if let Some(leg) = number.checked_sub(1).and_then(|before| answer.legs.get(before)) {
            tell(say!("   ↓ {}", "   ↓ {}", leg_said(answer, leg).in_lang(lang)));
        }
        let what = &sighting.sighting.what;
        let (time, doubt, name, camera) = (at(what.at.0), what.uncertainty_s, &sighting.name, &what.camera);
        let shown = on_picture(&sighting.camera_time);
        let (event, by) = (sighting.sighting.event, &sighting.sighting.by);
        let sure = what.confidence.map(confidence_said).map(|said| format!(" · {}", said.in_lang(lang)));
        let sure = sure.unwrap_or_default();
        tell(say!(
            "#{event} {time} ± {doubt:.0} s · {camera} {name}{sure} · giờ trên hình {shown} · {by}",
            "#{event} {time} ± {doubt:.0} s · {camera} {name}{sure} · on the picture {shown} · {by}"
        ));
        if let Some(still) = &what.still {
            tell(say!("   ảnh {still}", "   still {still}"));
        }
        if let Some(note) = &what.note {
            tell(format!("   {note}").as_str().into());
        }
        for remark in remarks(sighting) {
            tell(say!("   {}", "   {}", remark.in_lang(lang)));
        }
    }
    tell(say!("\nĐã xem", "\nLooked at"));
    if answer.looked.is_empty() {
        tell(say!("chưa xem khoảng nào", "no window yet"));
    }
    for looked in &answer.looked {
        let LookedAnswer { looked: Holds { event, by, what, .. }, recorded_s, now } = looked;
        let Looked { camera, window, verdict, note, despite, .. } = what;
        let (from, to, said) = (at(window.start.0), at(window.end.0), verdict_said(*verdict));
        let note = note.as_deref().map(|note| format!(" · {note}")).unwrap_or_default();
        let said = said.in_lang(lang);
        tell(format!("#{event} {camera} {from} – {to}: {said} · {by}{note}").as_str().into());
        let all_s = window.micros() as f64 / 1e6;
        if let Some(found_s) = recorded_s.filter(|found_s| all_s - found_s >= 1.0) {
            let missing_s = all_s - found_s;
            tell(say!(
                "   {missing_s:.0} trong {all_s:.0} giây không có hình lúc đó: không tính là đã xem",
                "   {missing_s:.0} of {all_s:.0} s had no footage then: they do not count as watched"
            ));
        }
        if let Some(now) = now {
            let (from, to) = (at(now.start.0), at(now.end.0));
            tell(say!(
                "   đồng hồ camera đã được sửa sau đó: đoạn đã xem nay là {from} – {to}",
                "   the camera's clock was corrected since: what was looked at is {from} – {to} by now"
            ));
        }
        if let Some(why) = despite {
            tell(say!("   vẫn giữ: {why}", "   kept all the same: {why}"));
        }
    }
    tell(say!(
        "\nKhoảng trống hoặc đoạn chưa xem không có nghĩa là không đi qua. Tốc độ là khoảng, không phải một con số.",
        "\nA gap or a window that was not watched does not mean that nobody passed. Speeds are ranges, never one number."
    ));
    lines.join("\n") + "\n"
}

/// A verdict in words.
pub fn verdict_said(verdict: Verdict) -> Said {
    match verdict {
        Verdict::NotSeen { share } => {
            let percent = share * 100.0;
            say!("không thấy (đã xem {percent:.0} %)", "not seen ({percent:.0} % watched)")
        }
        Verdict::CannotSay => say!("không thể nói (tối, khuất, xa)", "cannot say (dark, blocked, far)"),
        Verdict::Gap => say!("không có hình", "no footage"),
    }
}

/// How sure somebody is, in words.
pub fn confidence_said(confidence: Confidence) -> Said {
    match confidence {
        Confidence::Certain => say!("chắc chắn", "certain"),
        Confidence::Probable => say!("nhiều khả năng", "probable"),
        Confidence::Possible => say!("có thể", "possible"),
    }
}

/// What does not go without saying of a sighting.
fn remarks(of: &SightingAnswer) -> Vec<Said> {
    let mut said = Vec::new();
    if of.lat.is_none() {
        said.push(say!(
            "camera không còn trong tệp cấu hình: không biết vị trí",
            "the camera is no longer in the site file: its place is not known"
        ));
    }
    said.extend(of.conflicts.iter().map(|Said { vi, en }| say!("! TRÁI NHAU: {vi}", "! CONFLICT: {en}")));
    said.extend(of.sighting.what.despite.iter().map(|why| say!("vẫn giữ: {why}", "kept all the same: {why}")));
    said
}

/// A sighting's doubts in words, for a place on a map.
fn in_words(of: &SightingAnswer, lang: Lang) -> String {
    let mut words = vec![format!("± {:.0} s", of.sighting.what.uncertainty_s)];
    let sure = of.sighting.what.confidence.map(confidence_said);
    words.extend(sure.iter().chain(&remarks(of)).map(|said| said.in_lang(lang).to_owned()));
    words.extend(of.sighting.what.note.clone());
    words.join(" · ")
}

/// A leg in words: how far, how long, how fast, and all that is doubtful about it.
fn leg_said(answer: &TraceAnswer, leg: &LegAnswer) -> Said {
    let camera = |event: i64| {
        let found = answer.sightings.iter().find(|sighting| sighting.sighting.event == event);
        found.map(|sighting| &sighting.sighting.what.camera)
    };
    let took = leg.took_s;
    let mut said = vec![match leg.distance_m {
        Some(metres) => {
            let speed = match (leg.kmh_least, leg.kmh_most) {
                (Some(least), Some(most)) => format!("{least:.0}–{most:.0} km/h"),
                (Some(least), None) => format!("≥ {least:.0} km/h"),
                (None, Some(most)) => format!("≤ {most:.0} km/h"),
                (None, None) => "? km/h".to_owned(),
            };
            format!("{metres:.0} m, {took:.0} s, {speed}").as_str().into()
        }
        None if camera(leg.from) == camera(leg.to) => say!("{took:.0} s, cùng camera", "{took:.0} s, the same camera"),
        None => say!("{took:.0} s, không biết đường đi", "{took:.0} s, no way is known"),
    }];
    said.extend(leg.conflict.iter().map(|Said { vi, en }| say!("! TRÁI NHAU: {vi}", "! CONFLICT: {en}")));
    if leg.unexplained {
        said.push(say!(
            "chưa giải thích được (dừng, vòng, hoặc đổi xe)",
            "unexplained (a pause, a detour, or another vehicle)"
        ));
    }
    if leg.straight {
        said.push(say!("đường chim bay nhân hệ số", "a straight line times a factor"));
    }
    let joined = |lang: Lang| said.iter().map(|said| said.in_lang(lang)).collect::<Vec<_>>().join(" · ");
    Said { vi: joined(Lang::Vi), en: joined(Lang::En) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What XML 1.0 (2.2) calls `Char`.
    fn is_held(c: char) -> bool {
        matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
    }

    #[test]
    fn a_title_with_a_noncharacter_is_no_xml() {
        assert_eq!(escaped("xe\u{FFFE} <đỏ>\u{FFFF}\u{0}\u{1b} & \"38A\""), "xe &lt;đỏ&gt; &amp; &quot;38A&quot;");
    }

    proptest! {
        #[test]
        fn what_is_written_into_xml_is_what_xml_holds(text: String, odd in prop::sample::select(vec!['\u{FFFE}', '\u{FFFF}', '\u{0}', '\u{b}', '\u{85}', '\u{1FFFF}'])) {
            let written = escaped(&format!("{text}{odd}{text}"));
            prop_assert!(written.chars().all(|c| is_held(c) && !matches!(c, '<' | '>' | '"')), "{written:?}");
            // Read back, only what XML does not hold or has better not is gone.
            let read = written.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            let kept: String = format!("{text}{odd}{text}").chars().filter(|c| is_held(*c) && (!c.is_control() || "\t\n".contains(*c))).collect();
            prop_assert_eq!(read, kept);
        }
    }
}
