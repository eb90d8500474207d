//! Handlers, a file a noun.

pub(super) mod accounts;
pub(super) mod ask;
pub(super) mod audit;
pub(super) mod clip;
pub(super) mod clocks;
pub(super) mod coverage;
pub(super) mod estimates;
pub(super) mod events;
pub(super) mod footage;
pub(super) mod health;
pub(super) mod map;
pub(super) mod parse;
pub(super) mod photos;
pub(super) mod pictures;
pub(super) mod play;
pub(super) mod quarantine;
pub(super) mod recordings;
pub(super) mod reports;
pub(super) mod session;
pub(super) mod site;
pub(super) mod status;
pub(super) mod timeline;
pub(super) mod tokens;
pub(super) mod told;
pub(super) mod trace_entries;
pub(super) mod traces;

use std::future::Future;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use super::visitor::{Caller, language};
use crate::say;

/// A JSON body; what is wrong with one is a problem like any other.
pub(super) struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let lang = language(request.headers());
        let taken: Result<Json<T>, JsonRejection> = Json::from_request(request, state).await;
        let said = |error: JsonRejection| {
            let why = error.body_text();
            Problem::bad(say!("nội dung gửi lên không đúng: {why}", "the body is wrong: {why}")).in_lang(lang)
        };
        taken.map(|Json(value)| Body(value)).map_err(said)
    }
}

/// The part after the question mark; likewise.
pub(super) struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let taken: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        let said = |error: QueryRejection| {
            let why = error.body_text();
            let said = say!("tham số không đúng: {why}", "the parameters are wrong: {why}");
            Problem::bad(said).in_lang(language(&parts.headers))
        };
        taken.map(|Query(value)| Asked(value)).map_err(said)
    }
}

/// A part of the path; what cannot be one names nothing that there is.
pub(super) struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let taken = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        taken.map(|part| Path(part.0)).map_err(|_| Problem::not_found().in_lang(language(&parts.headers)))
    }
}

/// Answers a caller in their language.
pub(super) async fn answered<T>(caller: &Caller, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    work.await.map_err(|problem| problem.in_lang(caller.lang))
}
