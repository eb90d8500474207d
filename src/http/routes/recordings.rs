//! One recording: what is known of it, and its native file.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::Path as FilePath;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::footage::{clocks, native, recording, sight};
use super::{Asked, answered};
use crate::base::{Kind, ResultExt};
use crate::http::desk::{Desk, Hands};
use crate::http::problem::Problem;
use crate::http::range::{self, Part};
use crate::http::stream;
use crate::http::visitor::{Caller, Looked, Visitor};
use crate::media::{Browser, Way, way};
use crate::model::{Act, Purpose, Right, shown_path};
use crate::say;
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

/// A file that may be taken.
struct Taken {
    file: File,
    length: u64,
    etag: String,
    media_type: &'static str,
    /// Its name, where it is to be saved.
    name: Option<String>,
}

/// The native file, whole or in part (`Range`, `If-Range`): a look, and a download where no page plays it.
#[utoipa::path(
    get, path = "/recordings/{recording}/media", tag = "playback", operation_id = "media",
    params(("recording" = String, Path, description = "The recording's id"), Taking),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 206, description = "The part asked for", content_type = "application/octet-stream"),
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
    let taken = desk.work(move |mut hands| {
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
        let taken = open(&path, asked.download)?;
        note(&mut hands, &visitor, purpose, if saves { Act::Download } else { Act::Clip }, &row)?;
        Ok(taken)
    });
    let taken = answered(&caller, taken).await?;
    Ok(answer(taken, &headers))
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

fn open(path: &FilePath, saves: bool) -> Result<Taken, Problem> {
    let unreadable = || say!("không đọc được tệp hình", "cannot read the native file");
    let file = File::open(path).or_say(Kind::Io, unreadable)?;
    let meta = file.metadata().or_say(Kind::Io, unreadable)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = path.extension().map(|word| word.to_string_lossy().to_lowercase()).unwrap_or_default();
    let media_type = match extension.as_str() {
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "mkv" => "video/x-matroska",
        "avi" => "video/x-msvideo",
        "ts" | "m2ts" => "video/mp2t",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        _ => "application/octet-stream",
    };
    let etag = format!("\"{:x}-{:x}-{:x}-{:x}\"", meta.ino(), meta.len(), meta.mtime(), meta.mtime_nsec());
    Ok(Taken { file, length: meta.len(), etag, media_type, name: saves.then_some(name) })
}

fn answer(taken: Taken, asked: &HeaderMap) -> Response {
    let Taken { mut file, length, etag, media_type, name } = taken;
    let part = match range::asked(asked, length, &etag) {
        Part::Whole => None,
        Part::Of(from, to) => Some((from, to)),
        Part::Nowhere => return range::nowhere(length),
    };
    let (from, to) = part.unwrap_or((0, length));
    let sought = file.seek(SeekFrom::Start(from));
    let chunks = stream::chunks(file.take(to - from), sought.err());
    let mut response = chunks.into_response();
    let headers = response.headers_mut();
    range::tell(headers, part, length, &etag);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Some(value) = name.and_then(|name| HeaderValue::from_str(&attachment(&name)).ok()) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    if part.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    response
}

/// As a file to be saved under a name (RFC 6266): letters that are not ASCII by RFC 8187.
fn attachment(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\%".contains(c) { c } else { '_' }).collect();
    let whole: String = name
        .bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_twice_and_cannot_leave_its_quotes() {
        let told = attachment("Cổng \"chợ\".mp4");
        assert_eq!(
            told,
            "attachment; filename=\"C_ng__ch__.mp4\"; filename*=UTF-8''C%E1%BB%95ng%20%22ch%E1%BB%A3%22.mp4"
        );
        assert!(HeaderValue::from_str(&told).is_ok());
    }
}
