//! Files that cannot be read, and what people decide about them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, answered};
use crate::base::Said;
use crate::base::say::plain;
use crate::http::desk::{Desk, Hands};
use crate::http::events::Event;
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Visitor};
use crate::model::{Fault, Right};
use crate::store::{Ignored, Quarantined};

/// A quarantined file. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
#[schema(as = QuarantinedFile)]
pub(in crate::http) struct Held {
    /// What `retry`, `ignore` and `unignore` name it by.
    number: i64,
    /// Its path below the camera's footage folder.
    path: String,
    /// The camera, where the path tells.
    camera: Option<String>,
    bytes: u64,
    fault: Fault,
    /// The fault in words.
    why: Said,
    /// The reader's words.
    detail: String,
    /// How often it was tried.
    attempts: u32,
    /// When it is tried again, should it not change before; null while it is ignored.
    next_try: Option<Timestamp>,
    /// Whether somebody decided to leave it alone.
    ignored: bool,
    /// Who decided that.
    ignored_by: Option<String>,
    /// Why, where that was told.
    ignored_reason: Option<String>,
}

impl From<Quarantined> for Held {
    fn from(file: Quarantined) -> Held {
        let (ignored_by, ignored_reason) = file.ignored.clone().map(|ignored| (ignored.by, ignored.reason)).unzip();
        Held {
            number: file.number,
            path: String::from_utf8_lossy(&file.path).into_owned(),
            camera: file.camera,
            bytes: file.size,
            fault: file.why.fault,
            why: file.why.fault.say(),
            detail: file.why.detail,
            attempts: file.attempts,
            next_try: file.next_try,
            ignored: file.ignored.is_some(),
            ignored_by,
            ignored_reason: ignored_reason.flatten(),
        }
    }
}

/// The quarantined files that a visitor may know of. One of no known camera is only for who sees all.
fn theirs(hands: &Hands<'_>, visitor: &Visitor) -> Result<Vec<Quarantined>, Problem> {
    let cameras = visitor.cameras(&hands.known.site.cameras);
    let all = visitor.user.groups.is_none();
    let seen = |camera: Option<&str>| all || camera.is_some_and(|id| cameras.iter().any(|own| own.id == id));
    Ok(hands.store.quarantine()?.into_iter().filter(|file| seen(file.camera.as_deref())).collect())
}

fn one(hands: &Hands<'_>, visitor: &Visitor, number: i64) -> Result<Quarantined, Problem> {
    theirs(hands, visitor)?.into_iter().find(|file| file.number == number).ok_or_else(Problem::not_found)
}

/// Files that cannot be read, and why.
#[utoipa::path(
    get, path = "/quarantine", tag = "upkeep", operation_id = "quarantine",
    responses((status = 200, description = "By folder and path", body = Vec<Held>)),
)]
pub(in crate::http) async fn list(State(desk): State<Desk>, caller: Caller) -> Result<Json<Vec<Held>>, Problem> {
    let who = caller.clone();
    let held = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Upkeep)?;
        Ok(theirs(&hands, &visitor)?.into_iter().map(Held::from).collect())
    });
    answered(&caller, held).await.map(Json)
}

/// Which files are to be tried again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Retry {
    /// Their numbers; null: all that are not ignored.
    numbers: Option<Vec<i64>>,
}

/// How many files are due.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Due {
    /// So many are tried again soon.
    due: u64,
}

/// Has files tried again soon; ignored ones are not.
#[utoipa::path(
    post, path = "/quarantine/retry", tag = "upkeep", operation_id = "retry_quarantined",
    request_body = Retry,
    responses((status = 202, description = "They will be", body = Due), (status = 404, description = "One of them is not in quarantine")),
)]
pub(in crate::http) async fn retry(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<Retry>,
) -> Result<(StatusCode, Json<Due>), Problem> {
    let who = caller.clone();
    let due = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Upkeep)?;
        let mut files = theirs(&hands, &visitor)?;
        if let Some(numbers) = &asked.numbers {
            if numbers.iter().any(|number| !files.iter().any(|file| file.number == *number)) {
                return Err(Problem::not_found());
            }
            files.retain(|file| numbers.contains(&file.number));
        }
        files.retain(|file| file.ignored.is_none());
        let (actor, now) = (visitor.actor(), Timestamp::now());
        let mut due = 0;
        for file in &files {
            due += hands.store.retry(Some((&file.folder, &file.path)), now, &actor)?;
        }
        let mut folders: Vec<&str> = files.iter().map(|file| file.folder.as_str()).collect();
        folders.dedup();
        folders.into_iter().for_each(|folder| hands.wish(folder));
        hands.events.tell(Event::Status);
        Ok(Due { due })
    });
    answered(&caller, due).await.map(|due| (StatusCode::ACCEPTED, Json(due)))
}

/// Which file is to be left alone, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Ignore {
    number: i64,
    /// Why; one line.
    reason: Option<String>,
}

/// Leaves a file alone until it changes; the gap that it claims stays damaged.
#[utoipa::path(
    post, path = "/quarantine/ignore", tag = "upkeep", operation_id = "ignore_quarantined",
    request_body = Ignore,
    responses((status = 204, description = "It is ignored"), (status = 404, description = "It is not in quarantine")),
)]
pub(in crate::http) async fn ignore(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<Ignore>,
) -> Result<StatusCode, Problem> {
    let who = caller.clone();
    let ignored = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Upkeep)?;
        let reason = plain("reason", asked.reason.as_deref())?;
        let file = one(&hands, &visitor, asked.number)?;
        let ignored = Ignored { at: Timestamp::now(), by: visitor.user.name.clone(), reason };
        if !hands.store.ignore(&file.folder, &file.path, &ignored, &visitor.actor())? {
            return Err(Problem::not_found());
        }
        hands.events.tell(Event::Status);
        Ok(StatusCode::NO_CONTENT)
    });
    answered(&caller, ignored).await
}

/// Which file is meant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Unignore {
    number: i64,
}

/// Takes it back that a file is left alone: it is tried again soon.
#[utoipa::path(
    post, path = "/quarantine/unignore", tag = "upkeep", operation_id = "unignore_quarantined",
    request_body = Unignore,
    responses((status = 204, description = "It is tried again"), (status = 404, description = "It is not in quarantine, or not ignored")),
)]
pub(in crate::http) async fn unignore(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<Unignore>,
) -> Result<StatusCode, Problem> {
    let who = caller.clone();
    let back = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Upkeep)?;
        let file = one(&hands, &visitor, asked.number)?;
        if !hands.store.unignore(&file.folder, &file.path, Timestamp::now(), &visitor.actor())? {
            return Err(Problem::not_found());
        }
        hands.wish(&file.folder);
        hands.events.tell(Event::Status);
        Ok(StatusCode::NO_CONTENT)
    });
    answered(&caller, back).await
}
