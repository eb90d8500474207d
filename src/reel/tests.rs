//! What a reel promises: what was appended is read back, damage is named, a torn tail costs only itself.

use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::base::Kind;
use crate::model::{Luma, RecordingId, Thumbnail};

const NAME: &str = "ht-01_2023-07-15.reel";

fn thumbnail(pts_us: i64, jpeg: Vec<u8>) -> Thumbnail {
    Thumbnail { pts_us, luma: Luma { mean: 90, change: 3 }, jpeg }
}

fn id() -> RecordingId {
    RecordingId("abcdefghij234".to_owned())
}

fn filled(jpegs: &[Vec<u8>]) -> (TempDir, Vec<ReelPlace>) {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = ReelWriter::open(dir.path(), NAME).unwrap();
    let places =
        jpegs.iter().zip(0..).map(|(jpeg, i)| writer.append(&id(), &thumbnail(i, jpeg.clone())).unwrap()).collect();
    writer.sync().unwrap();
    (dir, places)
}

fn jpegs() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(1u8.., 1..300), 1..8)
}

proptest! {
    #[test]
    fn what_was_appended_is_read_back(jpegs in jpegs(), sessions in 1usize..4) {
        let dir = tempfile::tempdir().unwrap();
        let mut places = Vec::new();
        for chunk in jpegs.chunks(jpegs.len().div_ceil(sessions)) {
            let mut writer = ReelWriter::open(dir.path(), NAME).unwrap();
            prop_assert_eq!(writer.cut_off(), 0);
            for jpeg in chunk {
                places.push(writer.append(&id(), &thumbnail(places.len() as i64, jpeg.clone())).unwrap());
            }
        }
        for (place, jpeg) in places.iter().zip(&jpegs) {
            prop_assert_eq!(&read(dir.path(), place).unwrap(), jpeg);
        }
        let scan = scan(dir.path(), NAME).unwrap();
        prop_assert_eq!(scan.damaged, vec![]);
        prop_assert_eq!(scan.entries.iter().map(|e| e.place.clone()).collect::<Vec<_>>(), places);
        prop_assert!(scan.entries.iter().zip(0..).all(|(e, i)| e.pts_us == i && e.recording == id()));
    }

    #[test]
    fn a_flipped_bit_is_named_and_costs_one_entry(jpegs in jpegs(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let (dir, places) = filled(&jpegs);
        let path = dir.path().join(NAME);
        let mut bytes = fs::read(&path).unwrap();
        let at = 16 + at.index(bytes.len() - 16);
        bytes[at] ^= 1 << bit;
        fs::write(&path, &bytes).unwrap();
        let hit = places.iter().rposition(|place| place.offset <= at as u64).unwrap();
        for (i, place) in places.iter().enumerate() {
            match read(dir.path(), place) {
                Ok(jpeg) => { prop_assert_ne!(i, hit); prop_assert_eq!(&jpeg, &jpegs[i]); }
                Err(error) => { prop_assert_eq!(i, hit); prop_assert_eq!(error.kind(), Kind::State); }
            }
        }
        let scan = scan(dir.path(), NAME).unwrap();
        prop_assert_eq!(scan.entries.len(), places.len() - 1);
        prop_assert_eq!(scan.damaged.len(), 1);
        prop_assert_eq!(scan.damaged[0].start, places[hit].offset);
    }

    #[test]
    fn a_torn_tail_is_cut_off_and_costs_only_itself(jpegs in jpegs(), cut in any::<prop::sample::Index>(), zeros in any::<bool>()) {
        let (dir, places) = filled(&jpegs);
        let path = dir.path().join(NAME);
        let mut bytes = fs::read(&path).unwrap();
        let len = bytes.len();
        let cut = 16 + cut.index(len - 16);
        bytes.truncate(cut);
        if zeros {
            // A crash may leave the length without the data.
            bytes.resize(len + 1, 0);
        }
        fs::write(&path, &bytes).unwrap();
        let whole = places.iter().filter(|p| p.offset + HEADER_BYTES + u64::from(p.length) <= cut as u64).count();
        let mut writer = ReelWriter::open(dir.path(), NAME).unwrap();
        let end = places.get(whole).map_or(len as u64, |place| place.offset);
        prop_assert_eq!(writer.bytes(), end);
        prop_assert_eq!(writer.cut_off(), bytes.len() as u64 - end);
        let new = writer.append(&id(), &thumbnail(7, vec![1, 2, 3])).unwrap();
        prop_assert_eq!(read(dir.path(), &new).unwrap(), vec![1, 2, 3]);
        prop_assert_eq!(scan(dir.path(), NAME).unwrap().entries.len(), whole + 1);
        for (place, jpeg) in places[..whole].iter().zip(&jpegs) {
            prop_assert_eq!(&read(dir.path(), place).unwrap(), jpeg);
        }
    }

    #[test]
    fn scanning_anything_never_panics(junk in prop::collection::vec(any::<u8>(), 0..400), headed in any::<bool>()) {
        let dir = tempfile::tempdir().unwrap();
        let mut bytes = if headed { format::file_header().to_vec() } else { Vec::new() };
        bytes.extend(junk);
        fs::write(dir.path().join(NAME), &bytes).unwrap();
        let _ = scan(dir.path(), NAME);
        let place = ReelPlace { reel: NAME.to_owned(), offset: 16, length: 9 };
        prop_assert!(read(dir.path(), &place).is_err());
    }
}

#[test]
fn damage_in_the_middle_does_not_cut_off_what_follows() {
    let (dir, places) = filled(&[vec![1; 50], vec![2; 50], vec![3; 50]]);
    let path = dir.path().join(NAME);
    let mut bytes = fs::read(&path).unwrap();
    let header = places[1].offset as usize;
    bytes[header..header + 8].fill(0xff);
    fs::write(&path, &bytes).unwrap();
    let writer = ReelWriter::open(dir.path(), NAME).unwrap();
    assert_eq!((writer.cut_off(), writer.bytes()), (0, bytes.len() as u64));
    assert_eq!(read(dir.path(), &places[2]).unwrap(), vec![3; 50]);
}

#[test]
fn a_file_that_is_not_a_reel_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    for foreign in [&b"short"[..], b"a text of somebody else, longer than a header"] {
        fs::write(dir.path().join(NAME), foreign).unwrap();
        assert_eq!(ReelWriter::open(dir.path(), NAME).unwrap_err().kind(), Kind::State);
        assert_eq!(fs::read(dir.path().join(NAME)).unwrap(), foreign);
    }
    let mut newer = format::file_header();
    newer[8] = 2;
    fs::write(dir.path().join(NAME), newer).unwrap();
    assert_eq!(scan(dir.path(), NAME).unwrap_err().kind(), Kind::State);
}

#[test]
fn two_writers_cannot_have_one_reel() {
    let dir = tempfile::tempdir().unwrap();
    let first = ReelWriter::open(dir.path(), NAME).unwrap();
    assert_eq!(ReelWriter::open(dir.path(), NAME).unwrap_err().kind(), Kind::Busy);
    drop(first);
    ReelWriter::open(dir.path(), NAME).unwrap();
}

#[test]
fn an_interrupted_birth_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    for start in [&b""[..], b"TVREE", &[0; 9]] {
        fs::write(dir.path().join(NAME), start).unwrap();
        let mut writer = ReelWriter::open(dir.path(), NAME).unwrap();
        let place = writer.append(&id(), &thumbnail(0, vec![9])).unwrap();
        assert_eq!(read(dir.path(), &place).unwrap(), vec![9]);
    }
}
