//! What a sentence means, while it is being typed. Nothing is looked at, so that no purpose is needed.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;

use super::{Asked, answered};
use crate::ask::{self, Understood};
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::Right;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Sentence {
    phrase: String,
    now: Option<Timestamp>,
}

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
