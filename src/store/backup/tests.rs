//! Backups of real stores: consistent, verified, rotating, never in the way of anything.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::store::restore::restore;
use crate::store::upgrades::data_of;
use crate::store::{Seen, Store};

fn quiet() -> Shutdown {
    Shutdown::default()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn seen(number: usize) -> Seen {
    let path = format!("{number}.mp4").into_bytes();
    Seen { folder: "a".into(), path, camera: Some("a".into()), size: 1, mtime_us: 0, growing: false }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_made_while_another_writes_is_whole_and_holds_no_half_of_a_transaction() {
    let data = data_of("v2.db");
    let mut store = Store::open(data.path()).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Each transaction adds ten files.
            for round in 0.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let files: Vec<Seen> = (0..10).map(|i| seen(round * 10 + i)).collect();
                store.note_settled(&files, at(0)).unwrap();
            }
        });
        let mut before = 0;
        for i in 0..8 {
            let to = data.path().join(format!("{i}.db"));
            let held = back_up(data.path(), &to, false, &quiet()).unwrap();
            assert_eq!((held.files - 7) % 10, 0, "{held:?}");
            assert!(held.files >= before, "later ones hold more");
            before = held.files;
            assert_eq!(inspect(&to).unwrap(), held);
            assert!(!with_end(&to, "-wal").exists(), "one file is all");
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_backup_does_not_overwrite_unless_told_to_and_never_the_store() {
    let data = data_of("v2.db");
    let to = data.path().join("b.db");
    fs::write(&to, b"mine").unwrap();
    assert_eq!(back_up(data.path(), &to, false, &quiet()).unwrap_err().kind(), Kind::Usage);
    assert_eq!(fs::read(&to).unwrap(), b"mine");
    back_up(data.path(), &to, true, &quiet()).unwrap();
    inspect(&to).unwrap();
    for own in ["truyvet.db", "truyvet.db-wal", "truyvet.db-shm"] {
        let own = data.path().join(own);
        assert_eq!(back_up(data.path(), &own, true, &quiet()).unwrap_err().kind(), Kind::Usage);
    }
    assert!(!store_is_damaged(data.path()));
}

#[test]
fn an_interrupted_or_impossible_backup_leaves_nothing_behind() {
    let data = data_of("v2.db");
    let stopped = quiet();
    stopped.ask();
    let to = data.path().join("b.db");
    assert_eq!(back_up(data.path(), &to, false, &stopped).unwrap_err().kind(), Kind::Interrupted);
    assert_eq!(names(data.path()), [FILE]);
    let nowhere = data.path().join("no/such/folder/b.db");
    assert_eq!(back_up(data.path(), &nowhere, false, &quiet()).unwrap_err().kind(), Kind::Io);
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(back_up(empty.path(), &to, false, &quiet()).unwrap_err().kind(), Kind::State);
}

#[test]
fn a_damaged_store_is_not_backed_up_and_costs_no_good_backup() {
    let data = data_of("v2.db");
    let good = rotate(data.path(), 1, at(0), &quiet()).unwrap().made;
    let store = data.path().join(FILE);
    let mut bytes = fs::read(&store).unwrap();
    for page in 2..bytes.len() / 4096 {
        bytes[page * 4096..page * 4096 + 64].fill(0xa5);
    }
    fs::write(&store, &bytes).unwrap();
    assert!(store_is_damaged(data.path()));
    assert_eq!(rotate(data.path(), 1, at(60), &quiet()).unwrap_err().kind(), Kind::State);
    assert_eq!(last_good(data.path()).unwrap().map(|(file, _)| file), Some(good.clone()));
    assert_eq!(names(&data.path().join(FOLDER)).len(), 1);
    // The damaged store is put aside, byte for byte.
    let done = restore(data.path(), &good, at(120), &quiet()).unwrap();
    assert_eq!(fs::read(done.set_aside.unwrap()).unwrap(), bytes);
    assert!(!store_is_damaged(data.path()));
}

#[test]
fn rotation_keeps_the_newest_and_nothing_else_is_touched() {
    let data = data_of("v2.db");
    let folder = data.path().join(FOLDER);
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("by-hand.db"), b"kept").unwrap();
    fs::write(folder.join("truyvet-2027.db"), b"kept").unwrap();
    let left = folder.join(".truyvet-backup-abc.db");
    fs::write(&left, b"left by a kill").unwrap();
    let file = fs::File::options().append(true).open(&left).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(100_000)).unwrap();
    for day in 0..5 {
        let done = rotate(data.path(), 3, at(day * 86_400), &quiet()).unwrap();
        assert_eq!(done.removed.len(), usize::from(day >= 3));
    }
    let expected = [
        "by-hand.db",
        "truyvet-2027.db",
        "truyvet-20270117T080000Z.db",
        "truyvet-20270118T080000Z.db",
        "truyvet-20270119T080000Z.db",
    ];
    assert_eq!(names(&folder), expected);
    // A clock that went back does not make the new one the first to go.
    let done = rotate(data.path(), 1, at(-86_400), &quiet()).unwrap();
    assert!(done.made.exists());
    assert_eq!(kept(data.path()).unwrap(), [done.made]);
}

#[test]
fn the_last_good_backup_is_the_newest_one_that_is_whole() {
    let data = data_of("v2.db");
    let older = rotate(data.path(), 7, at(0), &quiet()).unwrap().made;
    let newer = rotate(data.path(), 7, at(60), &quiet()).unwrap().made;
    fs::File::options().write(true).open(&newer).unwrap().set_len(30_000).unwrap();
    assert_eq!(last_good(data.path()).unwrap().map(|(file, _)| file), Some(older));
    assert_eq!(restore(data.path(), &newer, at(0), &quiet()).unwrap_err().kind(), Kind::State);
}

#[test]
fn a_store_put_aside_with_its_latest_changes_can_be_restored_in_turn() {
    let data = data_of("v2.db");
    let backup = data.path().join("b.db");
    back_up(data.path(), &backup, false, &quiet()).unwrap();
    let mut store = Store::open(data.path()).unwrap();
    store.note_settled(&[seen(1)], at(0)).unwrap();
    // The store is still open: its latest changes are in the side file, and a reader keeps them there.
    let reader = Connection::open(data.path().join(FILE)).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM file").unwrap();
    let first = restore(data.path(), &backup, at(1), &quiet()).unwrap();
    assert_eq!(first.held.files, 7);
    drop((reader, store));
    let aside = first.set_aside.unwrap();
    assert!(aside.to_string_lossy().ends_with("truyvet.db.before-restore-20270115T080001Z"), "{aside:?}");
    let second = restore(data.path(), &aside, at(1), &quiet()).unwrap();
    assert_eq!(second.held.files, 8);
    assert!(second.set_aside.unwrap().to_string_lossy().ends_with("Z-2"));
}

#[test]
fn a_path_with_any_characters_can_be_restored_from() {
    let data = data_of("v2.db");
    let folder = data.path().join("sao lưu #1?%20&x=y");
    fs::create_dir(&folder).unwrap();
    let to = folder.join("b?immutable=0.db");
    let held = back_up(data.path(), &to, false, &quiet()).unwrap();
    assert_eq!(inspect(&to).unwrap(), held);
}

#[test]
fn what_is_no_backup_of_ours_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("x.db");
    for bytes in [b"".to_vec(), b"no database at all".to_vec(), vec![0; 8192]] {
        fs::write(&file, &bytes).unwrap();
        assert_eq!(inspect(&file).unwrap_err().kind(), Kind::State, "{} bytes", bytes.len());
    }
    fs::remove_file(&file).unwrap();
    Connection::open(&file).unwrap().execute_batch("CREATE TABLE recording (id); CREATE TABLE file (id)").unwrap();
    assert_eq!(inspect(&file).unwrap_err().kind(), Kind::State);
    assert_eq!(restore(data.path(), &file, at(0), &quiet()).unwrap_err().kind(), Kind::State);
    assert_eq!(inspect(&data.path().join("nowhere")).unwrap_err().kind(), Kind::Io);
    assert_eq!(names(data.path()), ["x.db"]);
}
