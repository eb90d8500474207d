//! Entries into traces: one is begun, added to, and taken back. Each is an event of the trace, and never lost.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::footage::{clocks, sight};
use super::play::{LONGEST_US, window};
use super::traces::{Opened, cameras};
use super::{Body, Path, answered};
use crate::base::Said;
use crate::base::say::plain;
use crate::http::desk::{Desk, Hands};
use crate::http::events::Event;
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Visitor};
use crate::model::{Confidence, Entry, Looked, Mover, Right, Sighting, TraceHead, TrueTime, Verdict};
use crate::say;
use crate::store::NotAdded;
use crate::trace::answer::Entered;
use crate::trace::{Standing, entering};

/// Half-width of a reading where nobody says, seconds.
const WITHIN_S: f64 = 2.0;

/// It was seen.
#[derive(Deserialize, ToSchema)]
#[schema(as = SightingRequest)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Saw {
    /// The camera's id.
    camera: String,
    /// When, true time: in the middle of what was seen.
    at: Timestamp,
    /// How far the reading may be wrong either way, seconds, 0 to 3600; 2 where nothing is told. The clock's share is added.
    within_s: Option<f64>,
    /// The direction in which it left, degrees clockwise from north, 0 to 360.
    leaving_deg: Option<f64>,
    /// The direction in which it was moving when it came.
    arriving_deg: Option<f64>,
    /// How sure whoever saw it is: for whoever reads it, nothing is reckoned with it.
    confidence: Option<Confidence>,
    /// What is noted.
    note: Option<String>,
    /// Which still shows it: `RECORDING@PTS_US`, of a recording of this camera.
    still: Option<String>,
    /// Why it is to stand although it contradicts something.
    despite: Option<String>,
}

fn degrees(name: &str, told: Option<f64>) -> Result<Option<f64>, Problem> {
    match told {
        Some(degrees) if !(0.0..=360.0).contains(&degrees) => {
            Err(Problem::bad(say!("{name} phải từ 0 đến 360 độ", "{name} must be 0 to 360 degrees")))
        }
        told => Ok(told.map(|degrees| degrees % 360.0)),
    }
}

impl Saw {
    /// The sighting that is meant, with its clock's share of the doubt.
    ///
    /// # Errors
    /// 404 for a camera that is not theirs; 400 for what cannot be.
    fn sighting(&self, hands: &Hands<'_>, visitor: &Visitor) -> Result<Sighting, Problem> {
        let site = &hands.known.site;
        let camera = visitor.camera(&site.cameras, &self.camera)?;
        let told = Sighting {
            camera: camera.id.clone(),
            at: TrueTime(self.at),
            shown: None,
            recorded: None,
            uncertainty_s: entering::within("within_s", self.within_s.unwrap_or(WITHIN_S))?,
            leaving_deg: degrees("leaving_deg", self.leaving_deg)?,
            arriving_deg: degrees("arriving_deg", self.arriving_deg)?,
            confidence: self.confidence,
            note: plain("note", self.note.as_deref())?,
            still: plain("still", self.still.as_deref())?,
            despite: plain("despite", self.despite.as_deref())?,
        };
        Ok(entering::kept(sight(hands, &clocks(hands)?), told, &site.trace)?)
    }
}

/// Refuses what contradicts something, unless a word says why it stands.
fn accept(despite: Option<&str>, conflicts: &[Said]) -> Result<(), Problem> {
    entering::contradiction(despite, conflicts).map_or(Ok(()), |why| Err(Problem::contradiction(why)))
}

/// A trace that is begun.
#[derive(Deserialize, ToSchema)]
#[schema(as = TraceRequest)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct New {
    /// Who is traced, in words.
    title: Option<String>,
    /// What they move by.
    kind: Mover,
    /// The first sighting.
    sighting: Saw,
    /// The number of a stated purpose: the trace serves it from then on.
    purpose: Option<i64>,
}

/// Begins a trace with its first sighting.
#[utoipa::path(
    post, path = "/traces", tag = "traces", operation_id = "start_trace",
    request_body = New,
    responses(
        (status = 201, description = "Begun", body = Entered),
        (status = 404, description = "There is no such camera"),
        (status = 409, description = "`contradiction`: nothing was recorded then, and no `despite` says why it stands"),
    ),
)]
pub(in crate::http) async fn start(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<New>,
) -> Result<(StatusCode, Json<Entered>), Problem> {
    let who = caller.clone();
    let entered = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, asked.purpose)?;
        let first = asked.sighting.sighting(&hands, &visitor)?;
        let now = Timestamp::now();
        let conflicts = entering::without_footage(sight(&hands, &clocks(&hands)?), &first, now)?;
        accept(first.despite.as_deref(), &conflicts)?;
        let head = TraceHead {
            id: 0,
            purpose: purpose.text,
            emergency: purpose.emergency,
            title: plain("title", asked.title.as_deref())?.unwrap_or_default(),
            mover: asked.kind,
            made_at: now,
            made_by: visitor.user.name.clone(),
        };
        let camera = first.camera.clone();
        let trace = hands.store.start_trace(&head, &Entry::Seen(first), &visitor.actor())?;
        let event = hands.store.trace(trace)?.and_then(|(_, events)| Some(events.first()?.id)).unwrap_or_default();
        hands.events.tell(Event::Trace { trace, cameras: vec![camera] });
        Ok(Entered { trace, event, conflicts })
    });
    answered(&caller, entered).await.map(|entered| (StatusCode::CREATED, Json(entered)))
}

/// Adds an event to a trace that somebody may see, once what speaks against it was asked, and tells those who listen. Where somebody else
/// enters something meanwhile, it is asked anew.
fn enter(
    hands: &mut Hands<'_>,
    visitor: &Visitor,
    trace: i64,
    entry: &Entry,
    ask: impl Fn(&Hands<'_>, &Opened) -> Result<Vec<Said>, Problem>,
) -> Result<Entered, Problem> {
    let (opened, conflicts, event) = loop {
        let opened = Opened::open(hands, visitor, trace)?;
        let conflicts = ask(hands, &opened)?;
        let after = opened.events.last().map(|event| event.id);
        match hands.store.add_to_trace(trace, entry, after, &visitor.actor(), Timestamp::now())? {
            Ok(event) => break (opened, conflicts, event),
            Err(NotAdded::Newer) => {}
            Err(why) => return Err(entering::not_added(trace, why).into()),
        }
    };
    let mut named: Vec<String> = cameras(&opened.events).chain(entry.camera()).map(str::to_owned).collect();
    named.sort();
    named.dedup();
    hands.events.tell(Event::Trace { trace, cameras: named });
    Ok(Entered { trace, event, conflicts })
}

/// It was seen again.
#[utoipa::path(
    post, path = "/traces/{trace}/seen", tag = "traces", operation_id = "trace_seen",
    params(("trace" = i64, Path, description = "The trace's number")),
    request_body = Saw,
    responses(
        (status = 201, description = "Entered", body = Entered),
        (status = 409, description = "`contradiction`: `detail` says which; nothing is entered without `despite`"),
    ),
)]
pub(in crate::http) async fn seen(
    State(desk): State<Desk>,
    caller: Caller,
    Path(trace): Path<i64>,
    Body(asked): Body<Saw>,
) -> Result<(StatusCode, Json<Entered>), Problem> {
    let who = caller.clone();
    let entered = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        Opened::open(&hands, &visitor, trace)?;
        let sighting = asked.sighting(&hands, &visitor)?;
        enter(&mut hands, &visitor, trace, &Entry::Seen(sighting.clone()), |hands, opened| {
            let conflicts = opened.table(hands).conflicts(&sighting)?;
            accept(sighting.despite.as_deref(), &conflicts)?;
            Ok(conflicts)
        })
    });
    answered(&caller, entered).await.map(|entered| (StatusCode::CREATED, Json(entered)))
}

/// What somebody who looked says.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LookedVerdict {
    /// It is not to be seen in what was watched.
    NotSeen,
    /// The pictures do not tell: dark, blocked, too far.
    CannotSay,
    /// There are none.
    Gap,
}

/// It was looked for.
#[derive(Deserialize, ToSchema)]
#[schema(as = LookedRequest)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Answered {
    /// The camera's id.
    camera: String,
    /// The window, true time: its first instant …
    from: Timestamp,
    /// … and the first after it, at most six hours later.
    to: Timestamp,
    verdict: LookedVerdict,
    /// The share of the window that was really watched, more than 0, at most 1; needed with `not_seen`, and only with it.
    share: Option<f64>,
    /// What is noted.
    note: Option<String>,
    /// Why it stands although it contradicts a sighting; that stays visible.
    despite: Option<String>,
}

impl Answered {
    fn verdict(&self) -> Result<Verdict, Problem> {
        match (self.verdict, self.share) {
            (LookedVerdict::NotSeen, Some(share)) if share > 0.0 && share <= 1.0 => Ok(Verdict::NotSeen { share }),
            (LookedVerdict::CannotSay, None) => Ok(Verdict::CannotSay),
            (LookedVerdict::Gap, None) => Ok(Verdict::Gap),
            (LookedVerdict::NotSeen, _) => Err(Problem::bad(say!(
                "not_seen cần share: phần đã thật sự xem, lớn hơn 0, không quá 1",
                "not_seen needs a share: what was really watched, more than 0, at most 1"
            ))),
            _ => Err(Problem::bad(say!("share chỉ đi cùng not_seen", "share goes with not_seen only"))),
        }
    }
}

/// It was looked for, and not seen; or that cannot be said, or there are no pictures.
#[utoipa::path(
    post, path = "/traces/{trace}/looked", tag = "traces", operation_id = "trace_looked",
    params(("trace" = i64, Path, description = "The trace's number")),
    request_body = Answered,
    responses(
        (status = 201, description = "Entered", body = Entered),
        (status = 409, description = "`contradiction`: somebody saw it there within the window; nothing is entered without `despite`"),
    ),
)]
pub(in crate::http) async fn looked(
    State(desk): State<Desk>,
    caller: Caller,
    Path(trace): Path<i64>,
    Body(asked): Body<Answered>,
) -> Result<(StatusCode, Json<Entered>), Problem> {
    let who = caller.clone();
    let entered = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        Opened::open(&hands, &visitor, trace)?;
        let camera = visitor.camera(&hands.known.site.cameras, &asked.camera)?.id.clone();
        let window = window(asked.from, asked.to, LONGEST_US)?;
        entering::come(window.end, Timestamp::now())?;
        let (verdict, note) = (asked.verdict()?, plain("note", asked.note.as_deref())?);
        let despite = plain("despite", asked.despite.as_deref())?;
        let told = Looked { camera, window, verdict, note, despite, own: None };
        let looked = entering::answered(sight(&hands, &clocks(&hands)?), told)?;
        enter(&mut hands, &visitor, trace, &Entry::Looked(looked.clone()), |hands, opened| {
            let about = entering::about(sight(hands, &clocks(hands)?), &Standing::of(&opened.events), &looked)?;
            accept(looked.despite.as_deref(), &about.conflicts)?;
            Ok([about.conflicts, about.notes].concat())
        })
    });
    answered(&caller, entered).await.map(|entered| (StatusCode::CREATED, Json(entered)))
}

/// An entry that was wrong.
#[derive(Deserialize, ToSchema)]
#[schema(as = UndoRequest)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Undoing {
    /// Its event's number.
    event: i64,
    /// Why it was wrong.
    reason: Option<String>,
}

/// Takes an entry back; it stays on record.
#[utoipa::path(
    post, path = "/traces/{trace}/undo", tag = "traces", operation_id = "trace_undo",
    params(("trace" = i64, Path, description = "The trace's number")),
    request_body = Undoing,
    responses((status = 201, description = "Taken back", body = Entered)),
)]
pub(in crate::http) async fn undo(
    State(desk): State<Desk>,
    caller: Caller,
    Path(trace): Path<i64>,
    Body(asked): Body<Undoing>,
) -> Result<(StatusCode, Json<Entered>), Problem> {
    let who = caller.clone();
    let entered = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let entry = Entry::Undone { event: asked.event, reason: plain("reason", asked.reason.as_deref())? };
        enter(&mut hands, &visitor, trace, &entry, |_, _| Ok(Vec::new()))
    });
    answered(&caller, entered).await.map(|entered| (StatusCode::CREATED, Json(entered)))
}
