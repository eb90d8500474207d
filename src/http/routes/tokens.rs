//! Keys with which programs come in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, Path, answered};
use crate::auth::{self, TokenAnswer};
use crate::base::say::plain;
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::Right;
use crate::say;

/// The longest that a key may be asked to last, hours: ten years.
const LONGEST_H: u32 = 24 * 3_660;

/// Every program's key, without the keys.
#[utoipa::path(
    get, path = "/tokens", tag = "accounts", operation_id = "tokens",
    responses((status = 200, description = "By number", body = Vec<TokenAnswer>)),
)]
pub(in crate::http) async fn list(State(desk): State<Desk>, caller: Caller) -> Result<Json<Vec<TokenAnswer>>, Problem> {
    let who = caller.clone();
    let tokens = desk.work(move |mut hands| {
        who.enter(&mut hands, Right::Users)?;
        Ok(hands.store.tokens()?.into_iter().map(TokenAnswer::from).collect())
    });
    answered(&caller, tokens).await.map(Json)
}

/// A key that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NewToken {
    /// The account as which the program comes in.
    user: String,
    /// What it is for.
    name: String,
    /// For how many hours it is good; without it until it is revoked.
    lasts_h: Option<u32>,
}

/// A key, told this once.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct TokenMade {
    number: i64,
    /// What the program sends as `Authorization: Bearer KEY`.
    key: String,
}

/// Makes a key with which a program comes in as an account.
#[utoipa::path(
    post, path = "/tokens", tag = "accounts", operation_id = "add_token",
    request_body = NewToken,
    responses((status = 201, description = "Made; the key is told once", body = TokenMade)),
)]
pub(in crate::http) async fn add(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<NewToken>,
) -> Result<(StatusCode, Json<TokenMade>), Problem> {
    let who = caller.clone();
    let made = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Users)?;
        let name = plain("name", Some(&asked.name))?
            .ok_or_else(|| Problem::bad(say!("name: phải nói khóa dùng cho gì", "name: say what the key is for")))?;
        if asked.lasts_h.is_some_and(|hours| !(1..=LONGEST_H).contains(&hours)) {
            return Err(Problem::bad(say!("lasts_h phải từ 1 đến {LONGEST_H}", "lasts_h must be 1 to {LONGEST_H}")));
        }
        let lasts = asked.lasts_h.map(|hours| SignedDuration::from_hours(hours.into()));
        let (number, key) =
            auth::make_token(hands.store, &asked.user, &name, lasts, visitor.actor(), Timestamp::now())?;
        Ok(TokenMade { number, key })
    });
    answered(&caller, made).await.map(|made| (StatusCode::CREATED, Json(made)))
}

/// Revokes a key: the program is out from now on.
#[utoipa::path(
    delete, path = "/tokens/{number}", tag = "accounts", operation_id = "revoke_token",
    params(("number" = i64, Path, description = "The key's number")),
    responses((status = 204, description = "Revoked")),
)]
pub(in crate::http) async fn revoke(
    State(desk): State<Desk>,
    caller: Caller,
    Path(number): Path<i64>,
) -> Result<StatusCode, Problem> {
    let who = caller.clone();
    let revoked = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Users)?;
        if !auth::revoke_token(hands.store, number, visitor.actor(), Timestamp::now())? {
            return Err(Problem::not_found());
        }
        hands.events.somebody_left();
        Ok(StatusCode::NO_CONTENT)
    });
    answered(&caller, revoked).await
}
