//! What happens, while it happens, for a page that is open: server-sent events.

use std::collections::HashSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as Sent, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, interval_at};

use super::answered;
use crate::http::desk::Desk;
use crate::http::events::{Event, Listener, Told};
use crate::http::problem::Problem;
use crate::http::visitor::Caller;
use crate::model::Right;

/// How often a listener is told that the line is still there, and whether it may still listen is looked at.
const PING: Duration = Duration::from_secs(20);

/// Somebody who listens.
struct Listening {
    desk: Desk,
    caller: Caller,
    listener: Listener,
    theirs: Theirs,
    ping: Interval,
}

/// What somebody may know of.
struct Theirs {
    cameras: HashSet<String>,
    /// Whether they see every camera, also those that the site no longer has.
    all: bool,
    /// Whether they may look at footage, and so at traces.
    looks: bool,
}

impl Theirs {
    fn has_trace(&self, cameras: &[String]) -> bool {
        self.looks && (self.all || cameras.iter().all(|camera| self.cameras.contains(camera)))
    }
}

/// What happens, while it happens, as server-sent events.
///
/// `clocks`: a clock check was entered or taken back, so that footage lies at other times now; `footage` `{"camera": …}`: new footage
/// of one of the visitor's cameras can be found; `trace` `{"trace": …}`: something was entered into a trace that they may see;
/// `status`: something else has changed, or the listener was too slow and missed some.
/// Listening does not keep a session from ending; when it ends, so does this.
#[utoipa::path(
    get, path = "/events", tag = "upkeep", operation_id = "events",
    responses(
        (status = 200, description = "Events until the session ends", body = Object, content_type = "text/event-stream"),
        (status = 429, description = "`too_many`: this session listens too often already"),
    ),
)]
pub(in crate::http) async fn events(State(desk): State<Desk>, caller: Caller) -> Result<Response, Problem> {
    let theirs = answered(&caller, known_to(&desk, &caller)).await?;
    let mark = caller.mark().ok_or_else(Problem::not_in)?;
    let listener = desk.events().listen(mark).ok_or_else(|| Problem::too_many().in_lang(caller.lang))?;
    let ping = interval_at(Instant::now() + PING, PING);
    let listening = Listening { desk, caller, listener, theirs, ping };
    let events = stream::unfold(listening, |mut listening| async move {
        let sent = listening.next().await?;
        Some((Ok::<_, Infallible>(sent), listening))
    });
    Ok(Sse::new(events).into_response())
}

/// What somebody may know of; a refusal where they are no longer in.
async fn known_to(desk: &Desk, caller: &Caller) -> Result<Theirs, Problem> {
    let who = caller.clone();
    desk.work(move |mut hands| {
        let visitor = who.listen(&mut hands)?;
        Ok(Theirs {
            cameras: visitor.cameras(&hands.known.site.cameras).into_iter().map(|camera| camera.id).collect(),
            all: visitor.user.groups.is_none(),
            looks: visitor.user.role.may(Right::Look),
        })
    })
    .await
}

impl Listening {
    /// What is to be sent next; none when it is over.
    async fn next(&mut self) -> Option<Sent> {
        loop {
            if *self.listener.closed.borrow() {
                return None;
            }
            tokio::select! {
                told = self.listener.told.recv() => match told {
                    Ok(Told::Happened(Event::Clocks)) => return Some(Sent::default().event("clocks").data("{}")),
                    Ok(Told::Happened(Event::Status)) => return Some(status()),
                    Ok(Told::Happened(Event::Footage { camera })) => {
                        if self.theirs.cameras.contains(&camera) {
                            let data = json!({ "camera": camera }).to_string();
                            return Some(Sent::default().event("footage").data(data));
                        }
                    }
                    Ok(Told::Happened(Event::Trace { trace, cameras })) => {
                        if self.theirs.has_trace(&cameras) {
                            let data = json!({ "trace": trace }).to_string();
                            return Some(Sent::default().event("trace").data(data));
                        }
                    }
                    Ok(Told::Left) => self.look_again().await?,
                    Err(RecvError::Lagged(_)) => {
                        // One of what was missed may have been that somebody left.
                        self.look_again().await?;
                        return Some(status());
                    }
                    Err(RecvError::Closed) => return None,
                },
                _ = self.ping.tick() => {
                    self.look_again().await?;
                    return Some(Sent::default().comment("ping"));
                }
                _ = self.listener.closed.changed() => return None,
            }
        }
    }

    /// Whether they may still listen, and to what.
    async fn look_again(&mut self) -> Option<()> {
        self.theirs = known_to(&self.desk, &self.caller).await.ok()?;
        Some(())
    }
}

fn status() -> Sent {
    Sent::default().event("status").data("{}")
}
