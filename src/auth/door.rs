//! Coming in, staying, leaving.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::key::{self, Key};
use super::password;
use crate::base::{Error, Kind, Result};
use crate::model::{Act, Actor, Deed, User};
use crate::say;
use crate::store::{Session, Store, Token};

/// How long things last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// A session ends when nothing was asked for so long.
    pub idle: Duration,
    /// A session ends so long after it began, whatever is asked.
    pub longest: Duration,
}

/// Failed logins of a name, or from an address, within so long slow the next down …
const REMEMBERED: SignedDuration = SignedDuration::from_mins(30);
/// … from so many on, of a name …
const FREE_OF_NAME: usize = 5;
/// … and from so many on, from an address, which a whole ward may share.
const FREE_OF_ADDRESS: usize = 20;
/// The first wait; each further failure doubles it …
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(15);
/// … up to this.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// A session's use is written down this often at most.
const TOUCHED_EVERY: SignedDuration = SignedDuration::from_secs(20);
/// The hash of a password that nobody knows: what is typed for an account that is not there is held against it, so that the time
/// an answer takes does not tell which accounts there are.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$dHJ1eXZldC1ub2JvZHkxMQ$gBn9fKzcDtJ0mK3jFYV5WRAAJOPwFZbmPiLbd6JtGkM";

/// The door of a site.
#[derive(Clone, Copy, Debug)]
pub struct Door {
    /// How long sessions last.
    pub times: Times,
}

/// Somebody who came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// What the browser is to send from now on.
    pub key: String,
    /// The session.
    pub session: Session,
}

fn wrong() -> Error {
    Error::new(Kind::Denied, say!("sai tên đăng nhập hoặc mật khẩu", "the name or the password is wrong"))
}

/// How long after the last failure the next try is let through.
fn wait(failures: usize, free: usize) -> SignedDuration {
    let over = failures.saturating_sub(free);
    if failures < free {
        return SignedDuration::ZERO;
    }
    let factor = 1i32 << over.min(10);
    FIRST_WAIT.checked_mul(factor).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)
}

impl Door {
    /// Lets somebody in. Takes a processor for some 30 ms.
    ///
    /// # Errors
    /// [`Kind::Denied`] for a wrong name or password, an account that is disabled, or too many failures (then also with how long to
    /// wait); else when the store fails.
    pub fn login(&self, store: &mut Store, name: &str, typed: &str, address: &str, now: Timestamp) -> Result<Entered> {
        let name: String = name.trim().to_lowercase().chars().take(64).collect();
        self.throttle(store, &name, address, now)?;
        let account = store.account(&name)?;
        let hash = account.as_ref().map_or(NOBODY, |account| account.password.as_str());
        let is_right = password::is_of(typed, hash);
        let actor = |user: Option<&User>| Actor {
            name: name.clone(),
            role: user.map(|user| user.role),
            origin: address.to_owned(),
        };
        let Some(account) = account.filter(|account| is_right && account.user.disabled_at.is_none()) else {
            let deed = Deed::new(actor(None), Act::LoginFailed, json!({}));
            store.note_failed_login(&name, address, REMEMBERED, &deed, now)?;
            return Err(wrong());
        };
        let (key, csrf) = (Key::new()?, Key::new()?);
        let deed = Deed::new(actor(Some(&account.user)), Act::Login, json!({}));
        let session =
            Session { user: account.user, csrf: csrf.text, address: address.to_owned(), made_at: now, used_at: now };
        store.begin_session(&key.hash, &session, &deed)?;
        store.forget_failed_logins(&name)?;
        Ok(Entered { key: key.text, session })
    }

    fn throttle(&self, store: &Store, name: &str, address: &str, now: Timestamp) -> Result<()> {
        let since = now.checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
        let (of_name, of_address) = store.failed_logins(name, address, since)?;
        let until = |failures: &[Timestamp], free| {
            let last = failures.first()?;
            last.checked_add(wait(failures.len(), free)).ok()
        };
        let until = until(&of_name, FREE_OF_NAME).max(until(&of_address, FREE_OF_ADDRESS));
        let left_s = until.map_or(0, |until| until.duration_since(now).as_secs());
        if left_s <= 0 {
            return Ok(());
        }
        Err(Error::new(
            Kind::Denied,
            say!(
                "đăng nhập sai nhiều lần; thử lại sau {left_s} giây",
                "too many failed logins; try again in {left_s} seconds"
            ),
        ))
    }

    /// The session of a key that somebody sends; none where it is not, or no longer, good. It is in use from now on.
    ///
    /// # Errors
    /// When the store fails.
    pub fn session(&self, store: &mut Store, key: &str, now: Timestamp) -> Result<Option<Session>> {
        let session = self.session_unused(store, key, now)?;
        if let Some(session) = &session
            && now.duration_since(session.used_at) > TOUCHED_EVERY
        {
            store.touch_session(&key::hash(key), now)?;
        }
        Ok(session)
    }

    /// The same without using it: what goes on by itself keeps nobody in.
    ///
    /// # Errors
    /// When the store fails.
    pub fn session_unused(&self, store: &mut Store, key: &str, now: Timestamp) -> Result<Option<Session>> {
        let hash = key::hash(key);
        let Some(session) = store.session(&hash)? else { return Ok(None) };
        let over = |since: Timestamp, long: Duration| {
            SignedDuration::try_from(long).is_ok_and(|long| now.duration_since(since) > long)
        };
        let too_old = over(session.made_at, self.times.longest) || over(session.used_at, self.times.idle);
        if too_old || session.user.disabled_at.is_some() {
            store.end_session(&hash, None, now)?;
            return Ok(None);
        }
        Ok(Some(session))
    }

    /// Holds a password against an account's, as [`Door::login`] does, without letting anybody in.
    ///
    /// # Errors
    /// As [`Door::login`].
    pub fn confirm(&self, store: &mut Store, name: &str, typed: &str, address: &str, now: Timestamp) -> Result<()> {
        self.throttle(store, name, address, now)?;
        let account = store.account(name)?;
        if account.is_some_and(|account| password::is_of(typed, &account.password)) {
            return Ok(());
        }
        let actor = Actor { name: name.to_owned(), role: None, origin: address.to_owned() };
        store.note_failed_login(name, address, REMEMBERED, &Deed::new(actor, Act::LoginFailed, json!({})), now)?;
        Err(wrong())
    }

    /// Ends the session of a key.
    ///
    /// # Errors
    /// When the store fails.
    pub fn logout(&self, store: &mut Store, key: &str, now: Timestamp) -> Result<()> {
        let hash = key::hash(key);
        if let Some(session) = store.session(&hash)? {
            let actor = Actor { name: session.user.name, role: Some(session.user.role), origin: session.address };
            store.end_session(&hash, Some(&Deed::new(actor, Act::Logout, json!({}))), now)?;
        }
        Ok(())
    }

    /// The token of a key that a program sends; none where it is not, or no longer, good.
    ///
    /// # Errors
    /// When the store fails.
    pub fn token(&self, store: &mut Store, key: &str, now: Timestamp) -> Result<Option<Token>> {
        let Some(token) = store.token(&key::hash(key))? else { return Ok(None) };
        let over = token.expires_at.is_some_and(|at| at <= now) || token.revoked_at.is_some();
        if over || token.user.disabled_at.is_some() {
            return Ok(None);
        }
        if token.used_at.is_none_or(|used| now.duration_since(used) > TOUCHED_EVERY) {
            store.touch_token(token.id, now)?;
        }
        Ok(Some(token))
    }
}
