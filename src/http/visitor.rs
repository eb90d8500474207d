//! Who asks: by the session's cookie or a program's key, from which address, in which language.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum_extra::extract::cookie::CookieJar;
use jiff::Timestamp;

use super::desk::{Desk, Hands};
use super::problem::Problem;
use crate::auth::{Door, Scope};
use crate::base::Lang;
use crate::model::{Act, Actor, Camera, Deed, Purpose, Right, User, Window};
use crate::store::{Session, Store};

/// The session's cookie.
pub(super) const COOKIE: &str = "truyvet";
/// What changes must be sent with.
pub(super) const CSRF: &str = "x-truyvet-csrf";

/// Whoever asks, in or not.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub address: String,
    pub lang: Lang,
    /// The session's key, where one was sent.
    pub key: Option<String>,
    token: Option<String>,
    csrf: Option<String>,
    method: Method,
}

impl FromRequestParts<Desk> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Desk) -> Result<Caller, Problem> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let address = address.map(|ConnectInfo(address)| address.ip().to_string()).unwrap_or_default();
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let bearer = text(header::AUTHORIZATION.as_str());
        Ok(Caller {
            address,
            lang: language(&parts.headers),
            key: CookieJar::from_headers(&parts.headers).get(COOKIE).map(|cookie| cookie.value().to_owned()),
            token: bearer.and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned)),
            csrf: text(CSRF),
            method: parts.method.clone(),
        })
    }
}

/// English where it is asked for before Vietnamese; the page says which.
pub(super) fn language(headers: &HeaderMap) -> Lang {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first =
        |lang: &str| accepted.split(',').position(|part| part.trim_start().to_ascii_lowercase().starts_with(lang));
    match (first("vi"), first("en")) {
        (None, Some(_)) => Lang::En,
        (Some(vi), Some(en)) if en < vi => Lang::En,
        _ => Lang::Vi,
    }
}

/// Somebody who is in.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub user: User,
    pub address: String,
    /// The session's code for changes; none for a program.
    pub csrf: Option<String>,
    /// The hash of the session's key; none for a program.
    pub session: Option<String>,
}

impl Caller {
    /// Whether the request may change something.
    fn changes(&self) -> bool {
        !matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }

    /// Who that is, whatever the password's age.
    ///
    /// # Errors
    /// 401 where nobody is in; 403 for a change without the session's code.
    pub(super) fn enter_as_is(&self, hands: &mut Hands<'_>) -> Result<Visitor, Problem> {
        self.come_in(hands, Door::session)
    }

    /// Who that is, with any right at all, for what goes on by itself: it does not keep the session from ending.
    ///
    /// # Errors
    /// As [`Caller::enter`].
    pub(super) fn listen(&self, hands: &mut Hands<'_>) -> Result<Visitor, Problem> {
        let visitor = self.come_in(hands, Door::session_unused)?;
        if visitor.user.must_change { Err(Problem::must_change()) } else { Ok(visitor) }
    }

    fn come_in(
        &self,
        hands: &mut Hands<'_>,
        session: impl FnOnce(&Door, &mut Store, &str, Timestamp) -> crate::base::Result<Option<Session>>,
    ) -> Result<Visitor, Problem> {
        let now = Timestamp::now();
        if let Some(key) = &self.token {
            let token = hands.door.token(hands.store, key, now)?.ok_or_else(Problem::not_in)?;
            return Ok(Visitor { user: token.user, address: self.address.clone(), csrf: None, session: None });
        }
        let key = self.key.as_deref().ok_or_else(Problem::not_in)?;
        let session = session(&hands.door, hands.store, key, now)?.ok_or_else(Problem::not_in)?;
        if self.changes() && self.csrf.as_deref() != Some(&session.csrf) {
            return Err(Problem::csrf());
        }
        Ok(Visitor {
            user: session.user,
            address: self.address.clone(),
            csrf: Some(session.csrf),
            session: Some(crate::auth::hash(key)),
        })
    }

    /// Who that is, with a right.
    ///
    /// # Errors
    /// 401 where nobody is in; 403 without the right, for a change without the session's code, or before a one-time password was
    /// changed.
    pub(super) fn enter(&self, hands: &mut Hands<'_>, right: Right) -> Result<Visitor, Problem> {
        let visitor = self.enter_as_is(hands)?;
        if visitor.user.must_change {
            return Err(Problem::must_change());
        }
        if !visitor.user.role.may(right) {
            return Err(Problem::forbidden());
        }
        Ok(visitor)
    }

    /// Who that is, with one right or the other.
    ///
    /// # Errors
    /// As [`Caller::enter`].
    pub(super) fn enter_with(&self, hands: &mut Hands<'_>, one: Right, other: Right) -> Result<Visitor, Problem> {
        self.enter(hands, one).or_else(|refused| self.enter(hands, other).map_err(|_| refused))
    }

    /// What tells this session, or this program, from others.
    pub(super) fn mark(&self) -> Option<&str> {
        self.token.as_deref().or(self.key.as_deref())
    }
}

impl Visitor {
    /// For the audit.
    pub(super) fn actor(&self) -> Actor {
        Actor { name: self.user.name.clone(), role: Some(self.user.role), origin: self.address.clone() }
    }

    /// The cameras that they may see.
    pub(super) fn cameras(&self, cameras: &[Camera]) -> Vec<Camera> {
        crate::auth::cameras_of(&Scope::of(&self.user), cameras)
    }

    /// A camera that they may see.
    ///
    /// # Errors
    /// 404 for one that is not there, or not theirs: which of both is not told.
    pub(super) fn camera<'a>(&self, cameras: &'a [Camera], id: &str) -> Result<&'a Camera, Problem> {
        let scope = Scope::of(&self.user);
        cameras.iter().find(|camera| camera.id == id && scope.holds(camera)).ok_or_else(Problem::not_found)
    }

    /// The purpose that they name.
    ///
    /// # Errors
    /// 403 where none of theirs is named.
    pub(super) fn purpose(&self, hands: &Hands<'_>, number: Option<i64>) -> Result<Purpose, Problem> {
        let number = number.ok_or_else(Problem::purpose)?;
        hands.store.purpose(&self.user, number)?.ok_or_else(Problem::purpose)
    }

    /// Writes down what is about to be shown.
    ///
    /// # Errors
    /// When it cannot be: then nothing may be shown.
    pub(super) fn note(&self, hands: &mut Hands<'_>, looked: Looked) -> Result<(), Problem> {
        let Looked { act, cameras, window, purpose, detail } = looked;
        let deed = Deed { actor: self.actor(), act, cameras, window: Some(window), purpose, detail };
        hands.store.note(&deed, Timestamp::now())?;
        Ok(())
    }
}

/// What is about to be shown.
pub(super) struct Looked {
    pub act: Act,
    pub cameras: Vec<String>,
    pub window: Window,
    pub purpose: Purpose,
    pub detail: serde_json::Value,
}
