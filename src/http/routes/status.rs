//! How cameras are doing, and what cannot be read.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answered;
use crate::base::Said;
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::{Fault, Right, shown_path};
use crate::search::status::{self, Status};
use crate::search::{Clocks, Sight};

/// How the visitor's cameras are doing.
#[utoipa::path(
    get, path = "/status", tag = "upkeep", operation_id = "status",
    responses((status = 200, description = "As `status --json`", body = Status)),
)]
pub(in crate::http) async fn status(State(desk): State<Desk>, caller: Caller) -> Result<Json<Status>, Problem> {
    let who = caller.clone();
    let status = desk.work(move |mut hands| {
        let visitor = match who.enter(&mut hands, Right::Look) {
            Ok(visitor) => visitor,
            Err(refused) => who.enter(&mut hands, Right::Upkeep).map_err(|_| refused)?,
        };
        let site = &hands.known.site;
        let clocks = Clocks::load(hands.store, &site.cameras, &site.clock.settings())?;
        let sight =
            Sight { cameras: &site.cameras, zone: &site.zone, store: hands.store, index: hands.index, clocks: &clocks };
        let mut status = status::status(sight, Timestamp::now())?;
        let theirs = visitor.cameras(&site.cameras);
        status.cameras.retain(|camera| theirs.iter().any(|own| own.id == camera.id));
        Ok(status)
    });
    answered(&caller, status).await.map(Json)
}

/// A quarantined file. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
#[schema(as = QuarantinedFile)]
pub(in crate::http) struct Held {
    path: String,
    camera: Option<String>,
    bytes: u64,
    fault: Fault,
    why: Said,
    detail: String,
    attempts: u32,
    next_try: Option<Timestamp>,
    ignored: bool,
}

/// Files that cannot be read, and why.
#[utoipa::path(
    get, path = "/quarantine", tag = "upkeep", operation_id = "quarantine",
    responses((status = 200, description = "By folder and path", body = Vec<Held>)),
)]
pub(in crate::http) async fn quarantine(State(desk): State<Desk>, caller: Caller) -> Result<Json<Vec<Held>>, Problem> {
    let who = caller.clone();
    let held = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Upkeep)?;
        let site = &hands.known.site;
        let theirs = visitor.cameras(&site.cameras);
        let all = visitor.user.groups.is_none();
        let seen = |camera: Option<&str>| all || camera.is_some_and(|id| theirs.iter().any(|own| own.id == id));
        let files = hands.store.quarantine()?.into_iter().filter(|file| seen(file.camera.as_deref()));
        let shown = files.map(|file| Held {
            path: site.camera(&file.folder).map(|camera| shown_path(&camera.footage, &file.path)).unwrap_or_default(),
            bytes: file.size,
            fault: file.why.fault,
            why: file.why.fault.say(),
            detail: file.why.detail.clone(),
            attempts: file.attempts,
            next_try: file.next_try,
            ignored: file.ignored.is_some(),
            camera: file.camera,
        });
        Ok(shown.collect())
    });
    answered(&caller, held).await.map(Json)
}
