//! Cameras' clocks: how they stand, checks entered and taken back.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Body, answered};
use crate::base::Said;
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::{CameraTime, CheckMethod, ClockCheck, Right, TrueTime};
use crate::search::checking;
use crate::search::clocks::{CheckAnswer, ClockAnswer, Clocks};
use crate::store::Removed;

/// A camera's clock. A contract: fields are added, never renamed.
#[derive(Serialize)]
pub(in crate::http) struct CameraClock {
    camera: String,
    clock: ClockAnswer,
    checks: Vec<CheckAnswer>,
}

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NewCheck {
    camera: String,
    shown: Timestamp,
    #[serde(rename = "true")]
    truth: Timestamp,
    uncertainty_s: Option<f64>,
    note: Option<String>,
}

/// A check that was entered. A contract: fields are added, never renamed.
#[derive(Serialize)]
pub(in crate::http) struct Checked {
    check: CheckAnswer,
    warnings: Vec<Said>,
    clock: ClockAnswer,
}

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
            note: asked.note,
            made_at: now,
        };
        let settings = site.clock.settings();
        let remarks = checking::review(hands.store, &site.cameras, camera, &new, &settings)?;
        let (check, clock) = checking::enter(hands.store, &site.cameras, camera, new, &settings, &visitor.actor())?;
        Ok(Checked { check: CheckAnswer::from(&check), warnings: remarks, clock })
    });
    answered(&caller, checked).await.map(|checked| (StatusCode::CREATED, Json(checked)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Why {
    reason: Option<String>,
}

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
        let removed = Removed { at: Timestamp::now(), by: visitor.user.name.clone(), reason: asked.reason };
        match hands.store.remove_clock_check(number, &removed, &visitor.actor())? {
            true => Ok(StatusCode::NO_CONTENT),
            false => Err(Problem::not_found()),
        }
    });
    answered(&caller, removed).await
}
