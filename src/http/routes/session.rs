//! Coming in and leaving, one's own password, and what one looks for.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Body, answered};
use crate::auth;
use crate::base::{Error, Kind};
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::{COOKIE, Caller};
use crate::model::{Act, Deed, Right, Role, User};
use crate::say;

/// A name and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Login {
    name: String,
    password: String,
}

/// Who is in. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Me {
    name: String,
    full_name: String,
    role: Role,
    /// The groups whose cameras they see; null: all.
    groups: Option<Vec<String>>,
    /// Whether nothing but another password is taken now.
    must_change: bool,
    /// What changes are sent with; null for a program.
    csrf: Option<String>,
    rights: Vec<Right>,
}

impl Me {
    fn of(user: User, csrf: Option<String>) -> Me {
        let rights = Right::ALL.into_iter().filter(|right| user.role.may(*right)).collect();
        let User { name, full_name, role, groups, must_change, .. } = user;
        Me { name, full_name, role, groups, must_change, csrf, rights }
    }
}

/// Comes in with a name and a password.
///
/// Sets the session's cookie. Too many wrong passwords have to wait (403, `denied`).
#[utoipa::path(
    post, path = "/login", tag = "session", operation_id = "login",
    security(()),
    request_body = Login,
    responses((status = 200, description = "In: the cookie is the session", body = Me)),
)]
pub(in crate::http) async fn login(
    State(desk): State<Desk>,
    caller: Caller,
    jar: CookieJar,
    Body(login): Body<Login>,
) -> Result<(CookieJar, Json<Me>), Problem> {
    let address = caller.address.clone();
    let entered = desk.work(move |hands| {
        Ok(hands.door.login(hands.store, &login.name, &login.password, &address, Timestamp::now())?)
    });
    let entered = answered(&caller, entered).await?;
    let cookie = Cookie::build((COOKIE, entered.key)).path("/").http_only(true).same_site(SameSite::Strict);
    let cookie = cookie.secure(desk.is_tls()).build();
    Ok((jar.add(cookie), Json(Me::of(entered.session.user, Some(entered.session.csrf)))))
}

/// Leaves: the session is over.
#[utoipa::path(
    post, path = "/logout", tag = "session", operation_id = "logout",
    responses((status = 204, description = "Out")),
)]
pub(in crate::http) async fn logout(
    State(desk): State<Desk>,
    caller: Caller,
    jar: CookieJar,
) -> Result<(CookieJar, StatusCode), Problem> {
    let key = caller.key.clone().unwrap_or_default();
    let who = caller.clone();
    let left = desk.work(move |mut hands| {
        who.enter_as_is(&mut hands)?;
        hands.door.logout(hands.store, &key, Timestamp::now())?;
        hands.events.somebody_left();
        Ok(())
    });
    answered(&caller, left).await?;
    Ok((jar.remove(Cookie::build(COOKIE).path("/")), StatusCode::NO_CONTENT))
}

/// Who is in, and what they may do.
#[utoipa::path(
    get, path = "/me", tag = "session", operation_id = "me",
    responses((status = 200, description = "Who is in", body = Me)),
)]
pub(in crate::http) async fn me(State(desk): State<Desk>, caller: Caller) -> Result<Json<Me>, Problem> {
    let who = caller.clone();
    let me = desk.work(move |mut hands| {
        let visitor = who.enter_as_is(&mut hands)?;
        Ok(Me::of(visitor.user, visitor.csrf))
    });
    answered(&caller, me).await.map(Json)
}

/// Another password of one's own, at least 10 characters.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NewPassword {
    old: String,
    new: String,
}

/// Changes one's own password; other sessions of the account end.
#[utoipa::path(
    put, path = "/me/password", tag = "session", operation_id = "change_password",
    request_body = NewPassword,
    responses((status = 204, description = "Changed")),
)]
pub(in crate::http) async fn password(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<NewPassword>,
) -> Result<StatusCode, Problem> {
    let who = caller.clone();
    let changed = desk.work(move |mut hands| {
        let visitor = who.enter_as_is(&mut hands)?;
        let (name, now) = (visitor.user.name.clone(), Timestamp::now());
        hands.door.confirm(hands.store, &name, &asked.old, &visitor.address, now)?;
        auth::refuse_weak(&asked.new, &name)?;
        if asked.new == asked.old {
            return Err(Error::new(
                Kind::Usage,
                say!("mật khẩu mới phải khác mật khẩu cũ", "the new password must be another than the old one"),
            )
            .into());
        }
        let deed = Deed::new(visitor.actor(), Act::User, json!({ "what": "own password", "user": name }));
        let hash = auth::hashed(&asked.new)?;
        hands.store.set_password(&name, &hash, false, visitor.session.as_deref(), &deed, now)?;
        hands.events.somebody_left();
        Ok(StatusCode::NO_CONTENT)
    });
    answered(&caller, changed).await
}

/// What one looks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NewPurpose {
    /// A case number or a reason, 3 to 200 characters.
    text: String,
    /// Whether it cannot wait for a case; it is looked over later.
    #[serde(default)]
    emergency: bool,
}

/// A purpose. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Stated {
    /// What every look names as `purpose`.
    number: i64,
    text: String,
    emergency: bool,
    stated_at: Timestamp,
}

/// The longest purpose, characters.
const LONGEST: usize = 200;

/// States what one looks for: a case number or a reason.
#[utoipa::path(
    post, path = "/me/purposes", tag = "session", operation_id = "state_purpose",
    request_body = NewPurpose,
    responses((status = 201, description = "Its number is what every look names as `purpose`; the same words have the same number", body = Stated)),
)]
pub(in crate::http) async fn state_purpose(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<NewPurpose>,
) -> Result<(StatusCode, Json<Stated>), Problem> {
    let who = caller.clone();
    let stated = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let text = asked.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let length = text.chars().count();
        if !(3..=LONGEST).contains(&length) || text.chars().any(char::is_control) {
            return Err(Problem::bad(say!(
                "mục đích phải có 3–{LONGEST} ký tự",
                "a purpose has 3–{LONGEST} characters"
            )));
        }
        let now = Timestamp::now();
        let number = hands.store.state_purpose(&visitor.user, &text, asked.emergency, now)?;
        Ok(Stated { number, text, emergency: asked.emergency, stated_at: now })
    });
    answered(&caller, stated).await.map(|stated| (StatusCode::CREATED, Json(stated)))
}

/// What one has looked for.
#[utoipa::path(
    get, path = "/me/purposes", tag = "session", operation_id = "purposes",
    responses((status = 200, description = "The latest first", body = Vec<Stated>)),
)]
pub(in crate::http) async fn purposes(State(desk): State<Desk>, caller: Caller) -> Result<Json<Vec<Stated>>, Problem> {
    let who = caller.clone();
    let stated = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let all = hands.store.purposes(&visitor.user)?.into_iter().map(|stated| Stated {
            number: stated.id,
            text: stated.purpose.text.unwrap_or_default(),
            emergency: stated.purpose.emergency,
            stated_at: stated.made_at,
        });
        Ok(all.collect())
    });
    answered(&caller, stated).await.map(Json)
}
