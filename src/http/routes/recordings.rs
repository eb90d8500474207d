//! One recording: what is known of it, and its native file.

use std::path::Path as FilePath;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::footage::{clocks, native, recording, sight};
use super::{Asked, Path, answered};
use crate::http::desk::{Desk, Hands};
use crate::http::given::Given;
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Looked, Visitor};
use crate::media::{Browser, Way, way};
use crate::model::{Act, Purpose, Right, shown_path};
use crate::search::show::{Shown, show};
use crate::store::{FileOfRecording, RecordingRow};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Looking {
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// All that is known of a recording: a look.
#[utoipa::path(
    get, path = "/recordings/{recording}", tag = "playback", operation_id = "recording",
    params(("recording" = String, Path, description = "The recording's id"), Looking),
    responses((status = 200, description = "As `show --json`; paths are below the footage folder", body = Shown)),
)]
pub(in crate::http) async fn one(
    State(desk): State<Desk>,
    caller: Caller,
    Path(id): Path<String>,
    Asked(asked): Asked<Looking>,
) -> Result<Json<Shown>, Problem> {
    let who = caller.clone();
    let shown = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, asked.purpose)?;
        let row = recording(&hands, &visitor, &id)?;
        let thumbnails = hands.store.thumbnails(&row.recording.id)?;
        let clocks = clocks(&hands)?;
        let below = |file: &FileOfRecording| shown_path(FilePath::new(""), &file.path);
        note(&mut hands, &visitor, purpose, Act::Show, &row)?;
        Ok(show(sight(&hands, &clocks), row, thumbnails, below)?)
    });
    answered(&caller, shown).await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Taking {
    /// Whether it is to be saved, which needs the right to.
    #[serde(default)]
    #[param(required = false)]
    download: bool,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// The native file, whole or in part (`Range`, `If-Range`): a look, and a download where no page plays it.
#[utoipa::path(
    get, path = "/recordings/{recording}/media", tag = "playback", operation_id = "media",
    params(("recording" = String, Path, description = "The recording's id"), Taking),
    responses(
        (status = 200, description = "The file", content_type = "*/*"),
        (status = 206, description = "The part asked for", content_type = "*/*"),
        (status = 404, description = "`not_found`, or `no_footage`: the file is no longer there"),
        (status = 416, description = "There is no such part"),
    ),
)]
pub(in crate::http) async fn media(
    State(desk): State<Desk>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Asked(asked): Asked<Taking>,
) -> Result<Response, Problem> {
    let who = caller.clone();
    let given = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, asked.purpose)?;
        let row = recording(&hands, &visitor, &id)?;
        let listing = &row.listing;
        let plays = way(&listing.container, &row.recording.codec, listing.method, Browser { h265: true });
        let saves = asked.download || plays != Some(Way::Native);
        if saves && !visitor.user.role.may(Right::Save) {
            return Err(Problem::forbidden());
        }
        let path = native(&hands, &row)?;
        let given = Given::open(&path, media_type(&path), asked.download)?;
        note(&mut hands, &visitor, purpose, if saves { Act::Download } else { Act::Clip }, &row)?;
        Ok(given)
    });
    Ok(answered(&caller, given).await?.answer(&headers))
}

fn note(
    hands: &mut Hands<'_>,
    visitor: &Visitor,
    purpose: Purpose,
    act: Act,
    row: &RecordingRow,
) -> Result<(), Problem> {
    let recording = &row.recording;
    let window = clocks(hands)?.of(&recording.camera).span_to_true(&recording.span);
    let detail = json!({ "recording": recording.id });
    visitor.note(hands, Looked { act, cameras: vec![recording.camera.clone()], window, purpose, detail })
}

/// What a browser takes the file for, by its name.
fn media_type(path: &FilePath) -> &'static str {
    let extension = path.extension().map(|word| word.to_string_lossy().to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "mkv" => "video/x-matroska",
        "avi" => "video/x-msvideo",
        "ts" | "m2ts" => "video/mp2t",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}
