//! The door, with a real store.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::base::Kind;
use crate::model::{Act, Actor, Deed, Right, Role, User};
use crate::store::{AuditAsk, Store, UserChange};

const DOOR: Door = Door { times: Times { idle: Duration::from_secs(1_800), longest: Duration::from_secs(43_200) } };
const PASSWORD: &str = "mưa rào Kỳ Anh";

fn now() -> Timestamp {
    "2026-11-23T01:00:00Z".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    now().checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

fn deed(act: Act) -> Deed {
    Deed::new(Actor { name: "root".into(), role: None, origin: Actor::CLI.into() }, act, json!({}))
}

fn site() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let user = User {
        id: 0,
        name: "an".into(),
        full_name: "Nguyễn Văn An".into(),
        role: Role::Duty,
        groups: Some(vec!["tdp-1".into()]),
        must_change: false,
        made_at: now(),
        disabled_at: None,
    };
    assert!(store.add_user(&user, &hashed(PASSWORD).unwrap(), &deed(Act::User)).unwrap());
    assert!(!store.add_user(&user, "x", &deed(Act::User)).unwrap(), "the name is taken");
    (dir, store)
}

#[test]
fn the_right_password_comes_in_and_the_key_is_nowhere_in_the_store() {
    let (dir, mut store) = site();
    let entered = DOOR.login(&mut store, " AN ", PASSWORD, "10.0.0.7", now()).unwrap();
    let session = DOOR.session(&mut store, &entered.key, later(60)).unwrap().unwrap();
    assert_eq!((session.user.name.as_str(), session.user.role), ("an", Role::Duty));
    assert_eq!(session.csrf, entered.session.csrf);
    drop(store);
    let bytes: Vec<u8> = ["truyvet.db", "truyvet.db-wal"]
        .iter()
        .filter_map(|file| std::fs::read(dir.path().join(file)).ok())
        .flatten()
        .collect();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds(&hash(&entered.key)) && !holds(&entered.key) && !holds(PASSWORD));
}

#[test]
fn letters_made_of_two_characters_are_the_same_password() {
    use unicode_normalization::UnicodeNormalization;
    let (_dir, mut store) = site();
    let apart: String = PASSWORD.nfd().collect();
    assert_ne!(apart, PASSWORD);
    assert!(DOOR.login(&mut store, "an", &apart, "10.0.0.7", now()).is_ok());
}

#[test]
fn a_session_ends_when_idle_when_old_when_left_and_when_the_account_is_disabled() {
    let (_dir, mut store) = site();
    let enter = |store: &mut Store| DOOR.login(store, "an", PASSWORD, "10.0.0.7", now()).unwrap().key;
    let is_in = |store: &mut Store, key: &str, at| DOOR.session(store, key, at).unwrap().is_some();
    let idle = enter(&mut store);
    assert!(is_in(&mut store, &idle, later(1_800)) && is_in(&mut store, &idle, later(3_500)), "use prolongs it");
    assert!(!is_in(&mut store, &idle, later(5_400)));
    assert!(!is_in(&mut store, &idle, later(3_600)), "what ended stays ended");
    let old = enter(&mut store);
    for at in (0..43_200).step_by(1_500) {
        assert!(is_in(&mut store, &old, later(at)), "{at}");
    }
    assert!(!is_in(&mut store, &old, later(43_201)));
    let left = enter(&mut store);
    DOOR.logout(&mut store, &left, later(1)).unwrap();
    assert!(!is_in(&mut store, &left, later(2)));
    let sent_out = enter(&mut store);
    let change = UserChange { disabled: Some(true), ..UserChange::default() };
    assert!(store.change_user("an", &change, &deed(Act::User), later(3)).unwrap());
    assert!(!is_in(&mut store, &sent_out, later(4)));
    assert_eq!(DOOR.login(&mut store, "an", PASSWORD, "10.0.0.7", later(5)).unwrap_err().kind(), Kind::Denied);
}

#[test]
fn whoever_guesses_is_slowed_down_and_the_right_password_too() {
    let (_dir, mut store) = site();
    let attempt = |store: &mut Store, typed: &str, address: &str, at| {
        DOOR.login(store, "an", typed, address, at).map_err(|error| error.to_string())
    };
    for n in 0..5 {
        let said = attempt(&mut store, "sai sai sai", "10.0.0.7", later(n)).unwrap_err();
        assert!(!said.contains("try again"), "{n}: {said}");
    }
    let said = attempt(&mut store, PASSWORD, "10.0.0.8", later(6)).unwrap_err();
    assert!(said.contains("try again in 13 seconds"), "{said}");
    assert!(attempt(&mut store, PASSWORD, "10.0.0.8", later(20)).is_ok(), "after the wait");
    // From one address, whichever names are tried.
    for n in 0..20 {
        let failed = DOOR.login(&mut store, &format!("user{n}"), "sai sai sai", "10.0.0.9", later(100 + n));
        assert!(!failed.unwrap_err().to_string().contains("try again"), "{n}");
    }
    assert!(attempt(&mut store, PASSWORD, "10.0.0.9", later(121)).unwrap_err().contains("try again"));
    assert!(attempt(&mut store, PASSWORD, "10.0.0.7", later(121)).is_ok(), "others are let in");
    let failed = AuditAsk { act: Some(Act::LoginFailed), ..AuditAsk::default() };
    assert_eq!(store.audit(&failed).unwrap().len(), 25);
}

#[test]
fn weak_passwords_are_refused() {
    for (weak, name) in [("ngan", "an"), ("aaaaaaaaaaaaaa", "an"), ("congan12345", "congan"), ("1212121212", "an")] {
        assert_eq!(refuse_weak(weak, name).unwrap_err().kind(), Kind::Usage, "{weak}");
    }
    refuse_weak(PASSWORD, "an").unwrap();
}

#[test]
fn a_program_comes_in_with_its_key_until_it_is_revoked_or_over() {
    let (_dir, mut store) = site();
    let user = store.account("an").unwrap().unwrap().user;
    let (one, two) = (Key::new().unwrap(), Key::new().unwrap());
    let id = store.add_token(&one.hash, &user, "bảng điện", None, &deed(Act::Token), now()).unwrap();
    store.add_token(&two.hash, &user, "thử", Some(later(10)), &deed(Act::Token), now()).unwrap();
    assert_eq!(DOOR.token(&mut store, &one.text, later(1)).unwrap().unwrap().user.name, "an");
    assert!(DOOR.token(&mut store, &two.text, later(9)).unwrap().is_some());
    assert!(DOOR.token(&mut store, &two.text, later(10)).unwrap().is_none());
    assert!(store.revoke_token(id, &deed(Act::Token), later(11)).unwrap());
    assert!(!store.revoke_token(id, &deed(Act::Token), later(12)).unwrap());
    assert!(DOOR.token(&mut store, &one.text, later(13)).unwrap().is_none());
    assert!(DOOR.token(&mut store, "", later(13)).unwrap().is_none());
}

#[test]
fn every_right_belongs_to_somebody_and_only_administrators_have_all() {
    let rights = [Right::Look, Right::Save, Right::Clocks, Right::Upkeep, Right::Users, Right::Audit];
    for right in rights {
        assert!(Role::Administrator.may(right), "{right:?}");
    }
    for role in [Role::Duty, Role::Investigator, Role::Technician] {
        assert!(rights.iter().any(|right| role.may(*right)) && !role.may(Right::Users) && !role.may(Right::Audit));
    }
}
