//! Where a sentence is about: the place that it names, several, the cameras that it names, or the whole site.

use super::plan::Spot;
use super::sentence::Sentence;
use crate::base::Said;
use crate::config::Site;
use crate::model::{Camera, Point};
use crate::place::source::Sources;
use crate::place::{self, Atlas, CLOSE, Candidate, Gazetteer, Place, Shape, distance_m};
use crate::say;

/// How far from the middle of a street cameras are looked for, metres, where nobody says.
pub const ALONG_M: f64 = 100.0;
/// A place less likely than this was not named.
const NAMED: f64 = 0.5;
/// A second place is one, and no word of the first, where it is at least as likely as this.
const NAMED_TOO: f64 = 0.75;

/// A place farther than this from every camera, metres, is hardly meant.
const FAR_M: f64 = 20_000.0;
/// So many places are told of a word that may mean many.
const MOST_TOLD: usize = 5;

/// Where is searched.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    /// A point that stands for it.
    pub at: Point,
    /// What distances are measured to, where that is more than the point.
    pub shape: Option<Shape>,
    /// Metres.
    pub radius_m: f64,
    /// As the atlas calls it; none for the whole site.
    pub name: Option<String>,
    /// Only these cameras, where the sentence names cameras.
    pub cameras: Option<Vec<String>>,
}

/// The middle of the cameras.
pub fn middle(cameras: &[Camera]) -> Option<Point> {
    let count = cameras.len() as f64;
    let sum = |of: fn(&Camera) -> f64| cameras.iter().map(of).sum::<f64>();
    (count > 0.0).then(|| Point { lat: sum(|c| c.at.lat) / count, lon: sum(|c| c.at.lon) / count })
}

/// The place of a sentence; `radius_m` is the user's, `usual_m` what the kind of incident looks at around a point. What was not
/// clear is noted.
pub(super) fn around(site: &Site, sentence: &Sentence, radius_m: Option<f64>, usual_m: f64) -> (Around, Vec<Said>) {
    let mut notes = Vec::new();
    let named: Vec<&Candidate> = sentence.places.iter().filter(|place| place.score >= NAMED).collect();
    for nameless in named.iter().filter(|place| place.at.is_none()) {
        // What the same words mean elsewhere may have a point.
        if !named.iter().any(|other| other.at.is_some() && touch(other, nameless)) {
            notes.push(without_point(nameless));
        }
    }
    let told: Vec<Told<'_>> = told(&named);
    let around = match told.as_slice() {
        [] => cameras_named(site, sentence, radius_m, &mut notes).unwrap_or_else(|| {
            notes.extend(only_kinds(sentence));
            notes.push(say!(
                "không rõ nơi nào: xét mọi camera của địa bàn",
                "no place told: every camera of the site is looked at"
            ));
            whole_site(site, radius_m)
        }),
        [one] => of_place(one, radius_m, usual_m),
        several => of_places(several, radius_m, usual_m, &mut notes),
    };
    for told in &told {
        if !told.like.is_empty() {
            let (text, used) = (&told.best.text, &told.best.name);
            let shown = |other: &&Candidate| match other.at.filter(|_| other.name == *used) {
                Some(at) => format!("{} ({:.5},{:.5})", other.name, at.lat, at.lon),
                None => other.name.clone(),
            };
            let others = told.like.iter().map(shown).collect::<Vec<_>>().join(", ");
            notes.push(say!(
                "\"{text}\" cũng có thể là: {others}; đang dùng {used}",
                "\"{text}\" may also be: {others}; {used} is used"
            ));
        }
    }
    notes.extend(far(site, &around));
    (around, notes)
}

/// Around a place that was pointed at; a radius as for [`around`].
pub(super) fn at_spot(site: &Site, spot: &Spot, radius_m: Option<f64>, usual_m: f64) -> (Around, Vec<Said>) {
    let Spot { at, name } = spot.clone();
    let around = Around { at, shape: None, radius_m: radius_m.unwrap_or(usual_m), name, cameras: None };
    let notes = far(site, &around).into_iter().collect();
    (around, notes)
}

/// Leaves only some cameras, and reaches to all of them where nobody told how far.
pub(super) fn only(site: &Site, around: &mut Around, named: &[String], radius_m: Option<f64>) {
    let cameras = site.cameras.iter().filter(|camera| named.contains(&camera.id));
    if radius_m.is_none() {
        let farthest = cameras.map(|camera| metres_to(around, camera)).fold(0.0, f64::max);
        around.radius_m = around.radius_m.max(farthest.ceil() + 1.0);
    }
    around.cameras = Some(named.to_vec());
}

fn metres_to(around: &Around, camera: &Camera) -> f64 {
    around.shape.as_ref().map_or_else(|| distance_m(around.at, camera.at), |shape| shape.distance_m(camera.at))
}

/// A place that is known and has no point, with the reason where it is worked out.
fn without_point(place: &Candidate) -> Said {
    let (name, why) = (&place.name, &place.why);
    match place.kind.as_str() {
        "link" => why.clone(),
        "chainage" | "junction" | "plus_code" => {
            let Said { vi, en } = why;
            say!("địa điểm \"{name}\" chưa có tọa độ: {vi}", "the place \"{name}\" has no coordinates: {en}")
        }
        _ => say!("địa điểm \"{name}\" chưa có tọa độ", "the place \"{name}\" has no coordinates"),
    }
}

/// What the words may mean where they are too little to search by: "trường".
fn only_kinds(sentence: &Sentence) -> Option<Said> {
    let first = sentence.places.iter().find(|place| place.at.is_some())?;
    let same: Vec<&Candidate> = sentence.places.iter().filter(|place| place.span == first.span).collect();
    let names = same.iter().take(MOST_TOLD).map(|place| place.name.as_str()).collect::<Vec<_>>().join(", ");
    let more = if same.len() > MOST_TOLD { ", …" } else { "" };
    let text = &first.text;
    Some(say!(
        "\"{text}\" chưa đủ rõ; có thể là: {names}{more}",
        "\"{text}\" is not enough to tell a place; it may be: {names}{more}"
    ))
}

/// A place that no camera is near, as it happens when a map of another region was imported.
fn far(site: &Site, around: &Around) -> Option<Said> {
    let point = || format!("{:.5},{:.5}", around.at.lat, around.at.lon);
    let name = around.name.clone().unwrap_or_else(point);
    let nearest = site.cameras.iter().map(|camera| metres_to(around, camera)).fold(f64::INFINITY, f64::min);
    let km = (nearest / 1000.0).round();
    (nearest.is_finite() && nearest > FAR_M).then(|| {
        say!(
            "{name}: cách camera gần nhất {km} km, có thể không phải nơi cần tìm",
            "{name}: {km} km from the nearest camera, perhaps not the place that is meant"
        )
    })
}

/// A place that a sentence names.
struct Told<'a> {
    best: &'a Candidate,
    at: Point,
    /// What the same words may mean about as well.
    like: Vec<&'a Candidate>,
}

fn touch(a: &Candidate, b: &Candidate) -> bool {
    a.span.start < b.span.end && b.span.start < a.span.end
}

/// The places that are named, the likeliest first: the best of each words that tell one.
fn told<'a>(named: &[&'a Candidate]) -> Vec<Told<'a>> {
    let mut told: Vec<Told<'a>> = Vec::new();
    for candidate in named {
        let Some(at) = candidate.at else { continue };
        let first = told.is_empty();
        match told.iter_mut().find(|other| touch(other.best, candidate)) {
            Some(other) => {
                let apart = distance_m(other.at, at) > 1.0;
                if apart && candidate.span == other.best.span && other.best.score - candidate.score < CLOSE {
                    other.like.push(candidate);
                }
            }
            None if first || candidate.score >= NAMED_TOO => {
                told.push(Told { best: candidate, at, like: Vec::new() });
            }
            None => {}
        }
    }
    told
}

fn of_place(told: &Told<'_>, radius_m: Option<f64>, usual_m: f64) -> Around {
    let shape = told.best.shape.clone().filter(|shape| !matches!(shape, Shape::Point(_)));
    let usual_m = match &shape {
        Some(Shape::Area(_)) => 0.0,
        Some(Shape::Line(_)) => ALONG_M,
        _ => usual_m,
    };
    Around {
        at: told.at,
        shape,
        radius_m: radius_m.unwrap_or(usual_m),
        name: Some(told.best.name.clone()),
        cameras: None,
    }
}

/// Around each of several places.
fn of_places(told: &[Told<'_>], radius_m: Option<f64>, usual_m: f64, notes: &mut Vec<Said>) -> Around {
    let names = told.iter().map(|told| told.best.name.as_str()).collect::<Vec<_>>().join(" + ");
    notes.push(say!(
        "câu nêu nhiều nơi: xét quanh từng nơi ({names})",
        "the sentence names several places: cameras around each are looked at ({names})"
    ));
    let points: Vec<Point> = told.iter().map(|told| told.at).collect();
    let at = points.first().copied().unwrap_or(Point { lat: 0.0, lon: 0.0 });
    Around {
        at,
        shape: Some(Shape::Points(points)),
        radius_m: radius_m.unwrap_or(usual_m),
        name: Some(names),
        cameras: None,
    }
}

/// The cameras that a sentence without a place names, by their names or those of their groups.
fn cameras_named(site: &Site, sentence: &Sentence, radius_m: Option<f64>, notes: &mut Vec<Said>) -> Option<Around> {
    let of_camera = |camera: &Camera| Place {
        name: camera.name.clone(),
        kind: camera.id.clone(),
        at: Some(camera.at),
        aliases: vec![camera.id.clone()],
        mark: None,
    };
    let of_group = |group: &crate::model::Group| {
        let cameras: Vec<Camera> =
            site.cameras.iter().filter(|camera| camera.group.as_ref() == Some(&group.id)).cloned().collect();
        Some(Place {
            name: group.name.clone(),
            kind: format!("group {}", group.id),
            at: Some(middle(&cameras)?),
            aliases: vec![group.id.clone()],
            mark: None,
        })
    };
    let mut gazetteer = Gazetteer::default();
    gazetteer.places.extend(site.cameras.iter().map(of_camera));
    gazetteer.places.extend(site.groups.iter().filter_map(of_group));
    let atlas = Atlas::new(gazetteer, Sources::default(), None);
    let found = place::resolve(&atlas, &sentence.rest);
    let best = found.first().filter(|best| best.score >= NAMED_TOO)?;
    let alike = found.iter().filter(|other| touch(other, best) && best.score - other.score < CLOSE);
    let kinds: Vec<&str> = alike.map(|one| one.kind.as_str()).collect();
    let meant = |camera: &&Camera| {
        kinds.iter().any(|kind| match kind.strip_prefix("group ") {
            Some(group) => camera.group.as_deref() == Some(group),
            None => *kind == camera.id,
        })
    };
    let cameras: Vec<Camera> = site.cameras.iter().filter(meant).cloned().collect();
    let (at, holds_m) = circle(&cameras);
    let name = &best.name;
    notes.push(say!("\"{name}\" là tên camera hoặc tổ", "\"{name}\" is the name of cameras or of a group"));
    Some(Around {
        at,
        shape: None,
        radius_m: radius_m.unwrap_or(holds_m),
        name: Some(best.name.clone()),
        cameras: Some(cameras.into_iter().map(|camera| camera.id).collect()),
    })
}

fn whole_site(site: &Site, radius_m: Option<f64>) -> Around {
    let (at, holds_m) = circle(&site.cameras);
    Around { at, shape: None, radius_m: radius_m.unwrap_or(holds_m), name: None, cameras: None }
}

/// A circle that holds some cameras: its middle, and its radius in metres.
pub fn circle(cameras: &[Camera]) -> (Point, f64) {
    let at = middle(cameras).unwrap_or(Point { lat: 0.0, lon: 0.0 });
    let farthest = cameras.iter().map(|camera| distance_m(camera.at, at)).fold(0.0, f64::max);
    (at, farthest.ceil() + 1.0)
}
