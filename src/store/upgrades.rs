//! Stores made by every earlier version are brought up to date, with everything that they held. The fixtures are described
//! in `fixtures/store/README.md`.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::base::shutdown::Shutdown;
use crate::model::{Fault, RecordingId};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/store").join(name)
}

/// A data folder with the store that a version made.
pub(super) fn data_of(name: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::copy(fixture(name), dir.path().join(FILE)).unwrap();
    dir
}

fn schema(store: &Store) -> Vec<(String, String)> {
    store
        .read(|db| {
            let mut statement = db.prepare(
                "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY 1",
            )?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
        .unwrap()
}

#[test]
fn a_store_of_every_earlier_version_keeps_all_it_held_and_becomes_like_a_new_one() {
    let empty = tempfile::tempdir().unwrap();
    let new = schema(&Store::open(empty.path()).unwrap());
    for version in ["v1.db", "v2.db", "v4.db", "v6.db", "v7.db"] {
        let data = data_of(version);
        assert_eq!(Store::open_to_read(data.path()).err().map(|e| e.kind()), Some(Kind::State), "{version}: not yet");
        let mut store = Store::open(data.path()).unwrap();
        assert_eq!(schema(&store), new, "{version}");
        assert_eq!(store.clock_checks().unwrap().len(), usize::from(version >= "v6.db"), "{version}");
        let audit = store.verify_audit().unwrap();
        assert_eq!((audit.rows, audit.breaks.len()), (u64::from(version == "v7.db"), 0), "{version}");
        assert_eq!(store.traces().unwrap(), [], "{version}");
        assert_eq!(store.faults().unwrap(), Vec::<String>::new(), "{version}");
        assert_eq!(store.present_count().unwrap(), 3, "{version}");
        let gone = store.summary("ht-01").unwrap();
        assert_eq!((gone.recordings, gone.gone), (2, 1), "{version}");
        let row = store.recording(&RecordingId("khozabokiqez6".into())).unwrap().unwrap();
        assert_eq!((row.listing.keyframes.len(), row.claims.len(), row.files.len()), (12, 2, 1), "{version}");
        assert_eq!(store.all_thumbnails().unwrap().len(), 4, "{version}");
        let quarantine = store.quarantine().unwrap();
        let faults: Vec<Fault> = quarantine.iter().map(|file| file.why.fault).collect();
        assert_eq!(faults, [Fault::NoMoov, Fault::NotMedia, Fault::Empty], "{version}");
        assert!(quarantine.iter().all(|file| file.ignored.is_none() && file.next_try.is_some()), "{version}");
        assert!(store.last_scan("ht-02").unwrap().is_some(), "{version}");
        // What is new works on what is old: three recordings have thumbnails in one reel, one in another.
        let by = Ignored { at: Timestamp::UNIX_EPOCH, by: "An".into(), reason: None };
        assert!(store.ignore("ht-02", b"20240301_092000.mp4", &by, &crate::model::Actor::service("test")).unwrap());
        let ids: Vec<RecordingId> = store.all_thumbnails().unwrap().into_iter().map(|(id, _)| id).collect();
        assert_eq!(store.unused_reels().unwrap(), Vec::<String>::new(), "{version}");
        assert_eq!(store.unsampled(None).unwrap(), 0, "{version}");
        store.forget_thumbnails(&ids).unwrap();
        assert_eq!(store.unsampled(None).unwrap(), 3, "{version}: the fourth's file is gone");
        assert_eq!(store.unused_reels().unwrap(), ["ht-01_2024-03-01.reel", "ht-02_2024-03-01.reel"], "{version}");
        drop(store);
        // A second opening changes nothing.
        let store = Store::open(data.path()).unwrap();
        assert_eq!(store.quarantine().unwrap()[2].ignored, Some(by), "{version}");
    }
}

#[test]
fn a_backup_of_an_earlier_version_is_restored_and_brought_up_to_date() {
    for version in ["v1.db", "v2.db"] {
        let data = tempfile::tempdir().unwrap();
        let done =
            restore::restore(data.path(), &fixture(version), Timestamp::UNIX_EPOCH, &Shutdown::default()).unwrap();
        assert_eq!((done.held.recordings, done.held.files, done.set_aside), (4, 7, None), "{version}");
        let store = Store::open_to_read(data.path()).unwrap().unwrap();
        assert_eq!(store.pending_count().unwrap(), 4, "{version}: the index is to be made anew");
    }
    // The fixtures are as they were, with nothing beside them.
    assert!(!fixture("v1.db-wal").exists() && !fixture("v1.db-shm").exists());
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_left_as_it_is() {
    let data = tempfile::tempdir().unwrap();
    drop(Store::open(data.path()).unwrap());
    let db = Connection::open(data.path().join(FILE)).unwrap();
    db.execute("INSERT INTO refinery_schema_history VALUES (999, 'later', '2099-01-01T00:00:00Z', '1')", []).unwrap();
    drop(db);
    assert_eq!(Store::open(data.path()).err().map(|e| e.kind()), Some(Kind::State));
    assert_eq!(Store::open_to_read(data.path()).err().map(|e| e.kind()), Some(Kind::State));
    assert!(!backup::store_is_damaged(data.path()), "another version is no damage");
    let copy = data.path().join("later.db");
    let error = backup::back_up(data.path(), &copy, false, &Shutdown::default()).err();
    assert_eq!(error.map(|e| e.kind()), Some(Kind::State));
}

#[test]
fn a_store_of_no_bytes_is_damage_and_not_a_new_store() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join(FILE), b"").unwrap();
    assert_eq!(Store::open(data.path()).err().map(|e| e.kind()), Some(Kind::State));
    assert_eq!(Store::open_to_read(data.path()).err().map(|e| e.kind()), Some(Kind::State));
    assert!(backup::store_is_damaged(data.path()));
}

#[test]
fn changes_left_by_a_store_that_was_taken_away_do_not_get_into_a_new_one() {
    let old = data_of("v2.db");
    let mut store = Store::open(old.path()).unwrap();
    store.note_upkeep("anything", Timestamp::UNIX_EPOCH).unwrap();
    let data = tempfile::tempdir().unwrap();
    std::fs::copy(old.path().join("truyvet.db-wal"), data.path().join("truyvet.db-wal")).unwrap();
    let new = Store::open(data.path()).unwrap();
    assert_eq!(new.faults().unwrap(), Vec::<String>::new());
    assert_eq!(new.present_count().unwrap(), 0);
    assert!(data.path().join("truyvet.db-wal.left-over").exists());
}
