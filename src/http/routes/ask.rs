//! Asking in a sentence, and searching by time and place. Both are looks: they name a purpose and are written down first.

use std::path::Path;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Body, answered};
use crate::ask::{self, AskAnswer, Asked, Mode, Question, Spot};
use crate::config::Site;
use crate::http::desk::{Desk, Hands};
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Looked, Visitor};
use crate::model::{Act, Point, RecordingId, Right, Span, TrueTime, Window};
use crate::say;
use crate::search::answer::CameraAnswer;
use crate::search::moments::brightness::{self, Brightness};
use crate::search::moments::{self, Strip};
use crate::search::{self, Answer, Ask, Clocks, Sight, page};

/// The most recordings of a page.
const MOST: usize = 5_000;

/// A question in words.
#[derive(Deserialize, ToSchema)]
#[schema(as = AskRequest)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Asking {
    /// The sentence; may be empty where `from`, `to` and `at` are told.
    phrase: String,
    /// The kind of incident, by its id or a name.
    kind: Option<String>,
    /// Which reading of the sentence, from 1; the first where none is chosen.
    reading: Option<usize>,
    /// How far around the place, metres; else as the kind of incident has it.
    radius_m: Option<f64>,
    /// What the answer is made of; else as the kind of incident has it.
    mode: Option<Mode>,
    /// The present that it is said at; else the server's.
    now: Option<Timestamp>,
    /// The first instant, true time, in the place of what the sentence says; with `to`.
    from: Option<Timestamp>,
    /// The first instant after; with `from`.
    to: Option<Timestamp>,
    /// Where, in the place of what the sentence says.
    at: Option<Pointed>,
    /// Only these cameras; all of them, however far they are, where no `radius_m` is told.
    cameras: Option<Vec<String>>,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// A place that was pointed at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Pointed {
    /// WGS 84 degrees.
    lat: f64,
    /// WGS 84 degrees.
    lon: f64,
    /// What it is called.
    name: Option<String>,
}

impl Pointed {
    fn spot(&self) -> Result<Spot, Problem> {
        Ok(Spot { at: on_earth(self.lat, self.lon)?, name: self.name.clone() })
    }
}

impl Asking {
    /// The window that was told.
    fn window(&self) -> Result<Option<Window>, Problem> {
        match (self.from, self.to) {
            (None, None) => Ok(None),
            (Some(from), Some(to)) => Ok(Some(Span::new(TrueTime(from), TrueTime(to)))),
            _ => Err(Problem::bad(say!("from và to phải đi cùng nhau", "from and to have to come together"))),
        }
    }
}

/// A point of the earth.
fn on_earth(lat: f64, lon: f64) -> Result<Point, Problem> {
    match (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon) {
        true => Ok(Point { lat, lon }),
        false => Err(Problem::bad(say!("lat, lon không có trên trái đất", "lat, lon are not on the earth"))),
    }
}

/// That every camera that is named is there, and theirs.
fn all_theirs(named: Option<&[String]>, site: &Site) -> Result<(), Problem> {
    match named.into_iter().flatten().find(|id| site.camera(id).is_none()) {
        None => Ok(()),
        Some(id) => Err(Problem::bad(say!("không có camera \"{id}\"", "there is no camera \"{id}\""))),
    }
}

/// The site with the cameras and groups that a visitor may see.
fn theirs(site: &Site, visitor: &Visitor) -> Site {
    let mut theirs = site.clone();
    theirs.cameras = visitor.cameras(&site.cameras);
    theirs.groups.retain(|group| visitor.user.sees(Some(&group.id)));
    theirs
}

/// Only cameras that the visitor may see.
fn within(named: Option<Vec<String>>, site: &Site) -> Vec<String> {
    let all = site.cameras.iter().map(|camera| camera.id.clone());
    match named {
        None => all.collect(),
        Some(named) => all.filter(|id| named.contains(id)).collect(),
    }
}

/// Asks in a sentence: a look.
#[utoipa::path(
    post, path = "/ask", tag = "ask", operation_id = "ask",
    request_body = Asking,
    responses((status = 200, description = "How it was understood, and the cameras that should have seen it", body = AskAnswer)),
)]
pub(in crate::http) async fn ask(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asking): Body<Asking>,
) -> Result<Json<AskAnswer>, Problem> {
    let who = caller.clone();
    let answer = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, asking.purpose)?;
        let known = hands.known;
        let site = theirs(&known.site, &visitor);
        all_theirs(asking.cameras.as_deref(), &site)?;
        let atlas = known.atlas()?;
        let question = Question {
            phrase: &asking.phrase,
            kind: asking.kind.as_deref(),
            reading: asking.reading,
            radius_m: asking.radius_m,
            mode: asking.mode,
            now: asking.now.unwrap_or_else(Timestamp::now),
            window: asking.window()?,
            at: asking.at.as_ref().map(Pointed::spot).transpose()?,
            cameras: asking.cameras.clone(),
        };
        let mut plan = ask::plan(&site, &atlas, &known.kinds, &question)?;
        plan.around.cameras = Some(within(plan.around.cameras.take(), &site));
        let mut asked = match plan.window {
            Some(_) => sighted(&mut hands, |sight| ask::answer(&known.site, &atlas, sight, &plan))?,
            None => Asked::default(),
        };
        if let Some(window) = asked.window {
            let cameras = asked.cameras.iter().map(|witness| witness.camera.id.clone()).collect();
            let detail = json!({ "phrase": asking.phrase, "kind": plan.kind.id, "place": asked.place });
            visitor.note(&mut hands, Looked { act: Act::Search, cameras, window, purpose, detail })?;
        }
        let touched = asked.cameras.iter().flat_map(|witness| &witness.camera.recordings);
        want(&mut hands, touched.map(|recording| recording.id.clone()).collect());
        asked.cameras.iter_mut().for_each(|witness| below_folder(&site, &mut witness.camera));
        Ok(AskAnswer::of(&plan, asked, &site.zone, who.lang))
    });
    answered(&caller, answer).await.map(Json)
}

/// Looks at the whole site; whose cameras are asked about is for the question to say.
fn sighted<T>(hands: &mut Hands<'_>, look: impl FnOnce(Sight<'_>) -> crate::base::Result<T>) -> Result<T, Problem> {
    let site = &hands.known.site;
    let clocks = Clocks::load(hands.store, &site.cameras, &site.clock.settings())?;
    let sight =
        Sight { cameras: &site.cameras, zone: &site.zone, store: hands.store, index: hands.index, clocks: &clocks };
    Ok(look(sight)?)
}

/// What somebody looks at has its thumbnails first. Only a wish: nothing is lost without it but the turn.
pub(super) fn want(hands: &mut Hands<'_>, touched: Vec<RecordingId>) {
    if let Err(error) = hands.store.want(&touched, Timestamp::now()) {
        tracing::debug!(%error, "the wish for thumbnails was not noted");
    }
}

/// A question by time and place.
#[derive(Deserialize, ToSchema)]
#[schema(as = SearchRequest)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Searching {
    /// The first instant, true time.
    from: Timestamp,
    /// The first instant after.
    to: Timestamp,
    /// WGS 84 degrees.
    lat: f64,
    /// WGS 84 degrees.
    lon: f64,
    /// How far around, metres, more than 0.
    radius_m: f64,
    /// Only these cameras.
    cameras: Option<Vec<String>>,
    /// What the answer is made of.
    #[serde(default = "files")]
    mode: Mode,
    /// At most so many moments, 1 to 1000.
    most: Option<usize>,
    /// At most so many recordings a page, 1 to 5000.
    limit: Option<usize>,
    /// What the page before gave as `next`.
    after: Option<String>,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// Names files below their camera's folder: where that lies is for the machine's owner to know.
fn below_folder(site: &Site, camera: &mut CameraAnswer) {
    let folder =
        site.camera(&camera.id).map(|camera| camera.footage.to_string_lossy().into_owned()).unwrap_or_default();
    for recording in &mut camera.recordings {
        let below = Path::new(&recording.path).strip_prefix(&folder).map(|path| path.to_string_lossy().into_owned());
        recording.path = below.unwrap_or_default();
    }
}

fn files() -> Mode {
    Mode::Files
}

/// As `search --json`. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchAnswer)]
pub(in crate::http) struct Found {
    #[serde(flatten)]
    answer: Answer,
    /// What stands out, where `mode` is `moments`.
    moments: Option<Strip>,
    /// Rises of brightness, where `mode` is `brightness`.
    brightness: Option<Brightness>,
    /// What the next page is asked for with; null: this is the last.
    next: Option<String>,
}

/// Searches by time and place: a look.
#[utoipa::path(
    post, path = "/search", tag = "ask", operation_id = "search",
    request_body = Searching,
    responses((status = 200, description = "Every camera within the radius, also those with nothing", body = Found)),
)]
pub(in crate::http) async fn search(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asking): Body<Searching>,
) -> Result<Json<Found>, Problem> {
    let who = caller.clone();
    let answer = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, asking.purpose)?;
        let site = theirs(&hands.known.site, &visitor);
        let at = on_earth(asking.lat, asking.lon)?;
        all_theirs(asking.cameras.as_deref(), &site)?;
        let ask = Ask {
            window: Span::new(TrueTime(asking.from), TrueTime(asking.to)),
            at,
            shape: None,
            radius_m: asking.radius_m,
            place: None,
            cameras: Some(within(asking.cameras, &site)),
            now: Timestamp::now(),
        };
        let most = asking.most.unwrap_or(moments::MOST).clamp(1, 1_000);
        let limit = asking.limit.unwrap_or(MOST).clamp(1, MOST);
        let (mut answer, moments, brightness) = sighted(&mut hands, |sight| {
            let moments = (asking.mode == Mode::Moments).then(|| moments::strip(sight, &ask, most)).transpose()?;
            let bright = asking.mode == Mode::Brightness;
            let brightness = bright.then(|| brightness::brightness(sight, &ask)).transpose()?;
            Ok((search::search(sight, &ask)?, moments, brightness))
        })?;
        let cameras = answer.cameras.iter().map(|camera| camera.id.clone()).collect();
        let detail = json!({ "place": answer.place, "mode": asking.mode });
        visitor.note(&mut hands, Looked { act: Act::Search, cameras, window: ask.window, purpose, detail })?;
        let next = page::page(&mut answer, asking.after.as_deref(), limit)?;
        let touched = answer.cameras.iter().flat_map(|camera| &camera.recordings);
        want(&mut hands, touched.map(|recording| recording.id.clone()).collect());
        answer.cameras.iter_mut().for_each(|camera| below_folder(&site, camera));
        Ok(Found { answer, moments, brightness, next })
    });
    answered(&caller, answer).await.map(Json)
}
