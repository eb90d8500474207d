//! From frames with presentation times to segments, handed on as soon as they are whole.

use super::segment::{self, Sample, SoundTrack, VideoTrack};
use super::timeline::{Timed, Timeline};
use super::{ClipHead, ClipPiece, ClipSound, ClipStop, ClipTail, Taker};
use crate::model::{Fault, Unreadable};

/// Length of the first segment, microseconds: a player can begin soon. Later ones are longer, which costs fewer bytes.
const FIRST_US: i64 = 200_000;
const LENGTH_US: i64 = 1_000_000;
/// From this length on, a keyframe begins a new segment.
const BEFORE_KEY_US: i64 = 500_000;
/// A segment that has so many bytes is handed on, however short it is.
const MAX_BYTES: usize = 4 << 20;
/// What a file tells of its last frame's length is believed from here on, microseconds: some recorders tell a tick of their clock.
const SHORTEST_US: i64 = 2_000;
/// No frame has more bytes: 8K keyframes have some 2 MB.
const MAX_FRAME_BYTES: usize = 24 << 20;

/// A frame without its times.
struct Frame {
    key: bool,
    length_us: i64,
    bytes: Vec<u8>,
}

/// What is written, once it is known.
struct Tracks {
    video: VideoTrack,
    sound: Option<SoundTrack>,
    said: ClipSound,
    transcoded: bool,
}

/// Writes one clip.
pub(super) struct Writer<'a> {
    take: Taker<'a>,
    end_us: i64,
    tracks: Option<Tracks>,
    timeline: Timeline<Frame>,
    /// Presentation time at which the mp4's time is 0, once the head is out.
    zero_us: Option<i64>,
    /// The last frame: its duration is told by the next.
    held: Option<Timed<Frame>>,
    /// How long the frame before that lasts, microseconds.
    before_us: Option<i64>,
    video: Vec<Sample>,
    sound: Vec<Sample>,
    /// Sound that came before the head.
    early: Vec<(i64, u32, Vec<u8>)>,
    /// Where the segment that is being made begins, in the mp4's time.
    start_us: i64,
    sequence: u32,
    tail: ClipTail,
}

impl<'a> Writer<'a> {
    pub(super) fn new(take: Taker<'a>, end_us: i64) -> Writer<'a> {
        Writer {
            take,
            end_us,
            tracks: None,
            timeline: Timeline::new(0),
            zero_us: None,
            held: None,
            before_us: None,
            video: Vec::new(),
            sound: Vec::new(),
            early: Vec::new(),
            start_us: 0,
            sequence: 0,
            tail: ClipTail { last_pts_us: i64::MIN, ..ClipTail::default() },
        }
    }

    /// Whether anything was handed on.
    pub(super) fn has_begun(&self) -> bool {
        self.zero_us.is_some()
    }

    /// Says what comes; `reorder` frames at most precede one that is shown before them.
    pub(super) fn begin(
        &mut self,
        video: VideoTrack,
        sound: Option<SoundTrack>,
        said: ClipSound,
        transcoded: bool,
        reorder: usize,
    ) {
        self.tracks = Some(Tracks { video, sound, said, transcoded });
        self.timeline = Timeline::new(reorder);
    }

    /// Something of the file could not be used.
    pub(super) fn damaged(&mut self) {
        self.tail.damaged += 1;
    }

    /// Takes the next frame in decoding order; `length_us`, as the file tells it, is used where no frame follows.
    pub(super) fn frame(&mut self, pts_us: i64, key: bool, length_us: i64, bytes: Vec<u8>) -> Result<(), ClipStop> {
        if bytes.is_empty() {
            self.damaged();
            return Ok(());
        }
        if bytes.len() > MAX_FRAME_BYTES {
            return Err(Unreadable::new(Fault::Damaged, format!("a frame of {} bytes", bytes.len())).into());
        }
        let timed = self.timeline.push(pts_us, Frame { key, length_us, bytes });
        let timed = timed.map_err(|_| {
            Unreadable::new(Fault::Damaged, format!("the times run backwards at {} s", pts_us as f64 / 1e6))
        })?;
        timed.map_or(Ok(()), |timed| self.timed(timed))
    }

    /// Takes sound, in order; what is before the first frame is left out.
    pub(super) fn sound(&mut self, pts_us: i64, length_us: u32, bytes: Vec<u8>) {
        match self.zero_us {
            None => self.early.push((pts_us, length_us, bytes)),
            Some(zero_us) => {
                if let Ok(decode_us) = u64::try_from(pts_us.saturating_sub(zero_us)) {
                    self.sound.push(Sample { decode_us, duration_us: length_us, offset_us: 0, key: true, bytes });
                }
            }
        }
    }

    /// Writes what is left.
    pub(super) fn finish(&mut self) -> Result<ClipTail, ClipStop> {
        while let Some(timed) = self.timeline.pop() {
            self.timed(timed)?;
        }
        let Some(last) = self.held.take() else {
            return Err(Unreadable::new(Fault::NoPackets, "no frame in the interval").into());
        };
        let told_us = last.what.length_us;
        let length_us = if told_us < SHORTEST_US { self.before_us.unwrap_or(told_us) } else { told_us };
        self.sample(last, length_us);
        self.hand_on()?;
        Ok(self.tail)
    }

    /// A frame's times are known: those of the one before it are complete.
    fn timed(&mut self, timed: Timed<Frame>) -> Result<(), ClipStop> {
        let Some(before) = self.held.take() else {
            self.head(&timed)?;
            self.held = Some(timed);
            return Ok(());
        };
        let length_us = timed.decode_us.saturating_sub(before.decode_us);
        self.before_us = Some(length_us);
        let (key, at_us) = (timed.what.key, timed.decode_us);
        self.sample(before, length_us);
        self.held = Some(timed);
        let long_us = at_us.saturating_sub(self.start_us);
        let enough = if self.sequence == 0 { FIRST_US } else { LENGTH_US };
        let bytes: usize = self.video.iter().chain(&self.sound).map(|sample| sample.bytes.len()).sum();
        if long_us >= enough || bytes >= MAX_BYTES || (key && long_us >= BEFORE_KEY_US) {
            self.hand_on()?;
            self.start_us = at_us;
        }
        Ok(())
    }

    /// The first frame: the head and the first segment go out.
    fn head(&mut self, first: &Timed<Frame>) -> Result<(), ClipStop> {
        let Some(Tracks { video, sound, said, transcoded }) = self.tracks.take() else {
            return Err(Unreadable::new(Fault::Damaged, "frames of no track").into());
        };
        let mut codecs = video.codecs.clone();
        if sound.is_some() {
            codecs.push_str(",mp4a.40.2");
        }
        let head = ClipHead {
            zero_pts_us: first.decode_us,
            first_pts_us: first.pts_us,
            end_pts_us: self.end_us,
            codecs,
            width: video.width.into(),
            height: video.height.into(),
            rotation: video.rotation,
            transcoded,
            sound: said,
        };
        self.zero_us = Some(first.decode_us);
        self.start_us = first.decode_us;
        (self.take)(ClipPiece::Head(head)).map_err(ClipStop::NotTaken)?;
        (self.take)(ClipPiece::Segment(segment::init(&video, sound.as_ref()))).map_err(ClipStop::NotTaken)?;
        for (pts_us, length_us, bytes) in std::mem::take(&mut self.early) {
            self.sound(pts_us, length_us, bytes);
        }
        Ok(())
    }

    fn sample(&mut self, timed: Timed<Frame>, length_us: i64) {
        let zero_us = self.zero_us.unwrap_or(timed.decode_us);
        self.tail.frames += 1;
        self.tail.last_pts_us = self.tail.last_pts_us.max(timed.pts_us);
        let offset = timed.pts_us.saturating_sub(timed.decode_us);
        self.video.push(Sample {
            decode_us: timed.decode_us.saturating_sub(zero_us).max(0).unsigned_abs(),
            duration_us: u32::try_from(length_us.max(1)).unwrap_or(u32::MAX),
            offset_us: i32::try_from(offset).unwrap_or(if offset < 0 { i32::MIN } else { i32::MAX }),
            key: timed.what.key,
            bytes: timed.what.bytes,
        });
    }

    fn hand_on(&mut self) -> Result<(), ClipStop> {
        if self.video.is_empty() && self.sound.is_empty() {
            return Ok(());
        }
        self.sequence = self.sequence.saturating_add(1);
        let segment = segment::fragment(self.sequence, &self.video, &self.sound);
        self.video.clear();
        self.sound.clear();
        (self.take)(ClipPiece::Segment(segment)).map_err(ClipStop::NotTaken)
    }
}
