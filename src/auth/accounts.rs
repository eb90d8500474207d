//! Making accounts and programs' keys, whoever asks for it: the command line or the page.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::key::Key;
use super::names::account_name;
use super::password;
use crate::base::{Error, Kind, Result};
use crate::model::{Act, Actor, Deed, Group, Role, User};
use crate::say;
use crate::store::Store;

/// An account that is to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What is typed to come in.
    pub name: String,
    /// As people call them; the name, where that is not told.
    pub full_name: Option<String>,
    /// What it is for.
    pub role: Role,
    /// The groups whose cameras may be seen; none: all.
    pub groups: Option<Vec<String>>,
    /// Its password.
    pub password: String,
    /// Whether the password has to be changed first.
    pub must_change: bool,
}

/// That something was done with an account, for the audit.
pub fn deed_with_account(actor: Actor, what: &str, name: &str, change: Value) -> Deed {
    Deed::new(actor, Act::User, json!({ "what": what, "user": name, "change": change }))
}

/// Refuses groups that are not the site's.
///
/// # Errors
/// [`Kind::Usage`], naming those that there are.
pub fn known_groups(known: &[Group], asked: &[String]) -> Result<()> {
    let Some(group) = asked.iter().find(|group| !known.iter().any(|known| known.id == **group)) else { return Ok(()) };
    let ids: Vec<&str> = known.iter().map(|group| group.id.as_str()).collect();
    let ids = ids.join(", ");
    Err(Error::new(
        Kind::Usage,
        say!("không có tổ \"{group}\"; có: {ids}", "there is no group \"{group}\"; there are: {ids}"),
    ))
}

/// Makes an account.
///
/// # Errors
/// [`Kind::Usage`] for what is no name, a group that is not there, and a name that is taken; else when the store fails.
pub fn make_account(store: &mut Store, known: &[Group], new: NewAccount, actor: Actor, now: Timestamp) -> Result<User> {
    let name = account_name(&new.name)?;
    known_groups(known, new.groups.as_deref().unwrap_or_default())?;
    let deed = deed_with_account(actor, "added", &name, json!({ "role": new.role, "groups": new.groups }));
    let user = User {
        id: 0,
        full_name: new.full_name.unwrap_or_else(|| name.clone()),
        role: new.role,
        groups: new.groups,
        must_change: new.must_change,
        made_at: now,
        disabled_at: None,
        name,
    };
    if store.add_user(&user, &password::hashed(&new.password)?, &deed)? {
        return Ok(user);
    }
    let name = &user.name;
    Err(Error::new(Kind::Usage, say!("đã có tài khoản \"{name}\"", "there is an account \"{name}\" already")))
}

/// Makes a key with which a program comes in as an account; gives its number, and the key, which is told this once only.
///
/// # Errors
/// [`Kind::Usage`] where there is no such account; else when the store fails.
pub fn make_token(
    store: &mut Store,
    account: &str,
    name: &str,
    lasts: Option<SignedDuration>,
    actor: Actor,
    now: Timestamp,
) -> Result<(i64, String)> {
    let account_name = account.trim().to_lowercase();
    let account = store.account(&account_name)?.ok_or_else(|| {
        Error::new(
            Kind::Usage,
            say!(
                "không có tài khoản \"{account_name}\"; xem truyvet user list",
                "there is no account \"{account_name}\"; see truyvet user list"
            ),
        )
    })?;
    let expires_at = lasts.and_then(|lasts| now.checked_add(lasts).ok());
    let key = Key::new()?;
    let told = json!({ "what": "added", "user": account_name, "name": name, "expires_at": expires_at });
    let deed = Deed::new(actor, Act::Token, told);
    let number = store.add_token(&key.hash, &account.user, name, expires_at, &deed, now)?;
    Ok((number, key.text))
}

/// Revokes a program's key; `false` where there is none that holds.
///
/// # Errors
/// When the store fails.
pub fn revoke_token(store: &mut Store, number: i64, actor: Actor, now: Timestamp) -> Result<bool> {
    store.revoke_token(number, &Deed::new(actor, Act::Token, json!({ "what": "revoked", "number": number })), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_made_once_and_of_the_sites_groups_only() {
        let data = tempfile::tempdir().unwrap();
        let mut store = Store::open(data.path()).unwrap();
        let known = [Group { id: "tdp-1".into(), name: "Tổ 1".into() }];
        let new = |name: &str, group: &str| NewAccount {
            name: name.into(),
            full_name: None,
            role: Role::Duty,
            groups: Some(vec![group.to_owned()]),
            password: "mưa rào Kỳ Anh".into(),
            must_change: false,
        };
        let mut make = |new| make_account(&mut store, &known, new, Actor::service("test"), Timestamp::UNIX_EPOCH);
        let user = make(new(" An ", "tdp-1")).unwrap();
        assert_eq!((user.name.as_str(), user.full_name.as_str()), ("an", "an"));
        for wrong in [new("an", "tdp-1"), new("binh", "tdp-9"), new("bình", "tdp-1")] {
            assert_eq!(make(wrong).unwrap_err().kind(), Kind::Usage);
        }
        let (number, key) =
            make_token(&mut store, "AN", "bảng điện", None, Actor::service("test"), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(store.token(&super::super::hash(&key)).unwrap().unwrap().id, number);
        assert!(make_token(&mut store, "ai", "x", None, Actor::service("test"), Timestamp::UNIX_EPOCH).is_err());
        assert!(revoke_token(&mut store, number, Actor::service("test"), Timestamp::UNIX_EPOCH).unwrap());
        assert!(!revoke_token(&mut store, number, Actor::service("test"), Timestamp::UNIX_EPOCH).unwrap());
    }
}
