//! Tracers that are kept between requests: making one takes the time of a whole answer, and the ways it has grown are worth keeping.

use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{Camera, Mover, TraceSettings};
use crate::place::Atlas;
use crate::trace::Tracer;

/// So many are kept, the ones asked for last: each mover of each group's officers has its own.
const MOST: usize = 6;

/// The tracers of a site, the one asked for last at the end. Those of other settings or cameras went with the site before.
#[derive(Default)]
pub(super) struct Tracers(Mutex<Vec<Kept>>);

struct Kept {
    mover: Mover,
    /// The cameras that it knows, by id.
    cameras: Vec<String>,
    /// The map that it was made of.
    atlas: Arc<Atlas>,
    tracer: Arc<Tracer>,
}

impl Tracers {
    /// The tracer of a mover that knows these cameras and this map, and nothing else.
    pub(super) fn of(
        &self,
        mover: Mover,
        cameras: &[Camera],
        atlas: &Arc<Atlas>,
        settings: &TraceSettings,
    ) -> Arc<Tracer> {
        let ids: Vec<String> = cameras.iter().map(|camera| camera.id.clone()).collect();
        if let Some(known) = self.known(mover, &ids, atlas) {
            return known;
        }
        // Others go on asking meanwhile.
        let tracer = Arc::new(Tracer::new(atlas.roads(), cameras, mover, settings));
        let kept = Kept { mover, cameras: ids, atlas: Arc::clone(atlas), tracer: Arc::clone(&tracer) };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| one.mover != kept.mover || one.cameras != kept.cameras);
        all.push(kept);
        if all.len() > MOST {
            all.remove(0);
        }
        tracer
    }

    fn known(&self, mover: Mover, ids: &[String], atlas: &Arc<Atlas>) -> Option<Arc<Tracer>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What was made of a map that was imported anew since is of no use to anybody.
        all.retain(|one| Arc::ptr_eq(&one.atlas, atlas));
        let place = all.iter().position(|one| one.mover == mover && one.cameras == ids)?;
        let found = all.remove(place);
        let tracer = Arc::clone(&found.tracer);
        all.push(found);
        Some(tracer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tracer_is_made_once_for_its_mover_cameras_and_map() {
        let data = tempfile::tempdir().unwrap();
        let atlas = || Arc::new(Atlas::load(&[] as &[&str], data.path(), None).unwrap());
        let (tracers, settings, map) = (Tracers::default(), TraceSettings::default(), atlas());
        let of = |mover, map: &Arc<Atlas>| tracers.of(mover, &[], map, &settings);
        let first = of(Mover::Car, &map);
        assert!(Arc::ptr_eq(&first, &of(Mover::Car, &map)) && !Arc::ptr_eq(&first, &of(Mover::Foot, &map)));
        let newer = of(Mover::Car, &atlas());
        assert!(!Arc::ptr_eq(&first, &newer));
        assert_eq!(tracers.0.lock().unwrap().len(), 1, "those of the map before are let go");
    }
}
