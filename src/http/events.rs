//! What happens, for pages that are open: it is told at once to all who listen. Whoever reads too slowly misses some of it, and is
//! told that much. What each of them may know is for the route to say (`routes/events.rs`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{broadcast, watch};

use crate::auth;

/// So many events may wait for a slow listener.
const WAITING: usize = 64;
/// A session may listen so many times at once: it may have the page open in several windows.
const AT_ONCE: usize = 4;

/// Something that a page shows has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A clock check was entered or taken back: footage lies at other times now.
    Clocks,
    /// A camera's new footage can be found.
    Footage {
        /// The camera's id.
        camera: String,
    },
    /// Something was entered into a trace.
    Trace {
        /// Its number.
        trace: i64,
        /// All cameras that it names.
        cameras: Vec<String>,
    },
    /// Something else about the state: quarantine, folders, the nightly report.
    Status,
}

/// What listeners get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Something happened.
    Happened(Event),
    /// Somebody may no longer be in, or see less: each listener is looked at anew.
    Left,
}

/// Who is told.
#[derive(Debug)]
pub(super) struct Events {
    told: broadcast::Sender<Told>,
    closed: watch::Sender<bool>,
    places: Arc<Mutex<HashMap<String, usize>>>,
}

impl Default for Events {
    fn default() -> Self {
        Events { told: broadcast::Sender::new(WAITING), closed: watch::Sender::new(false), places: Arc::default() }
    }
}

/// What a listener has.
pub(super) struct Listener {
    /// What happens from now on.
    pub told: broadcast::Receiver<Told>,
    /// Turns true when the port closes.
    pub closed: watch::Receiver<bool>,
    _place: Place,
}

/// A place among the listeners of a session, given back when dropped.
struct Place {
    places: Arc<Mutex<HashMap<String, usize>>>,
    session: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = places.get_mut(&self.session) {
            *taken -= 1;
            if *taken == 0 {
                places.remove(&self.session);
            }
        }
    }
}

impl Events {
    /// Tells it to whoever listens.
    pub(super) fn tell(&self, event: Event) {
        // It is no fault that nobody listens.
        let _ = self.told.send(Told::Happened(event));
    }

    /// Has every listener looked at anew.
    pub(super) fn somebody_left(&self) {
        let _ = self.told.send(Told::Left);
    }

    /// Ends all listening.
    pub(super) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Listens from now on; none where the session (its key, or a program's) listens often enough already.
    pub(super) fn listen(&self, session: &str) -> Option<Listener> {
        let session = auth::hash(session);
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = places.entry(session.clone()).or_default();
        if *taken >= AT_ONCE {
            return None;
        }
        *taken += 1;
        drop(places);
        let place = Place { places: Arc::clone(&self.places), session };
        Some(Listener { told: self.told.subscribe(), closed: self.closed.subscribe(), _place: place })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_listens_so_often_and_gets_its_places_back() {
        let events = Events::default();
        let mut all: Vec<Listener> = (0..AT_ONCE).map(|_| events.listen("a").unwrap()).collect();
        assert!(events.listen("a").is_none());
        assert!(events.listen("b").is_some(), "another session has places of its own");
        events.tell(Event::Clocks);
        let mut one = all.pop().unwrap();
        assert_eq!(one.told.try_recv().unwrap(), Told::Happened(Event::Clocks));
        drop(one);
        assert!(events.listen("a").is_some());
        all.clear();
        assert!(events.places.lock().unwrap().is_empty(), "nothing is left of those who went");
    }
}
