//! A trace for other programs and for paper: GeoJSON (RFC 7946), GPX 1.1, KML 2.2, CSV (RFC 4180), and a report in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answer::{LegAnswer, SightingAnswer, TraceAnswer};
use crate::base::{Lang, Said};
use crate::model::{Looked, Verdict};
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

/// Writes a trace.
pub fn write(answer: &TraceAnswer, form: Form, zone: &TimeZone, lang: Lang) -> String {
    match form {
        Form::GeoJson => geojson(answer),
        Form::Gpx => gpx(answer),
        Form::Kml => kml(answer, zone),
        Form::Csv => csv(answer, zone),
        Form::Report => report(answer, zone, lang),
    }
}

fn geojson(answer: &TraceAnswer) -> String {
    let point = |sighting: &SightingAnswer| {
        json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [sighting.lon, sighting.lat] },
            "properties": sighting,
        })
    };
    let line = |leg: &LegAnswer| {
        let mut properties = serde_json::to_value(leg).unwrap_or(Value::Null);
        if let Some(properties) = properties.as_object_mut() {
            properties.remove("way");
        }
        json!({ "type": "Feature", "geometry": { "type": "LineString", "coordinates": leg.way }, "properties": properties })
    };
    let lines = answer.legs.iter().filter(|leg| leg.way.len() > 1).map(line);
    let features: Vec<Value> = answer.sightings.iter().map(point).chain(lines).collect();
    let head = json!({ "trace": answer.head.id, "title": answer.head.title, "mover": answer.head.mover,
        "purpose": answer.head.purpose, "looked": answer.looked });
    json!({ "type": "FeatureCollection", "properties": head, "features": features }).to_string()
}

fn gpx(answer: &TraceAnswer) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"truyvet\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n",
    );
    for sighting in &answer.sightings {
        text.push_str(&format!(
            "<wpt lat=\"{}\" lon=\"{}\"><time>{}</time><name>{}</name></wpt>\n",
            sighting.lat,
            sighting.lon,
            sighting.sighting.what.at.0,
            escaped(&sighting.name)
        ));
    }
    text.push_str(&format!("<trk><name>{}</name>\n", escaped(&answer.head.title)));
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

fn kml(answer: &TraceAnswer, zone: &TimeZone) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>{}</name>\n",
        escaped(&answer.head.title)
    );
    for sighting in &answer.sightings {
        let what = &sighting.sighting.what;
        text.push_str(&format!(
            "<Placemark><name>{}</name><description>{} ± {:.0} s</description><TimeStamp><when>{}</when></TimeStamp><Point><coordinates>{},{}</coordinates></Point></Placemark>\n",
            escaped(&sighting.name),
            with_offset(what.at.0, zone),
            what.uncertainty_s,
            what.at.0,
            sighting.lon,
            sighting.lat
        ));
    }
    for leg in answer.legs.iter().filter(|leg| leg.way.len() > 1) {
        let points: Vec<String> = leg.way.iter().map(|[lon, lat]| format!("{lon},{lat}")).collect();
        text.push_str(&format!(
            "<Placemark><name>#{}–#{}</name><LineString><coordinates>{}</coordinates></LineString></Placemark>\n",
            leg.from,
            leg.to,
            points.join(" ")
        ));
    }
    text.push_str("</Document></kml>\n");
    text
}

/// Text that XML may hold: signs that mean something in it are written out, and those that it cannot hold are left out.
fn escaped(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n')).collect();
    kept.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn csv(answer: &TraceAnswer, zone: &TimeZone) -> String {
    let mut rows = vec![
        "event,camera,name,true_time,uncertainty_s,camera_time,lat,lon,distance_m,took_s,kmh,kmh_least,kmh_most,straight,unexplained,conflicts,still,note,by"
            .to_owned(),
    ];
    for (number, sighting) in answer.sightings.iter().enumerate() {
        let what = &sighting.sighting.what;
        let leg = number.checked_sub(1).and_then(|before| answer.legs.get(before));
        let number_of = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let of = |pick: fn(&LegAnswer) -> Option<f64>| number_of(leg.and_then(pick));
        let told = |pick: fn(&LegAnswer) -> bool| leg.map(|leg| pick(leg).to_string()).unwrap_or_default();
        let mut conflicts: Vec<&str> = sighting.conflicts.iter().map(|said| said.en.as_str()).collect();
        conflicts.extend(leg.and_then(|leg| leg.conflict.as_ref()).map(|said| said.en.as_str()));
        let cells = [
            sighting.sighting.event.to_string(),
            what.camera.clone(),
            sighting.name.clone(),
            with_offset(what.at.0, zone),
            what.uncertainty_s.to_string(),
            sighting.camera_time.clone(),
            sighting.lat.to_string(),
            sighting.lon.to_string(),
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
        ];
        rows.push(cells.map(|cell| quoted(&cell)).join(","));
    }
    rows.join("\r\n") + "\r\n"
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
            tell(leg_said(leg));
        }
        let what = &sighting.sighting.what;
        let (time, doubt, name, camera) = (at(what.at.0), what.uncertainty_s, &sighting.name, &what.camera);
        let (shown, event, by) = (&sighting.camera_time, sighting.sighting.event, &sighting.sighting.by);
        tell(say!(
            "#{event} {time} ± {doubt:.0} s · {camera} {name} · giờ trên hình {shown} · {by}",
            "#{event} {time} ± {doubt:.0} s · {camera} {name} · on the picture {shown} · {by}"
        ));
        for text in [&what.note, &what.still].into_iter().flatten() {
            tell(format!("   {text}").as_str().into());
        }
        for conflict in &sighting.conflicts {
            tell(say!("   ! TRÁI NHAU: {}", "   ! CONFLICT: {}", conflict.in_lang(lang)));
        }
        if let Some(why) = &what.despite {
            tell(say!("   vẫn giữ: {why}", "   kept all the same: {why}"));
        }
    }
    tell(say!("\nĐã xem", "\nLooked at"));
    for looked in &answer.looked {
        let Looked { camera, window, verdict, note, despite } = &looked.what;
        let (from, to, by, said) = (at(window.start.0), at(window.end.0), &looked.by, verdict_said(*verdict));
        let (event, note) = (looked.event, note.as_deref().map(|note| format!(" · {note}")).unwrap_or_default());
        let said = said.in_lang(lang);
        tell(format!("#{event} {camera} {from} – {to}: {said} · {by}{note}").as_str().into());
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

/// A leg in words.
pub fn leg_said(leg: &LegAnswer) -> Said {
    let took = leg.took_s;
    let Some(metres) = leg.distance_m else {
        return say!("   ↓ {took:.0} s", "   ↓ {took:.0} s");
    };
    let least = leg.kmh_least.map_or("?".to_owned(), |kmh| format!("{kmh:.0}"));
    let most = leg.kmh_most.map_or("?".to_owned(), |kmh| format!("{kmh:.0}"));
    let Said { vi, en } = match (&leg.conflict, leg.unexplained, leg.straight) {
        (Some(Said { vi, en }), ..) => say!(" · ! TRÁI NHAU: {vi}", " · ! CONFLICT: {en}"),
        (None, true, _) => {
            say!(
                " · chưa giải thích được (dừng, vòng, hoặc đổi xe)",
                " · unexplained (a pause, a detour, or another vehicle)"
            )
        }
        (None, false, true) => say!(" · đường chim bay nhân hệ số", " · a straight line times a factor"),
        _ => "".into(),
    };
    say!(
        "   ↓ {metres:.0} m, {took:.0} s, {least}–{most} km/h{vi}",
        "   ↓ {metres:.0} m, {took:.0} s, {least}–{most} km/h{en}"
    )
}
