//! Coming in and leaving, one's own password, and what one looks for.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Body, answered};
use crate::auth;
use crate::base::{Error, Kind};
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::{COOKIE, Caller};
use crate::model::{Act, Deed, Right, Role, User};
use crate::say;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Login {
    name: String,
    password: String,
}

/// Who is in. A contract: fields are added, never renamed.
#[derive(Serialize)]
pub(in crate::http) struct Me {
    name: String,
    full_name: String,
    role: Role,
    groups: Option<Vec<String>>,
    /// Whether nothing but another password is taken now.
    must_change: bool,
    /// What changes are sent with; null for a program.
    csrf: Option<String>,
    rights: Vec<&'static str>,
}

impl Me {
    fn of(user: User, csrf: Option<String>) -> Me {
        let all = [
            (Right::Look, "look"),
            (Right::Save, "save"),
            (Right::Clocks, "clocks"),
            (Right::Upkeep, "upkeep"),
            (Right::Users, "users"),
            (Right::Audit, "audit"),
        ];
        let rights = all.into_iter().filter(|(right, _)| user.role.may(*right)).map(|(_, word)| word).collect();
        let User { name, full_name, role, groups, must_change, .. } = user;
        Me { name, full_name, role, groups, must_change, csrf, rights }
    }
}

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
    let cookie = Cookie::build((COOKIE, entered.key)).path("/").http_only(true).same_site(SameSite::Strict).build();
    Ok((jar.add(cookie), Json(Me::of(entered.session.user, Some(entered.session.csrf)))))
}

pub(in crate::http) async fn logout(
    State(desk): State<Desk>,
    caller: Caller,
    jar: CookieJar,
) -> Result<(CookieJar, StatusCode), Problem> {
    let key = caller.key.clone().unwrap_or_default();
    let who = caller.clone();
    let left = desk.work(move |mut hands| {
        who.enter_as_is(&mut hands)?;
        Ok(hands.door.logout(hands.store, &key, Timestamp::now())?)
    });
    answered(&caller, left).await?;
    Ok((jar.remove(Cookie::build(COOKIE).path("/")), StatusCode::NO_CONTENT))
}

pub(in crate::http) async fn me(State(desk): State<Desk>, caller: Caller) -> Result<Json<Me>, Problem> {
    let who = caller.clone();
    let me = desk.work(move |mut hands| {
        let visitor = who.enter_as_is(&mut hands)?;
        Ok(Me::of(visitor.user, visitor.csrf))
    });
    answered(&caller, me).await.map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NewPassword {
    old: String,
    new: String,
}

/// Changes one's own password; other sessions of the account end.
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
        Ok(StatusCode::NO_CONTENT)
    });
    answered(&caller, changed).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NewPurpose {
    text: String,
    #[serde(default)]
    emergency: bool,
}

/// A purpose. A contract: fields are added, never renamed.
#[derive(Serialize)]
pub(in crate::http) struct Stated {
    number: i64,
    text: String,
    emergency: bool,
    stated_at: Timestamp,
}

/// The longest purpose, characters.
const LONGEST: usize = 200;

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
