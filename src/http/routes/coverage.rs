//! What was recorded day by day.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Asked, answered};
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::Right;
use crate::search::days::{self, Calendar};
use crate::search::{Clocks, Sight};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Days {
    /// The first day, in the site's zone.
    #[param(value_type = String, format = Date)]
    from: Date,
    /// The last day, at most 92 of them in all.
    #[param(value_type = String, format = Date)]
    to: Date,
}

/// What the visitor's cameras recorded, day by day.
#[utoipa::path(
    get, path = "/coverage", tag = "upkeep", operation_id = "coverage",
    params(Days),
    responses((status = 200, description = "Every day of every camera", body = Calendar)),
)]
pub(in crate::http) async fn coverage(
    State(desk): State<Desk>,
    caller: Caller,
    Asked(asked): Asked<Days>,
) -> Result<Json<Calendar>, Problem> {
    let who = caller.clone();
    let calendar = desk.work(move |mut hands| {
        let visitor = who.enter_with(&mut hands, Right::Look, Right::Upkeep)?;
        let site = &hands.known.site;
        let clocks = Clocks::load(hands.store, &site.cameras, &site.clock.settings())?;
        let theirs = visitor.cameras(&site.cameras);
        let sight =
            Sight { cameras: &theirs, zone: &site.zone, store: hands.store, index: hands.index, clocks: &clocks };
        Ok(days::calendar(sight, asked.from, asked.to, Timestamp::now())?)
    });
    answered(&caller, calendar).await.map(Json)
}
