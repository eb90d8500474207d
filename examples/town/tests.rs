//! Small towns, made and looked at.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use crate::maker::cameras::{Codec, Container};
use crate::maker::clip::{Clip, make_clip};
use crate::maker::make;
use crate::maker::plan::Plan;
use crate::maker::truth::{State, Truth};

fn tiny() -> Plan {
    Plan { seconds: 8, segment_seconds: 4, width: 160, height: 90, fps: 4, ..Plan::default() }
}

fn made(plan: &Plan) -> (tempfile::TempDir, Truth) {
    let folder = tempfile::tempdir().unwrap();
    let truth = make(plan, folder.path(), |_, _, _| ()).unwrap();
    (folder, truth)
}

/// Every file's content and modification time, by its path.
fn files(root: &Path) -> BTreeMap<PathBuf, (Vec<u8>, Option<SystemTime>)> {
    let all = walkdir::WalkDir::new(root).into_iter().map(|entry| entry.unwrap());
    all.filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let is_footage = entry.path().starts_with(root.join("footage"));
            let modified = is_footage.then(|| entry.metadata().unwrap().modified().unwrap());
            (entry.path().strip_prefix(root).unwrap().to_owned(), (fs::read(entry.path()).unwrap(), modified))
        })
        .collect()
}

fn probe(file: &Path, show: &str) -> Vec<String> {
    let out = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v", "-of", "csv=p=0", "-show_entries", show])
        .arg(format!("file:{}", file.display()))
        .output()
        .unwrap();
    assert!(out.stderr.is_empty(), "{}: {}", file.display(), String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout)
        .unwrap()
        .lines()
        .map(|line| line.trim_end_matches(',').to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn the_same_plan_gives_the_same_bytes_and_times() {
    let (one, truth_of_one) = made(&tiny());
    let (two, truth_of_two) = made(&tiny());
    assert_eq!(truth_of_one, truth_of_two);
    let (one, two) = (files(one.path()), files(two.path()));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (path, content) in &one {
        assert!(content == &two[path], "{} differs", path.display());
    }
}

#[test]
fn ffprobe_reads_every_camera_as_the_truth_says() {
    let plan = tiny();
    let (town, truth) = made(&plan);
    for camera in &truth.cameras {
        let recording = camera.recordings.iter().find(|recording| recording.state == State::Whole).unwrap();
        let file = town.path().join(&recording.path);
        let codec = format!("{:?}", camera.codec).to_lowercase();
        let stream = &probe(&file, "stream=codec_name,width,height")[0];
        assert_eq!(*stream, format!("{codec},{},{}", plan.width, plan.height), "{}", camera.id);
        let packets = probe(&file, "packet=pts_time,flags");
        assert_eq!(packets.len(), recording.frames as usize, "{}", camera.id);
        let keys: Vec<&String> = packets.iter().filter(|packet| packet.contains(",K")).collect();
        assert_eq!(keys.len(), recording.keyframes as usize, "{}", camera.id);
        if !matches!(camera.container, Container::Raw | Container::Stills) {
            let pts: Vec<f64> = keys.iter().map(|key| key.split(',').next().unwrap().parse().unwrap()).collect();
            assert!((pts[1] - pts[0] - f64::from(plan.gop_seconds)).abs() < 0.002, "{}: {pts:?}", camera.id);
        }
    }
}

#[test]
fn every_frame_of_our_own_containers_has_its_time() {
    let plan = Plan { only: vec!["ht-04".to_owned(), "ht-05".to_owned(), "ht-07".to_owned()], ..tiny() };
    let (town, truth) = made(&plan);
    for camera in &truth.cameras {
        let file = town.path().join(&camera.recordings[0].path);
        let pts: Vec<f64> = probe(&file, "packet=pts_time").iter().map(|line| line.parse().unwrap()).collect();
        for (frame, time) in pts.iter().enumerate() {
            let expected = frame as f64 / f64::from(camera.fps);
            assert!((time - pts[0] - expected).abs() < 0.001, "{}: {pts:?}", camera.id);
        }
    }
}

#[test]
fn the_wrong_things_are_as_the_truth_says() {
    let only = ["ht-02", "ht-03", "ht-08", "ht-09", "ht-12", "ht-13"].map(str::to_owned).to_vec();
    let (town, truth) = made(&Plan { seconds: 20, segment_seconds: 2, only, ..tiny() });
    let mut states = Vec::new();
    for camera in &truth.cameras {
        for recording in &camera.recordings {
            let file = fs::metadata(town.path().join(&recording.path)).unwrap();
            let modified = Timestamp::try_from(file.modified().unwrap()).unwrap();
            assert_eq!(modified, recording.modified, "{}", recording.path);
            let offset = recording.camera_start.duration_since(recording.start);
            assert_eq!(offset.as_secs_f64(), camera.clock_offset_s);
            match recording.state {
                State::Whole => {
                    assert!(file.len() > 0 && (camera.copied_in || modified == recording.end), "{}", recording.path);
                }
                state => {
                    assert_eq!(file.len() == 0, state == State::Empty);
                    let has_index =
                        fs::read(town.path().join(&recording.path)).unwrap().windows(4).any(|w| w == b"moov");
                    assert!(!has_index, "{}", recording.path);
                    states.push((camera.id.as_str(), state));
                }
            }
        }
    }
    assert_eq!(states, [("ht-02", State::NoMoov), ("ht-09", State::Empty), ("ht-12", State::Truncated)]);
    let fast = truth.cameras.iter().find(|camera| camera.clock_offset_s == 420.0).unwrap();
    assert!(fast.recordings[0].path.ends_with("2023Y07M15D21H/17M00S02.mp4"), "{}", fast.recordings[0].path);
    let gapped = truth.cameras.iter().find(|camera| camera.id == "ht-08").unwrap();
    assert_eq!((gapped.recordings.len(), gapped.gaps.len()), (8, 1));
    assert_eq!(gapped.gaps[0].end.duration_since(gapped.gaps[0].start), SignedDuration::from_secs(4));
}

#[test]
fn a_folder_that_holds_something_else_is_refused_and_a_made_town_is_kept() {
    let plan = Plan { cameras: 1, seconds: 2, segment_seconds: 2, ..tiny() };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
    let refused = make(&plan, folder.path(), |_, _, _| ()).unwrap_err();
    assert!(refused.to_string().contains("choose another folder"), "{refused}");

    let (town, truth) = made(&plan);
    let again = make(&plan, town.path(), |_, _, path| panic!("{path} was made again")).unwrap();
    assert_eq!(again, truth);
    let other = make(&Plan { seed: 2, ..plan }, town.path(), |_, _, _| ()).unwrap();
    assert_eq!(other.plan.seed, 2);
}

#[test]
fn a_clip_for_benchmarks_has_its_size_length_and_codec() {
    let folder = tempfile::tempdir().unwrap();
    for (codec, container) in [(Codec::H264, Container::Mkv), (Codec::Hevc, Container::Mp4MoovLast)] {
        let clip = Clip { codec, container, width: 320, height: 180, fps: 5, seconds: 4, kbps: 300, ..Clip::default() };
        let file = folder.path().join("clip");
        make_clip(&clip, &file).unwrap();
        let keys = probe(&file, "packet=flags").iter().filter(|flags| flags.starts_with('K')).count();
        assert_eq!(keys, 2, "{codec:?}");
    }
}
