//! How cameras are doing.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;

use super::answered;
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::Right;
use crate::search::status::{self, Status};
use crate::search::{Clocks, Sight};

/// How the visitor's cameras are doing; every number is of these alone.
#[utoipa::path(
    get, path = "/status", tag = "upkeep", operation_id = "status",
    responses((status = 200, description = "As `status --json`", body = Status)),
)]
pub(in crate::http) async fn status(State(desk): State<Desk>, caller: Caller) -> Result<Json<Status>, Problem> {
    let who = caller.clone();
    let status = desk.work(move |mut hands| {
        let visitor = who.enter_with(&mut hands, Right::Look, Right::Upkeep)?;
        let site = &hands.known.site;
        let clocks = Clocks::load(hands.store, &site.cameras, &site.clock.settings())?;
        let sight =
            Sight { cameras: &site.cameras, zone: &site.zone, store: hands.store, index: hands.index, clocks: &clocks };
        let theirs = visitor.user.groups.is_some().then(|| visitor.cameras(&site.cameras));
        Ok(status::status(sight, theirs.as_deref(), Timestamp::now())?)
    });
    answered(&caller, status).await.map(Json)
}
