//! What the routes answer from, and where their work is done: on threads of their own, a bounded number at a time, never on the
//! runtime's.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio::sync::Semaphore;

use super::album::Album;
use super::events::{Event, Events};
use super::problem::Problem;
use super::tracers::Tracers;
use crate::ask::{self, Kinds};
use crate::auth::Door;
use crate::base::health::Health;
use crate::base::{Error, Kind, Result};
use crate::config::Site;
use crate::index::TantivyIndex;
use crate::media::MediaPool;
use crate::model::{Camera, Mover};
use crate::place::{Atlas, source};
use crate::say;
use crate::store::Store;
use crate::trace::Tracer;

/// So many requests work at a time; the others wait their turn.
const AT_ONCE: usize = 8;
/// A request that had no turn for so long is sent away, rather than kept waiting for an answer that nobody waits for.
const PATIENCE: Duration = Duration::from_secs(20);

/// The site as requests see it. Made anew when the site file is read again.
pub struct Known {
    /// The site.
    pub site: Site,
    /// The kinds of incident.
    pub kinds: Kinds,
    /// The places, once somebody asked for them, and when what they are made of was changed last.
    atlas: RwLock<Option<(Option<SystemTime>, Arc<Atlas>)>>,
    tracers: Tracers,
}

impl Known {
    /// Reads what belongs to a site; its places when they are first asked for, so that a table that is damaged keeps no daemon from
    /// its work.
    ///
    /// # Errors
    /// When the operator's kinds cannot be read.
    pub fn of(site: Site) -> Result<Known> {
        let kinds = Kinds::load(site.kinds.as_deref())?;
        Ok(Known { site, kinds, atlas: RwLock::default(), tracers: Tracers::default() })
    }

    /// The places, as they are now: maps may be imported while the daemon runs.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(super) fn atlas(&self) -> Result<Arc<Atlas>> {
        let now = changed(&self.site);
        let held = self.atlas.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, atlas)) = held.filter(|(then, _)| *then == now) {
            return Ok(atlas);
        }
        let fresh = Arc::new(load(&self.site)?);
        *self.atlas.write().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&fresh)));
        Ok(fresh)
    }

    /// What traces a kind of mover over the map as it is now, and knows of these cameras only.
    ///
    /// # Errors
    /// When the map cannot be read.
    pub(super) fn tracer(&self, mover: Mover, cameras: &[Camera]) -> Result<Arc<Tracer>> {
        Ok(self.tracers.of(mover, cameras, &self.atlas()?, &self.site.trace))
    }
}

fn load(site: &Site) -> Result<Atlas> {
    Atlas::load(&site.places, &site.data, ask::middle(&site.cameras))
}

/// When the operator's tables or the imported maps were changed last.
fn changed(site: &Site) -> Option<SystemTime> {
    let files = site.places.iter().cloned().chain([site.data.join(source::FILE)]);
    files.filter_map(|file| file.metadata().and_then(|meta| meta.modified()).ok()).max()
}

/// What a daemon gives its port to work with.
pub struct Office {
    /// The site.
    pub known: Known,
    /// The index that the daemon writes.
    pub index: Arc<TantivyIndex>,
    /// Processes that read media for whoever is looking.
    pub media: MediaPool,
    /// Processes that make clips, each for as long as its clip is watched.
    pub clips: MediaPool,
    /// How long sessions last.
    pub door: Door,
    /// How the daemon is.
    pub health: Health,
    /// Renders the figures in Prometheus' text format.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Takes the keys of footage folders that the daemon is to look through soon.
    pub wishes: Sender<String>,
    /// Whether the port is spoken to by TLS.
    pub is_tls: bool,
}

/// What the routes answer from. Clones are the same desk.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    known: RwLock<Arc<Known>>,
    index: Arc<TantivyIndex>,
    media: MediaPool,
    clips: Arc<MediaPool>,
    album: Album,
    door: Door,
    health: Health,
    metrics: Arc<dyn Fn() -> String + Send + Sync>,
    wishes: Sender<String>,
    events: Events,
    is_tls: bool,
    turns: Semaphore,
    stores: Mutex<Vec<Store>>,
}

/// What a piece of work has at hand.
pub(super) struct Hands<'a> {
    pub known: &'a Known,
    pub store: &'a mut Store,
    pub index: &'a TantivyIndex,
    pub media: &'a MediaPool,
    pub album: &'a Album,
    pub door: Door,
    pub events: &'a Events,
    wishes: &'a Sender<String>,
}

impl Hands<'_> {
    /// Has the daemon look through a footage folder soon.
    pub(super) fn wish(&self, folder: &str) {
        // Where nobody takes it the daemon is ending, and looks through every folder when it starts.
        let _ = self.wishes.send(folder.to_owned());
    }
}

impl Desk {
    /// A desk.
    pub fn new(office: Office) -> Desk {
        let Office { known, index, media, clips, door, health, metrics, wishes, is_tls } = office;
        Desk(Arc::new(Inner {
            known: RwLock::new(Arc::new(known)),
            index,
            media,
            clips: Arc::new(clips),
            album: Album::default(),
            door,
            health,
            metrics,
            wishes,
            events: Events::default(),
            is_tls,
            turns: Semaphore::new(AT_ONCE),
            stores: Mutex::default(),
        }))
    }

    /// From now on answers are about this site.
    pub fn know(&self, known: Known) {
        *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }

    /// The names that the port answers to, beside those of this machine.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.known.read().unwrap_or_else(PoisonError::into_inner).site.http.names.clone()
    }

    /// Tells whoever listens that something happened.
    pub fn tell(&self, event: Event) {
        self.0.events.tell(event);
    }

    /// Sends everybody away who listens, since the port closes.
    pub fn close(&self) {
        self.0.events.close();
    }

    /// Whether what is said here cannot be read on the way.
    pub(super) fn is_tls(&self) -> bool {
        self.0.is_tls
    }

    pub(super) fn events(&self) -> &Events {
        &self.0.events
    }

    pub(super) fn health(&self) -> &Health {
        &self.0.health
    }

    pub(super) fn metrics(&self) -> String {
        (self.0.metrics)()
    }

    /// What makes clips, away from the desk: a clip takes no turn while it is watched.
    pub(super) fn clips(&self) -> Arc<MediaPool> {
        Arc::clone(&self.0.clips)
    }

    /// Does a piece of work that blocks, when its turn comes.
    ///
    /// # Errors
    /// What the work reports; 503 where there was no turn.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(Hands<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = tokio::time::timeout(PATIENCE, self.0.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(Problem::busy()) };
        let inner = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            let known = Arc::clone(&inner.known.read().unwrap_or_else(PoisonError::into_inner));
            let mut store = inner.store(&known.site)?;
            let hands = Hands {
                known: &known,
                store: &mut store,
                index: &inner.index,
                media: &inner.media,
                album: &inner.album,
                door: inner.door,
                events: &inner.events,
                wishes: &inner.wishes,
            };
            let result = work(hands);
            inner.stores.lock().unwrap_or_else(PoisonError::into_inner).push(store);
            result
        });
        done.await.unwrap_or_else(|error| {
            let said = say!("lỗi của chương trình", "a fault of the program");
            Err(Error::caused_by(Kind::Internal, said, error.to_string()).into())
        })
    }
}

impl Inner {
    /// A store that nobody uses just now.
    fn store(&self, site: &Site) -> Result<Store> {
        if let Some(store) = self.stores.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            return Ok(store);
        }
        Store::open_beside(&site.data)?
            .ok_or_else(|| Error::new(Kind::State, say!("chưa có kho dữ liệu", "there is no store yet")))
    }
}
