//! Who looked at what; whether the list is whole; what waits to be looked over.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::{Asked, Body, answered};
use crate::auth::{self, AuditAnswer};
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::{Act, Deed, Right};
use crate::say;
use crate::store::{AuditAsk, Break};

/// The most rows at once.
const MOST: u32 = 1_000;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Filter {
    /// Who: an account's name.
    actor: Option<String>,
    /// What.
    act: Option<Act>,
    /// A camera's id.
    camera: Option<String>,
    /// A part of the purpose.
    purpose: Option<String>,
    /// Rows written from then on.
    from: Option<Timestamp>,
    /// Rows written before then.
    to: Option<Timestamp>,
    /// Rows before that number: the next page.
    before: Option<i64>,
    /// At most so many, 1 to 1000; else 100.
    limit: Option<u32>,
}

/// Who looked at what, and why. Reading it is in it too.
#[utoipa::path(
    get, path = "/audit", tag = "audit", operation_id = "audit",
    params(Filter),
    responses((status = 200, description = "The latest first, at most `limit` (100; no more than 1000)", body = Vec<AuditAnswer>)),
)]
pub(in crate::http) async fn list(
    State(desk): State<Desk>,
    caller: Caller,
    Asked(filter): Asked<Filter>,
) -> Result<Json<Vec<AuditAnswer>>, Problem> {
    let who = caller.clone();
    let rows = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Audit)?;
        let Filter { actor, act, camera, purpose, from, to, before, limit } = filter;
        let limit = Some(limit.unwrap_or(100).clamp(1, MOST));
        let ask = AuditAsk { actor, act, camera, purpose, from, to, before, limit };
        hands.store.note(&Deed::new(visitor.actor(), Act::Audit, json!({ "what": "list" })), Timestamp::now())?;
        Ok(hands.store.audit(&ask)?.into_iter().map(AuditAnswer::from).collect())
    });
    answered(&caller, rows).await.map(Json)
}

/// The whole audit as a file, a row a line. That it was taken out is in it too.
#[utoipa::path(
    get, path = "/audit/export", tag = "audit", operation_id = "export_audit",
    responses((status = 200, description = "JSON lines, the oldest first, as `audit export`", body = String, content_type = "application/x-ndjson")),
)]
pub(in crate::http) async fn export(State(desk): State<Desk>, caller: Caller) -> Result<Response, Problem> {
    let who = caller.clone();
    let last = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Audit)?;
        let deed = Deed::new(visitor.actor(), Act::Audit, json!({ "what": "export" }));
        Ok(hands.store.note(&deed, Timestamp::now())?)
    });
    let last = answered(&caller, last).await?;
    // Page by page, so that years of it need no memory.
    let pages = stream::try_unfold(1, move |from| {
        let desk = desk.clone();
        async move {
            if from > last {
                return Ok::<_, std::io::Error>(None);
            }
            let next = from.saturating_add(MOST.into()).min(last + 1);
            let page = desk.work(move |hands| Ok(auth::audit_lines(hands.store.audit_between(from, next)?)?));
            // Half a file is worse than none: the connection ends without its end.
            let page = page.await.map_err(|_| std::io::Error::other("the audit could not be read on"))?;
            Ok(Some((Bytes::from(page), next)))
        }
    });
    let name = format!("attachment; filename=\"audit-{last}.jsonl\"");
    let headers = [(header::CONTENT_TYPE, "application/x-ndjson".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, axum::body::Body::from_stream(pages)).into_response())
}

/// The last row.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct LastRow {
    number: i64,
    /// SHA-256 of the row and of all before it, hex.
    hash: String,
}

/// Rows that are missing.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct CutRows {
    /// The number of the first.
    from: i64,
    /// The number of the last.
    to: i64,
}

/// Whether the audit is whole. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditWhole)]
pub(in crate::http) struct Whole {
    /// How many rows there are.
    rows: u64,
    /// Whether all are there, as they were written.
    whole: bool,
    /// The last: keep it elsewhere.
    last: Option<LastRow>,
    /// Rows that are missing.
    cut: Vec<CutRows>,
    /// Rows that are not as they were written.
    changed: Vec<i64>,
}

/// Checks the chain of the audit: finds rows that were cut out or changed.
#[utoipa::path(
    get, path = "/audit/verify", tag = "audit", operation_id = "verify_audit",
    responses((status = 200, description = "Whether it is whole", body = Whole)),
)]
pub(in crate::http) async fn verify(State(desk): State<Desk>, caller: Caller) -> Result<Json<Whole>, Problem> {
    let who = caller.clone();
    let whole = desk.work(move |mut hands| {
        who.enter(&mut hands, Right::Audit)?;
        let verified = hands.store.verify_audit()?;
        let (mut cut, mut changed) = (Vec::new(), Vec::new());
        for one in &verified.breaks {
            match one {
                Break::Cut(from, next) => cut.push(CutRows { from: *from, to: next - 1 }),
                Break::Changed(row) => changed.push(*row),
            }
        }
        let last = verified.last.map(|(number, hash)| LastRow { number, hash });
        Ok(Whole { rows: verified.rows, whole: verified.breaks.is_empty(), last, cut, changed })
    });
    answered(&caller, whole).await.map(Json)
}

/// What waits to be looked over.
#[utoipa::path(
    get, path = "/audit/reviews", tag = "audit", operation_id = "unreviewed",
    responses((status = 200, description = "Emergencies, and looks without a purpose", body = Vec<AuditAnswer>)),
)]
pub(in crate::http) async fn waiting(
    State(desk): State<Desk>,
    caller: Caller,
) -> Result<Json<Vec<AuditAnswer>>, Problem> {
    let who = caller.clone();
    let rows = desk.work(move |mut hands| {
        who.enter(&mut hands, Right::Audit)?;
        Ok(hands.store.unreviewed()?.into_iter().map(AuditAnswer::from).collect())
    });
    answered(&caller, rows).await.map(Json)
}

/// Rows that were looked over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Review {
    /// Their numbers.
    rows: Vec<i64>,
    note: Option<String>,
}

/// Says that rows were looked over.
#[utoipa::path(
    post, path = "/audit/reviews", tag = "audit", operation_id = "review",
    request_body = Review,
    responses((status = 204, description = "Looked over")),
)]
pub(in crate::http) async fn review(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<Review>,
) -> Result<StatusCode, Problem> {
    let who = caller.clone();
    let reviewed = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Audit)?;
        let waiting = hands.store.unreviewed()?;
        if let Some(row) = asked.rows.iter().find(|row| !waiting.iter().any(|one| one.id == **row)) {
            return Err(Problem::bad(say!("dòng {row} không chờ rà soát", "row {row} does not wait to be reviewed")));
        }
        let deed = Deed::new(visitor.actor(), Act::Review, json!({ "rows": asked.rows, "note": asked.note }));
        hands.store.note(&deed, Timestamp::now())?;
        Ok(StatusCode::NO_CONTENT)
    });
    answered(&caller, reviewed).await
}
