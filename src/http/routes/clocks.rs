//! Cameras' clocks: how they stand, checks entered and taken back.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Body, Path, answered};
use crate::base::Said;
use crate::base::say::plain;
use crate::http::desk::Desk;
use crate::http::events::Event;
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::{CameraTime, CheckMethod, ClockCheck, Right, TrueTime};
use crate::search::checking;
use crate::search::clocks::{CheckAnswer, ClockAnswer, Clocks};
use crate::store::Removed;

/// A camera's clock. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct CameraClock {
    camera: String,
    /// How it stands now.
    clock: ClockAnswer,
    checks: Vec<CheckAnswer>,
}

/// How the visitor's cameras' clocks stand, and their checks.
#[utoipa::path(
    get, path = "/clocks", tag = "clocks", operation_id = "clocks",
    responses((status = 200, description = "One a camera", body = Vec<CameraClock>)),
)]
pub(in crate::http) async fn list(State(desk): State<Desk>, caller: Caller) -> Result<Json<Vec<CameraClock>>, Problem> {
    let who = caller.clone();
    let clocks = desk.work(move |mut hands| {
        let visitor = who.enter_as_is(&mut hands)?;
        let site = &hands.known.site;
        let checks = hands.store.clock_checks()?;
        let clocks = Clocks::of_checks(&checks, &site.cameras, &site.clock.settings());
        let now = TrueTime(Timestamp::now());
        let theirs = visitor.cameras(&site.cameras).into_iter().map(|camera| CameraClock {
            clock: ClockAnswer::at(clocks.of(&camera.id), now),
            checks: checks.iter().filter(|check| check.camera == camera.id).map(CheckAnswer::from).collect(),
            camera: camera.id,
        });
        Ok(theirs.collect())
    });
    answered(&caller, clocks).await.map(Json)
}

/// What a camera showed, and when that really was.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NewCheck {
    camera: String,
    /// What the camera's clock showed, as an instant: its reading in the zone that it is set to.
    shown: Timestamp,
    /// When that really was.
    #[serde(rename = "true")]
    truth: Timestamp,
    /// How far the reading may be wrong either way, seconds; 2 where it is not told.
    uncertainty_s: Option<f64>,
    note: Option<String>,
}

/// A check that was entered. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Checked {
    check: CheckAnswer,
    /// What is odd about it.
    warnings: Vec<Said>,
    clock: ClockAnswer,
}

/// Enters a clock check: what a camera showed, and when that really was.
#[utoipa::path(
    post, path = "/clocks", tag = "clocks", operation_id = "check_clock",
    request_body = NewCheck,
    responses((status = 201, description = "Entered", body = Checked), (status = 404, description = "There is no such camera")),
)]
pub(in crate::http) async fn check(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<NewCheck>,
) -> Result<(StatusCode, Json<Checked>), Problem> {
    let who = caller.clone();
    let checked = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Clocks)?;
        let site = &hands.known.site;
        let camera = visitor.camera(&site.cameras, &asked.camera)?;
        let now = Timestamp::now();
        let new = ClockCheck {
            id: 0,
            camera: camera.id.clone(),
            shown: CameraTime(asked.shown),
            truth: TrueTime(asked.truth),
            uncertainty_s: asked.uncertainty_s.unwrap_or(checking::READ_S),
            method: CheckMethod::Screen,
            by: visitor.user.name.clone(),
            photo: None,
            note: plain("note", asked.note.as_deref())?,
            made_at: now,
        };
        let settings = site.clock.settings();
        let remarks = checking::review(hands.store, &site.cameras, camera, &new, &settings)?;
        let (check, clock) = checking::enter(hands.store, &site.cameras, camera, new, &settings, &visitor.actor())?;
        hands.events.tell(Event::Clocks);
        Ok(Checked { check: CheckAnswer::from(&check), warnings: remarks, clock })
    });
    answered(&caller, checked).await.map(|checked| (StatusCode::CREATED, Json(checked)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Why {
    /// Why it was wrong.
    reason: Option<String>,
}

/// Takes a clock check back; it stays in the store with who did it, and why.
#[utoipa::path(
    delete, path = "/clocks/{number}", tag = "clocks", operation_id = "remove_check",
    params(("number" = i64, Path, description = "The check's number"), Why),
    responses((status = 204, description = "Taken back")),
)]
pub(in crate::http) async fn remove(
    State(desk): State<Desk>,
    caller: Caller,
    Path(number): Path<i64>,
    super::Asked(asked): super::Asked<Why>,
) -> Result<StatusCode, Problem> {
    let who = caller.clone();
    let removed = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Clocks)?;
        let checks = hands.store.clock_checks()?;
        let check = checks.iter().find(|check| check.id == number).ok_or_else(Problem::not_found)?;
        visitor.camera(&hands.known.site.cameras, &check.camera)?;
        let reason = plain("reason", asked.reason.as_deref())?;
        let removed = Removed { at: Timestamp::now(), by: visitor.user.name.clone(), reason };
        match hands.store.remove_clock_check(number, &removed, &visitor.actor())? {
            true => {
                hands.events.tell(Event::Clocks);
                Ok(StatusCode::NO_CONTENT)
            }
            false => Err(Problem::not_found()),
        }
    });
    answered(&caller, removed).await
}
