//! `truyvet user`: the accounts of the page.

use std::io::Read;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::{Ending, Globals, context, print};
use crate::auth::{self, Key, NewAccount};
use crate::base::{Error, Kind, Lang, Result, ResultExt, Said};
use crate::config::Site;
use crate::model::{Deed, Role, User};
use crate::say;
use crate::store::UserChange;

/// The subcommands.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Add(AddArgs),
    List(ListArgs),
    Change(ChangeArgs),
    Disable(NameArgs),
    Enable(NameArgs),
    Password(PasswordArgs),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    #[arg(value_name = "NAME")]
    name: String,
    #[arg(long, value_name = "TEXT")]
    full_name: Option<String>,
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Role,
    #[arg(long, value_name = "GROUP")]
    group: Vec<String>,
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct ChangeArgs {
    #[arg(value_name = "NAME")]
    name: String,
    #[arg(long, value_name = "TEXT")]
    full_name: Option<String>,
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Option<Role>,
    #[arg(long, value_name = "GROUP", conflicts_with = "all_groups")]
    group: Vec<String>,
    #[arg(long)]
    all_groups: bool,
}

#[derive(Debug, clap::Args)]
struct NameArgs {
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Debug, clap::Args)]
struct PasswordArgs {
    #[arg(value_name = "NAME")]
    name: String,
    #[arg(long)]
    password_stdin: bool,
}

/// An account as `user list --json` tells it. A contract: fields are added, never renamed.
#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    full_name: &'a str,
    role: Role,
    groups: Option<&'a [String]>,
    must_change: bool,
    made_at: Timestamp,
    disabled_at: Option<Timestamp>,
}

/// Roles by their word, or as people call them.
fn role(text: &str) -> std::result::Result<Role, String> {
    let plain = crate::place::fold(text);
    let known = match plain.as_str() {
        "duty" | "truc ban" | "truc-ban" => Some(Role::Duty),
        "investigator" | "dieu tra vien" | "dieu tra" => Some(Role::Investigator),
        "technician" | "ky thuat" | "ky thuat vien" => Some(Role::Technician),
        "administrator" | "admin" | "quan tri" => Some(Role::Administrator),
        _ => None,
    };
    known.ok_or_else(|| "duty, investigator, technician, administrator".to_owned())
}

/// What a role is called.
pub(super) fn role_said(role: Role) -> Said {
    match role {
        Role::Duty => say!("trực ban", "duty officer"),
        Role::Investigator => say!("điều tra viên", "investigator"),
        Role::Technician => say!("kỹ thuật", "technician"),
        Role::Administrator => say!("quản trị", "administrator"),
    }
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    match &args.what {
        What::Add(args) => add(globals, &site, args),
        What::List(args) => list(globals, &site, args),
        What::Change(args) => change(globals, &site, args),
        What::Disable(args) => disable(globals, &site, &args.name, true),
        What::Enable(args) => disable(globals, &site, &args.name, false),
        What::Password(args) => password(globals, &site, args),
    }
}

/// A password from standard input, or one of chance that has to be changed at once; and whether it was the latter.
fn new_password(name: &str, from_stdin: bool) -> Result<(String, bool)> {
    if !from_stdin {
        return Ok((Key::one_time()?, true));
    }
    let mut text = String::new();
    std::io::stdin().take(4_096).read_to_string(&mut text).or_say(Kind::Io, || {
        say!("không đọc được mật khẩu từ stdin", "cannot read the password from standard input")
    })?;
    let typed = text.trim_end_matches(['\r', '\n']).to_owned();
    auth::refuse_weak(&typed, name)?;
    Ok((typed, false))
}

fn tell_once(password: &str, lang: Lang) {
    let said = say!(
        "mật khẩu dùng một lần: {password} (phải đổi khi đăng nhập lần đầu)",
        "one-time password: {password} (to be changed at the first login)"
    );
    print::line(said.in_lang(lang));
}

fn deed(what: &str, name: &str, more: serde_json::Value) -> Deed {
    auth::deed_with_account(context::actor(), what, name, more)
}

fn add(globals: &Globals, site: &Site, args: &AddArgs) -> Result<Ending> {
    let (password, must_change) = new_password(&auth::account_name(&args.name)?, args.password_stdin)?;
    let new = NewAccount {
        name: args.name.clone(),
        full_name: args.full_name.clone(),
        role: args.role,
        groups: (!args.group.is_empty()).then(|| args.group.clone()),
        password: password.clone(),
        must_change,
    };
    let mut store = context::store_beside(site)?;
    let user = auth::make_account(&mut store, &site.groups, new, context::actor(), Timestamp::now())?;
    let name = &user.name;
    let role = role_said(user.role);
    let (vi, en) = (&role.vi, &role.en);
    print::line(say!("đã tạo tài khoản {name} ({vi})", "account {name} was made ({en})").in_lang(globals.lang));
    if must_change {
        tell_once(&password, globals.lang);
    }
    Ok(Ending::Done)
}

fn list(globals: &Globals, site: &Site, args: &ListArgs) -> Result<Ending> {
    let users = context::store_beside(site)?.users()?;
    if args.json {
        let shown: Vec<Shown<'_>> = users.iter().map(shown).collect();
        print::json(&json!({ "users": shown }))?;
        return Ok(Ending::Done);
    }
    if users.is_empty() {
        let said = say!(
            "chưa có tài khoản nào; tạo bằng truyvet user add TÊN --role administrator",
            "there is no account yet; make one with truyvet user add NAME --role administrator"
        );
        print::line(said.in_lang(globals.lang));
    }
    for user in &users {
        let role = role_said(user.role);
        let groups = match &user.groups {
            None => say!("mọi tổ", "all groups").in_lang(globals.lang).to_owned(),
            Some(groups) => groups.join(", "),
        };
        let since = user.disabled_at.map(|at| print::instant(at, &site.zone));
        let disabled = since.map(|at| say!(" · đã khóa từ {at}", " · disabled since {at}"));
        let disabled = disabled.as_ref().map_or("", |said| said.in_lang(globals.lang));
        print::line(&format!(
            "{} · {} · {} · {groups}{disabled}",
            user.name,
            user.full_name,
            role.in_lang(globals.lang)
        ));
    }
    Ok(Ending::Done)
}

fn shown(user: &User) -> Shown<'_> {
    Shown {
        name: &user.name,
        full_name: &user.full_name,
        role: user.role,
        groups: user.groups.as_deref(),
        must_change: user.must_change,
        made_at: user.made_at,
        disabled_at: user.disabled_at,
    }
}

fn unknown(name: &str) -> Error {
    Error::new(
        Kind::Usage,
        say!(
            "không có tài khoản \"{name}\"; xem truyvet user list",
            "there is no account \"{name}\"; see truyvet user list"
        ),
    )
}

fn change(globals: &Globals, site: &Site, args: &ChangeArgs) -> Result<Ending> {
    let name = auth::account_name(&args.name)?;
    auth::known_groups(&site.groups, &args.group)?;
    let groups = match (args.group.is_empty(), args.all_groups) {
        (_, true) => Some(None),
        (false, _) => Some(Some(args.group.clone())),
        (true, false) => None,
    };
    let change = UserChange { full_name: args.full_name.clone(), role: args.role, groups, disabled: None };
    if change == UserChange::default() {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "chưa nói đổi gì: --full-name, --role, --group hoặc --all-groups",
                "nothing to change was told: --full-name, --role, --group or --all-groups"
            ),
        ));
    }
    let told = json!({ "full_name": change.full_name, "role": change.role, "groups": change.groups });
    let mut store = context::store_beside(site)?;
    if !store.change_user(&name, &change, &deed("changed", &name, told), Timestamp::now())? {
        return Err(unknown(&name));
    }
    print::line(say!("đã đổi tài khoản {name}", "account {name} was changed").in_lang(globals.lang));
    Ok(Ending::Done)
}

fn disable(globals: &Globals, site: &Site, name: &str, disabled: bool) -> Result<Ending> {
    let name = auth::account_name(name)?;
    let change = UserChange { disabled: Some(disabled), ..UserChange::default() };
    let what = if disabled { "disabled" } else { "enabled" };
    let mut store = context::store_beside(site)?;
    if !store.change_user(&name, &change, &deed(what, &name, json!({})), Timestamp::now())? {
        return Err(unknown(&name));
    }
    let said = match disabled {
        true => say!("đã khóa tài khoản {name}", "account {name} is disabled"),
        false => say!("đã mở lại tài khoản {name}", "account {name} is enabled again"),
    };
    print::line(said.in_lang(globals.lang));
    Ok(Ending::Done)
}

fn password(globals: &Globals, site: &Site, args: &PasswordArgs) -> Result<Ending> {
    let name = auth::account_name(&args.name)?;
    let (password, must_change) = new_password(&name, args.password_stdin)?;
    let hash = auth::hashed(&password)?;
    let mut store = context::store_beside(site)?;
    let deed = deed("password", &name, json!({}));
    if !store.set_password(&name, &hash, must_change, None, &deed, Timestamp::now())? {
        return Err(unknown(&name));
    }
    let said = say!("đã đặt lại mật khẩu của {name}", "the password of {name} was set anew");
    print::line(said.in_lang(globals.lang));
    if must_change {
        tell_once(&password, globals.lang);
    }
    Ok(Ending::Done)
}
