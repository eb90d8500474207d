//! From the frames that a parser found to the listing: keyframes, extent, activity bytes, and what is absurd.

use jiff::Timestamp;

use super::Miss;
use crate::media::source::Source;
use crate::model::{Doubt, Fault, Keyframe, Listing, Method, Unreadable};

/// More frames than three days at 30 a second are not listed: a recording is minutes to hours, and each costs memory.
pub(super) const MAX_FRAMES: usize = 8_000_000;

/// No recording is longer, microseconds: three days. Times that are farther apart are damage, and would put a recording into the
/// answer to every question.
const LONGEST_US: i64 = 3 * 86_400 * 1_000_000;

/// A silence is reported from this length, if it is also more than ten times the usual step.
const GAP_US: i64 = 2_000_000;

/// One video packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Presentation time in ticks of the time base.
    pub(super) pts: i64,
    /// Ticks it is shown; 0 where nothing says.
    pub(super) duration: u32,
    /// Bytes.
    pub(super) size: u32,
    /// Decodable by itself.
    pub(super) key: bool,
    /// Inside the presentation; an edit list can leave frames to be decoded but not shown.
    pub(super) shown: bool,
}

/// What a parser found: the stream's facts and its frames in the order of the file.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) container: String,
    pub(super) codec: String,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) rotation: u16,
    pub(super) time_base: (i32, i32),
    pub(super) audio: Option<String>,
    pub(super) header_duration_us: Option<i64>,
    pub(super) creation_time: Option<Timestamp>,
    pub(super) method: Method,
    pub(super) frames: Vec<Frame>,
    pub(super) doubts: Vec<Doubt>,
}

/// Adds a frame, up to the limit.
pub(super) fn push(frames: &mut Vec<Frame>, frame: Frame) -> Result<(), Miss> {
    if frames.len() >= MAX_FRAMES {
        return Err(Miss::Refused(too_many()));
    }
    frames.push(frame);
    Ok(())
}

/// The fault of a file with more frames than are listed.
pub(super) fn too_many() -> Unreadable {
    Unreadable::new(Fault::Damaged, format!("more than {MAX_FRAMES} frames"))
}

/// Ticks of a time base in microseconds, rounded to the nearest.
pub(super) fn micros(ticks: i64, time_base: (i32, i32)) -> i64 {
    let den = i128::from(time_base.1.max(1));
    let scaled = i128::from(ticks) * i128::from(time_base.0) * 1_000_000;
    let rounded = (scaled + den / 2).div_euclid(den);
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}

impl Found {
    /// Whether the frames could all lie in the file: a table with damaged sizes claims more.
    pub(super) fn fits(&self, source: &Source) -> bool {
        self.bytes() <= source.len()
    }

    fn bytes(&self) -> u64 {
        self.frames.iter().map(|frame| u64::from(frame.size)).sum()
    }

    /// Makes the listing.
    pub(super) fn assemble(mut self, source: &Source) -> Result<Listing, Unreadable> {
        if self.frames.is_empty() {
            return Err(Unreadable::new(Fault::NoPackets, ""));
        }
        if !self.fits(source) {
            self.doubt_damage(1);
        }
        self.leave_out_strays();
        if !self.frames.iter().any(|frame| frame.key) {
            self.frames[0].key = true;
            self.doubts.push(Doubt::NoKeyframe);
        }
        let keyframes = self.keyframes();
        let (first_pts_us, end_pts_us) = self.extent();
        self.doubt_duration(end_pts_us.saturating_sub(first_pts_us));
        Ok(Listing {
            packets: self.frames.len() as u64,
            video_bytes: self.bytes(),
            container: self.container,
            codec: self.codec,
            width: self.width,
            height: self.height,
            rotation: self.rotation,
            time_base: self.time_base,
            audio: self.audio,
            keyframes,
            first_pts_us,
            end_pts_us,
            header_duration_us: self.header_duration_us,
            creation_time: self.creation_time,
            method: self.method,
            bytes_read: source.bytes_read(),
            doubts: self.doubts,
        })
    }

    /// Leaves out frames whose times are farther from the middle one than half the longest recording.
    fn leave_out_strays(&mut self) {
        let mut times: Vec<i64> = self.frames.iter().map(|frame| frame.pts).collect();
        let middle = times.len() / 2;
        let middle_us = micros(*times.select_nth_unstable(middle).1, self.time_base);
        let (all, time_base) = (self.frames.len(), self.time_base);
        self.frames.retain(|frame| micros(frame.pts, time_base).abs_diff(middle_us) < LONGEST_US.unsigned_abs() / 2);
        self.doubt_damage(all - self.frames.len());
    }

    /// Adds so many damaged spots to those that are known.
    fn doubt_damage(&mut self, more: usize) {
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        let known = self.doubts.iter_mut().find_map(|doubt| match doubt {
            Doubt::DamagedInside { errors } => Some(errors),
            _ => None,
        });
        match known {
            Some(errors) => *errors = errors.saturating_add(more),
            None if more > 0 => self.doubts.push(Doubt::DamagedInside { errors: more }),
            None => {}
        }
    }

    /// The keyframes by time, each with the bytes that follow it in the file up to the next one.
    fn keyframes(&mut self) -> Vec<Keyframe> {
        let mut keyframes: Vec<Keyframe> = Vec::new();
        let mut backwards = 0;
        for frame in &self.frames {
            if frame.key {
                let pts_us = micros(frame.pts, self.time_base);
                if keyframes.last().is_some_and(|before| pts_us < before.pts_us) {
                    backwards += 1;
                }
                keyframes.push(Keyframe { pts_us, size: frame.size, between: 0 });
            } else if let Some(last) = keyframes.last_mut() {
                last.between = last.between.saturating_add(frame.size);
            }
        }
        if backwards > 0 {
            self.doubts.push(Doubt::PtsBackwards { times: backwards });
            keyframes.sort_by_key(|keyframe| keyframe.pts_us);
        }
        keyframes
    }

    /// The first presentation time and the end of the last frame shown, microseconds; notes silences on the way.
    fn extent(&mut self) -> (i64, i64) {
        let any_shown = self.frames.iter().any(|frame| frame.shown);
        let mut times: Vec<(i64, u32)> =
            self.frames.iter().filter(|f| f.shown || !any_shown).map(|f| (f.pts, f.duration)).collect();
        times.sort_unstable();
        let mut steps: Vec<i64> = times.windows(2).map(|w| w[1].0.saturating_sub(w[0].0)).collect();
        let median = match steps.len() {
            0 => 0,
            n => *steps.select_nth_unstable(n / 2).1,
        };
        let limit = micros(median, self.time_base).saturating_mul(10).max(GAP_US);
        let (first, last) = (times[0].0, times[times.len() - 1]);
        for pair in times.windows(2) {
            let step_us = micros(pair[1].0.saturating_sub(pair[0].0), self.time_base);
            if step_us > limit {
                let before = pair[0].0.saturating_add(median);
                self.doubts.push(Doubt::PtsGap {
                    at_s: micros(before.saturating_sub(first), self.time_base) as f64 / 1e6,
                    seconds: micros(pair[1].0.saturating_sub(before), self.time_base) as f64 / 1e6,
                });
                if self.doubts.len() >= 100 {
                    break; // a slide show: more of the same tells nothing
                }
            }
        }
        let duration = if last.1 > 0 { i64::from(last.1) } else { median };
        let first_us = micros(first, self.time_base);
        let end_us = micros(last.0.saturating_add(duration), self.time_base);
        (first_us, end_us.min(first_us.saturating_add(LONGEST_US)))
    }

    fn doubt_duration(&mut self, packets_us: i64) {
        let Some(header_us) = self.header_duration_us else { return };
        let difference = header_us.abs_diff(packets_us);
        if difference > 2_000_000 && difference > packets_us.unsigned_abs() / 10 {
            let (header_s, packets_s) = (header_us as f64 / 1e6, packets_us as f64 / 1e6);
            self.doubts.push(Doubt::DurationDiffers { header_s, packets_s });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(frames: Vec<Frame>) -> Listing {
        let file = tempfile::tempfile().unwrap();
        file.set_len(1 << 20).unwrap();
        let found = Found {
            container: "avi".into(),
            codec: "h264".into(),
            width: 0,
            height: 0,
            rotation: 0,
            time_base: (1, 1000),
            audio: None,
            header_duration_us: Some(144_000_000_000),
            creation_time: None,
            method: Method::Packets,
            frames,
            doubts: vec![],
        };
        found.assemble(&Source::new(&file).unwrap()).unwrap()
    }

    fn frame(pts: i64, key: bool) -> Frame {
        Frame { pts, duration: 0, size: 10, key, shown: true }
    }

    #[test]
    fn the_bytes_between_keyframes_are_those_in_the_file_between_them() {
        let listing =
            found(vec![frame(0, true), frame(80, false), frame(40, false), frame(120, true), frame(160, false)]);
        let rows: Vec<_> = listing.keyframes.iter().map(|k| (k.pts_us, k.size, k.between)).collect();
        assert_eq!(rows, [(0, 10, 20), (120_000, 10, 10)]);
        assert_eq!((listing.first_pts_us, listing.end_pts_us), (0, 200_000));
    }

    #[test]
    fn a_header_of_forty_hours_is_doubted() {
        let listing = found((0..50).map(|i| frame(i * 40, i == 0)).collect());
        assert_eq!(listing.doubts, [Doubt::DurationDiffers { header_s: 144_000.0, packets_s: 2.0 }]);
    }

    #[test]
    fn a_silence_and_a_jump_back_are_doubted_and_keyframes_sorted() {
        let listing = found(vec![frame(10_000, true), frame(10_040, false), frame(0, true), frame(40, false)]);
        assert_eq!(listing.keyframes.iter().map(|k| k.pts_us).collect::<Vec<_>>(), [0, 10_000_000]);
        assert!(listing.doubts.contains(&Doubt::PtsBackwards { times: 1 }));
        assert!(listing.doubts.contains(&Doubt::PtsGap { at_s: 0.08, seconds: 9.92 }));
    }

    #[test]
    fn without_a_flag_the_first_frame_is_taken_as_a_keyframe() {
        let listing = found(vec![frame(0, false), frame(40, false)]);
        assert_eq!(listing.keyframes.len(), 1);
        assert!(listing.doubts.contains(&Doubt::NoKeyframe));
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        let listing = found(vec![frame(i64::MIN, true), frame(i64::MAX, true), frame(0, true)]);
        assert_eq!((listing.keyframes.len(), listing.duration_us()), (1, 0));
    }

    #[test]
    fn one_damaged_time_does_not_make_a_recording_last_for_years() {
        let years = 1_000_000_000_000;
        for stray in [years, -years] {
            let mut frames: Vec<Frame> = (0..50).map(|i| frame(i * 40, i % 10 == 0)).collect();
            frames[20].pts = stray;
            let listing = found(frames);
            assert_eq!((listing.first_pts_us, listing.end_pts_us, listing.packets), (0, 2_000_000, 49));
            assert_eq!(
                listing.keyframes.iter().map(|k| k.pts_us).collect::<Vec<_>>(),
                [0, 400_000, 1_200_000, 1_600_000]
            );
            assert_eq!(listing.doubts[0], Doubt::DamagedInside { errors: 1 });
        }
    }

    #[test]
    fn a_last_frame_said_to_be_shown_for_weeks_is_not_believed() {
        let last = Frame { duration: u32::MAX, ..frame(40, false) };
        assert_eq!(found(vec![frame(0, true), last]).duration_us(), LONGEST_US);
    }

    #[test]
    fn more_video_than_the_file_has_bytes_is_doubted() {
        let listing = found(vec![Frame { size: 2 << 20, ..frame(0, true) }, frame(40, false)]);
        assert_eq!(listing.doubts[0], Doubt::DamagedInside { errors: 1 });
    }
}
