//! The nightly reports.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde_json::Value;

use super::{Path, answered};
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::Right;
use crate::night::shown::{self, ReportOf};

/// The nightly reports that there are.
#[utoipa::path(
    get, path = "/reports", tag = "upkeep", operation_id = "reports",
    responses((status = 200, description = "The latest first", body = Vec<ReportOf>)),
)]
pub(in crate::http) async fn list(State(desk): State<Desk>, caller: Caller) -> Result<Json<Vec<ReportOf>>, Problem> {
    let who = caller.clone();
    let reports = desk.work(move |mut hands| {
        who.enter_with(&mut hands, Right::Look, Right::Upkeep)?;
        Ok(shown::list(&hands.known.site.data))
    });
    answered(&caller, reports).await.map(Json)
}

/// A night's report, as far as it is about the visitor's cameras.
#[utoipa::path(
    get, path = "/reports/{date}", tag = "upkeep", operation_id = "report",
    params(("date" = String, Path, description = "The day that it is filed under, `YYYY-MM-DD`")),
    responses((status = 200, description = "As `nightly --json`, without the machine's paths", body = Object)),
)]
pub(in crate::http) async fn report(
    State(desk): State<Desk>,
    caller: Caller,
    Path(date): Path<String>,
) -> Result<Json<Value>, Problem> {
    let who = caller.clone();
    let report = desk.work(move |mut hands| {
        let visitor = who.enter_with(&mut hands, Right::Look, Right::Upkeep)?;
        let date: Date = date.parse().map_err(|_| Problem::not_found())?;
        let site = &hands.known.site;
        let theirs = visitor.cameras(&site.cameras);
        shown::shown(&site.data, date, &site.cameras, &theirs)?.ok_or_else(Problem::not_found)
    });
    answered(&caller, report).await.map(Json)
}
