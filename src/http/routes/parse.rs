//! What a sentence means, while it is being typed. Nothing is looked at, so that no purpose is needed.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Asked, answered};
use crate::ask::{self, Understood};
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::Right;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Sentence {
    /// The sentence.
    phrase: String,
    /// The present that it is said at; else the server's.
    now: Option<Timestamp>,
}

/// What a sentence means. Nothing is looked at, so that no purpose is needed.
#[utoipa::path(
    get, path = "/parse", tag = "ask", operation_id = "parse",
    params(Sentence),
    responses((status = 200, description = "What it means", body = Understood)),
)]
pub(in crate::http) async fn parse(
    State(desk): State<Desk>,
    caller: Caller,
    Asked(asked): Asked<Sentence>,
) -> Result<Json<Understood>, Problem> {
    let who = caller.clone();
    let understood = desk.work(move |mut hands| {
        who.enter(&mut hands, Right::Look)?;
        let zone = &hands.known.site.zone;
        let now = asked.now.unwrap_or_else(Timestamp::now).to_zoned(zone.clone());
        let sentence = ask::understand(&*hands.known.atlas()?, &asked.phrase, &now).tidied();
        Ok(ask::understood(&sentence, zone, who.lang))
    });
    answered(&caller, understood).await.map(Json)
}
