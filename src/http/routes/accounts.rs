//! Accounts, and who is in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Body, Path, answered};
use crate::auth::{self, Key};
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Visitor};
use crate::model::{Deed, Right, Role, User};
use crate::say;
use crate::store::UserChange;

/// An account. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Account {
    name: String,
    full_name: String,
    role: Role,
    /// The groups whose cameras it sees; null: all.
    groups: Option<Vec<String>>,
    /// Whether its password has to be changed first.
    must_change: bool,
    made_at: Timestamp,
    disabled_at: Option<Timestamp>,
}

impl From<User> for Account {
    fn from(user: User) -> Account {
        let User { name, full_name, role, groups, must_change, made_at, disabled_at, .. } = user;
        Account { name, full_name, role, groups, must_change, made_at, disabled_at }
    }
}

/// Every account.
#[utoipa::path(
    get, path = "/users", tag = "accounts", operation_id = "users",
    responses((status = 200, description = "Disabled ones too", body = Vec<Account>)),
)]
pub(in crate::http) async fn list(State(desk): State<Desk>, caller: Caller) -> Result<Json<Vec<Account>>, Problem> {
    let who = caller.clone();
    let users = desk.work(move |mut hands| {
        who.enter(&mut hands, Right::Users)?;
        Ok(hands.store.users()?.into_iter().map(Account::from).collect())
    });
    answered(&caller, users).await.map(Json)
}

/// An account that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct NewAccount {
    /// What is typed to come in.
    name: String,
    /// As people call them; the same as `name` where it is not told.
    full_name: Option<String>,
    role: Role,
    /// The groups whose cameras it sees; null: all.
    groups: Option<Vec<String>>,
}

/// An account with the password that is told once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewPasswordOf)]
pub(in crate::http) struct Made {
    name: String,
    one_time_password: String,
}

fn deed(visitor: &Visitor, what: &str, name: &str, more: Value) -> Deed {
    auth::deed_with_account(visitor.actor(), what, name, more)
}

/// Makes an account with a one-time password.
#[utoipa::path(
    post, path = "/users", tag = "accounts", operation_id = "add_user",
    request_body = NewAccount,
    responses((status = 201, description = "Made; the password is told once", body = Made)),
)]
pub(in crate::http) async fn add(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<NewAccount>,
) -> Result<(StatusCode, Json<Made>), Problem> {
    let who = caller.clone();
    let made = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Users)?;
        let NewAccount { name, full_name, role, groups } = asked;
        let password = Key::one_time()?;
        let new = auth::NewAccount { name, full_name, role, groups, password: password.clone(), must_change: true };
        let known = &hands.known.site.groups;
        let name = auth::make_account(hands.store, known, new, visitor.actor(), Timestamp::now())?.name;
        Ok(Made { name, one_time_password: password })
    });
    answered(&caller, made).await.map(|made| (StatusCode::CREATED, Json(made)))
}

/// What is to be another at an account.
#[derive(Deserialize, ToSchema)]
#[schema(as = AccountChange)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Change {
    full_name: Option<String>,
    role: Option<Role>,
    groups: Option<Vec<String>>,
    /// Whether it sees every camera from now on.
    #[serde(default)]
    all_groups: bool,
    /// Whether nobody may come in with it.
    disabled: Option<bool>,
}

/// Changes an account; what is not named stays.
#[utoipa::path(
    put, path = "/users/{name}", tag = "accounts", operation_id = "change_user",
    params(("name" = String, Path, description = "The account's name")),
    request_body = Change,
    responses((status = 204, description = "Changed")),
)]
pub(in crate::http) async fn change(
    State(desk): State<Desk>,
    caller: Caller,
    Path(name): Path<String>,
    Body(asked): Body<Change>,
) -> Result<StatusCode, Problem> {
    let who = caller.clone();
    let changed = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Users)?;
        auth::known_groups(&hands.known.site.groups, asked.groups.as_deref().unwrap_or_default())?;
        let is_own = visitor.user.name == name;
        let loses = asked.disabled == Some(true) || asked.role.is_some_and(|role| !role.may(Right::Users));
        if is_own && loses {
            return Err(Problem::bad(say!(
                "không thể khóa hoặc hạ quyền tài khoản của chính mình",
                "you cannot disable or demote your own account"
            )));
        }
        let told = json!({ "full_name": asked.full_name, "role": asked.role, "groups": asked.groups,
            "all_groups": asked.all_groups, "disabled": asked.disabled });
        let groups = if asked.all_groups { Some(None) } else { asked.groups.map(Some) };
        let Change { full_name, role, disabled, .. } = Change { groups: None, ..asked };
        let change = UserChange { full_name, role, groups, disabled };
        match hands.store.change_user(&name, &change, &deed(&visitor, "changed", &name, told), Timestamp::now())? {
            true => {
                hands.events.somebody_left();
                Ok(StatusCode::NO_CONTENT)
            }
            false => Err(Problem::not_found()),
        }
    });
    answered(&caller, changed).await
}

/// Gives an account a one-time password; its sessions end.
#[utoipa::path(
    post, path = "/users/{name}/password", tag = "accounts", operation_id = "reset_password",
    params(("name" = String, Path, description = "The account's name")),
    responses((status = 200, description = "The password is told once", body = Made)),
)]
pub(in crate::http) async fn password(
    State(desk): State<Desk>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Made>, Problem> {
    let who = caller.clone();
    let made = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Users)?;
        let password = Key::one_time()?;
        let (hash, deed) = (auth::hashed(&password)?, deed(&visitor, "password", &name, json!({})));
        match hands.store.set_password(&name, &hash, true, None, &deed, Timestamp::now())? {
            true => {
                hands.events.somebody_left();
                Ok(Made { name, one_time_password: password })
            }
            false => Err(Problem::not_found()),
        }
    });
    answered(&caller, made).await.map(Json)
}

/// Ends every session of an account.
#[utoipa::path(
    delete, path = "/users/{name}/sessions", tag = "accounts", operation_id = "end_sessions",
    params(("name" = String, Path, description = "The account's name")),
    responses((status = 204, description = "Ended")),
)]
pub(in crate::http) async fn send_out(
    State(desk): State<Desk>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    let who = caller.clone();
    let sent = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Users)?;
        if hands.store.account(&name)?.is_none() {
            return Err(Problem::not_found());
        }
        hands.store.end_sessions(&name, &deed(&visitor, "sent out", &name, json!({})), Timestamp::now())?;
        hands.events.somebody_left();
        Ok(StatusCode::NO_CONTENT)
    });
    answered(&caller, sent).await
}

/// Somebody who is in. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(in crate::http) struct Inside {
    user: String,
    address: String,
    since: Timestamp,
    used_at: Timestamp,
}

/// Who is in.
#[utoipa::path(
    get, path = "/sessions", tag = "accounts", operation_id = "sessions",
    responses((status = 200, description = "Every session", body = Vec<Inside>)),
)]
pub(in crate::http) async fn sessions(State(desk): State<Desk>, caller: Caller) -> Result<Json<Vec<Inside>>, Problem> {
    let who = caller.clone();
    let sessions = desk.work(move |mut hands| {
        who.enter(&mut hands, Right::Users)?;
        let all = hands.store.sessions()?.into_iter().map(|session| Inside {
            user: session.user.name,
            address: session.address,
            since: session.made_at,
            used_at: session.used_at,
        });
        Ok(all.collect())
    });
    answered(&caller, sessions).await.map(Json)
}
