//! Traces to look at: which there are, how one stands, what to look at next, where it may have been, and as a file.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::ask::want;
use super::footage::clocks;
use super::{Asked, Body, Path, answered};
use crate::http::desk::{Desk, Hands};
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Visitor};
use crate::model::{Act, Camera, Deed, Purpose, Right, TraceEvent, TraceHead, Window};
use crate::say;
use crate::search::{Clocks, Sight};
use crate::trace::answer::{NextAnswer, Reach, TraceAnswer, TraceSummary};
use crate::trace::export::{self, Form};
use crate::trace::{Desk as Table, Side, Standing, Tracer, entering};

/// The most windows at once.
const MOST: usize = 100;
/// Windows where nobody says how many.
const WINDOWS: usize = 12;
/// Of those so many with their moments.
const MOMENTS: usize = 5;

/// A trace that a visitor may see, and what it takes to answer about it: nothing that it is answered with knows another's camera.
pub(super) struct Opened {
    pub head: TraceHead,
    pub events: Vec<TraceEvent>,
    pub theirs: Vec<Camera>,
    clocks: Clocks,
    tracer: Arc<Tracer>,
}

impl Opened {
    /// # Errors
    /// 404 where there is none, or one of its cameras is not theirs: which of both is not told.
    pub(super) fn open(hands: &Hands<'_>, visitor: &Visitor, trace: i64) -> Result<Opened, Problem> {
        let theirs = visitor.cameras(&hands.known.site.cameras);
        let known = hands.store.trace(trace)?.filter(|(_, events)| is_theirs(visitor, &ids(&theirs), events));
        let (head, events) = known.ok_or_else(Problem::not_found)?;
        let tracer = hands.known.tracer(head.mover, &theirs)?;
        Ok(Opened { head, events, clocks: clocks(hands)?, theirs, tracer })
    }

    /// What answers about it.
    pub(super) fn table<'a>(&'a self, hands: &'a Hands<'_>) -> Table<'a> {
        let site = &hands.known.site;
        let (store, index, clocks) = (&*hands.store, hands.index, &self.clocks);
        let sight = Sight { cameras: &self.theirs, zone: &site.zone, store, index, clocks };
        Table::of(sight, &self.tracer, (self.head.clone(), self.events.clone()), Timestamp::now())
    }
}

fn ids(cameras: &[Camera]) -> HashSet<&str> {
    cameras.iter().map(|camera| camera.id.as_str()).collect()
}

/// Whether somebody may see all cameras that any event names, also one that was undone.
fn is_theirs(visitor: &Visitor, theirs: &HashSet<&str>, events: &[TraceEvent]) -> bool {
    // Who sees all cameras sees those, too, that the site no longer has.
    visitor.user.groups.is_none() || cameras(events).all(|camera| theirs.contains(camera))
}

/// The cameras that events name.
pub(super) fn cameras(events: &[TraceEvent]) -> impl Iterator<Item = &str> {
    events.iter().filter_map(|event| event.entry.camera())
}

/// Writes down what is about to be shown of a trace.
fn note(
    hands: &mut Hands<'_>,
    visitor: &Visitor,
    purpose: Purpose,
    (cameras, window): (Vec<String>, Option<Window>),
    detail: Value,
) -> Result<(), Problem> {
    let deed = Deed { actor: visitor.actor(), act: Act::Trace, cameras, window, purpose, detail };
    hands.store.note(&deed, Timestamp::now())?;
    Ok(())
}

/// The traces that there are. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Traces {
    traces: Vec<TraceSummary>,
}

/// The traces all of whose cameras the visitor may see, the latest first.
#[utoipa::path(
    get, path = "/traces", tag = "traces", operation_id = "traces",
    responses((status = 200, description = "The latest first", body = Traces)),
)]
pub(in crate::http) async fn list(State(desk): State<Desk>, caller: Caller) -> Result<Json<Traces>, Problem> {
    let who = caller.clone();
    let traces = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let theirs = visitor.cameras(&hands.known.site.cameras);
        let theirs = ids(&theirs);
        let mut traces = Vec::new();
        for head in hands.store.traces()? {
            let Some((head, events)) = hands.store.trace(head.id)? else { continue };
            if is_theirs(&visitor, &theirs, &events) {
                traces.push(Standing::of(&events).summary(head));
            }
        }
        Ok(Traces { traces })
    });
    answered(&caller, traces).await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Why {
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// A trace as it stands: a look.
#[utoipa::path(
    get, path = "/traces/{trace}", tag = "traces", operation_id = "trace",
    params(("trace" = i64, Path, description = "The trace's number"), Why),
    responses((status = 200, description = "As `trace show --json`", body = TraceAnswer)),
)]
pub(in crate::http) async fn show(
    State(desk): State<Desk>,
    caller: Caller,
    Path(trace): Path<i64>,
    Asked(asked): Asked<Why>,
) -> Result<Json<TraceAnswer>, Problem> {
    let who = caller.clone();
    let answer = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, asked.purpose)?;
        let answer = Opened::open(&hands, &visitor, trace)?.table(&hands).answer()?;
        note(&mut hands, &visitor, purpose, answer.shows(), json!({ "trace": trace, "what": "shown" }))?;
        Ok(answer)
    });
    answered(&caller, answer).await.map(Json)
}

/// Which way to look from a trace's sightings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum Ahead {
    /// Where it went.
    After,
    /// Where it came from.
    Before,
}

fn side(table: &Table<'_>, ahead: Option<Ahead>, after: Option<i64>) -> Result<Side, Problem> {
    match (ahead, after) {
        (Some(Ahead::Before), None) => Ok(Side::Before),
        (Some(Ahead::Before), Some(_)) => {
            Err(Problem::bad(say!("after không đi cùng side \"before\"", "after does not go with side \"before\"")))
        }
        (_, None) => Ok(Side::After),
        (_, Some(event)) => Ok(entering::after(&table.standing, event)?),
    }
}

/// What to look at next is asked for.
#[derive(Deserialize, ToSchema)]
#[schema(as = NextRequest)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Going {
    /// After the last sighting (where nothing is told), or before the first.
    side: Option<Ahead>,
    /// After the sighting with this event instead: between it and the next.
    after: Option<i64>,
    /// At most so many windows, 1 to 100; 12 where nothing is told.
    most: Option<usize>,
    /// The first so many of them come with their moments, at most 100; 5 where nothing is told.
    moments: Option<usize>,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// The windows worth a look next, the most worth first: a look.
#[utoipa::path(
    post, path = "/traces/{trace}/next", tag = "traces", operation_id = "trace_next",
    params(("trace" = i64, Path, description = "The trace's number")),
    request_body = Going,
    responses((status = 200, description = "As `trace next --json`", body = NextAnswer)),
)]
pub(in crate::http) async fn next(
    State(desk): State<Desk>,
    caller: Caller,
    Path(trace): Path<i64>,
    Body(asked): Body<Going>,
) -> Result<Json<NextAnswer>, Problem> {
    let who = caller.clone();
    let answer = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, asked.purpose)?;
        let (most, moments) = (asked.most.unwrap_or(WINDOWS), asked.moments.unwrap_or(MOMENTS));
        if !(1..=MOST).contains(&most) || moments > MOST {
            return Err(Problem::bad(say!(
                "most phải từ 1 đến {MOST}, moments không quá {MOST}",
                "most must be 1 to {MOST}, moments at most {MOST}"
            )));
        }
        let opened = Opened::open(&hands, &visitor, trace)?;
        let table = opened.table(&hands);
        let answer = table.next(side(&table, asked.side, asked.after)?, most, moments)?;
        drop(table);
        let detail = json!({ "trace": trace, "what": "next", "side": answer.side });
        note(&mut hands, &visitor, purpose, answer.shows(), detail)?;
        let stills = answer.windows.iter().flat_map(|window| &window.moments);
        want(&mut hands, stills.map(|moment| moment.recording.clone()).collect());
        Ok(answer)
    });
    answered(&caller, answer).await.map(Json)
}

/// Where it may have been is asked for.
#[derive(Deserialize, ToSchema)]
#[schema(as = ReachRequest)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Reaching {
    /// After the last sighting (where nothing is told), or before the first.
    side: Option<Ahead>,
    /// After the sighting with this event instead: between it and the next.
    after: Option<i64>,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// Where it may have been by when, given all answers: a look.
#[utoipa::path(
    post, path = "/traces/{trace}/reach", tag = "traces", operation_id = "trace_reach",
    params(("trace" = i64, Path, description = "The trace's number")),
    request_body = Reaching,
    responses((status = 200, description = "At most 3000 streets, by when it may first have been there", body = Reach)),
)]
pub(in crate::http) async fn reach(
    State(desk): State<Desk>,
    caller: Caller,
    Path(trace): Path<i64>,
    Body(asked): Body<Reaching>,
) -> Result<Json<Reach>, Problem> {
    let who = caller.clone();
    let reach = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, asked.purpose)?;
        let opened = Opened::open(&hands, &visitor, trace)?;
        let table = opened.table(&hands);
        let reach = table.reach(side(&table, asked.side, asked.after)?)?;
        drop(table);
        let from = opened.events.iter().find(|event| event.id == reach.from);
        let shows = reach.shows(from.and_then(|event| event.entry.camera()).unwrap_or_default());
        let detail = json!({ "trace": trace, "what": "reach", "side": reach.side });
        note(&mut hands, &visitor, purpose, shows, detail)?;
        Ok(reach)
    });
    answered(&caller, reach).await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Wanted {
    /// As which kind of file.
    #[param(inline)]
    form: Form,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// A trace as a file, its sentences in the caller's language: a look. There is no footage in it.
#[utoipa::path(
    get, path = "/traces/{trace}/export", tag = "traces", operation_id = "trace_export",
    params(("trace" = i64, Path, description = "The trace's number"), Wanted),
    responses((status = 200, description = "GeoJSON, GPX, KML, CSV, or a report in words", content_type = "*/*")),
)]
pub(in crate::http) async fn export(
    State(desk): State<Desk>,
    caller: Caller,
    Path(trace): Path<i64>,
    Asked(asked): Asked<Wanted>,
) -> Result<Response, Problem> {
    let (who, form) = (caller.clone(), asked.form);
    let text = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, asked.purpose)?;
        let answer = Opened::open(&hands, &visitor, trace)?.table(&hands).answer()?;
        let detail = json!({ "trace": trace, "what": "exported", "form": form.ending() });
        note(&mut hands, &visitor, purpose, answer.shows(), detail)?;
        Ok(export::write(&answer, form, &hands.known.site.zone, who.lang))
    });
    let text = answered(&caller, text).await?;
    let name = format!("attachment; filename=\"trace-{trace}.{}\"", form.ending());
    let headers = [(header::CONTENT_TYPE, form.media_type().to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}
