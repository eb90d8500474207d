//! A clip with the pictures decoded and encoded anew.

use ffmpeg_next::format::Pixel;
use ffmpeg_next::frame::Video;

use super::encoder::{Encoded, Encoder};
use super::parameters::Parameters;
use super::segment::VideoTrack;
use super::sound::Sound;
use super::writer::Writer;
use super::{ClipAsk, ClipStop, ClipTail};
use crate::media::decode::decoder::{Decoder, Purpose};
use crate::media::decode::reader::{Reader, Shot};
use crate::media::decode::run::{ROUNDING_US, find_run};
use crate::media::picture::{Shape, range};
use crate::model::{Fault, Unreadable};

/// Heights that may be asked for, pixels.
const HEIGHTS: std::ops::RangeInclusive<u32> = 64..=2304;

/// Decodes, scales and encodes.
pub(super) fn transcode(
    reader: &mut Reader,
    ask: &ClipAsk,
    height: Option<u32>,
    max_fps: Option<u32>,
    writer: &mut Writer<'_>,
) -> Result<ClipTail, ClipStop> {
    if ask.sound {
        reader.listen();
    }
    let run = find_run(reader, ask.from_us)?;
    let height = height.map(|height| height.clamp(*HEIGHTS.start(), *HEIGHTS.end()));
    let purpose = match height {
        // 0 is not known yet.
        Some(height) if reader.coded_height()? == 0 || reader.coded_height()? >= 2 * height => Purpose::SmallFrames,
        _ => Purpose::Frames,
    };
    let mut decoder = Decoder::open(reader, purpose)?;
    let sound = Sound::open(reader)?;
    let mut times = Times::new(reader, &run);
    let mut picker = Picker::new(ask, max_fps, times.guess_us);
    let length_us = run.first().map_or(40_000, |shot| reader.length_of(&shot.packet));
    let mut maker = Maker { height, max_fps, length_us, sound, open: None, fault: None };

    let mut run = run.into_iter();
    loop {
        let shot = run.next().or_else(|| reader.next());
        maker.sound.pass_on(reader, ask.to_us, writer);
        let sent = match &shot {
            Some(Shot { packet, .. }) => decoder.send(packet, false),
            None => decoder.finish(),
        };
        match sent {
            Err(error) if error.fault == Fault::OutOfMemory => return Err(error.into()),
            Err(error) => {
                writer.damaged();
                maker.fault.get_or_insert(error);
            }
            Ok(()) => {}
        }
        while let Some(frame) = decoder.receive() {
            let pts_us = times.of(reader, &frame);
            match picker.pick(pts_us, frame) {
                Some(picked) => {
                    for (pts_us, frame) in picked {
                        maker.make(reader, writer, pts_us, frame)?;
                    }
                }
                None => writer.damaged(),
            }
            if picker.done {
                return maker.finish(writer);
            }
        }
        if shot.is_none() {
            break;
        }
    }
    if let Some((pts_us, frame)) = picker.waiting {
        maker.make(reader, writer, pts_us, frame)?;
    }
    maker.finish(writer)
}

/// The times of decoded frames.
struct Times {
    /// Where frames are counted: the number of the next.
    counted: Option<i64>,
    guess_us: i64,
    step_us: i64,
    before_us: Option<i64>,
}

impl Times {
    fn new(reader: &Reader, run: &[Shot]) -> Times {
        let first_us = run.first().map_or(0, |shot| shot.pts_us);
        let counted = reader.is_counted().then(|| reader.number_at(first_us.saturating_add(ROUNDING_US)));
        Times { counted, guess_us: first_us, step_us: reader.time_of_number(1), before_us: None }
    }

    /// The time of the next frame shown; a step after the one before where it has none.
    fn of(&mut self, reader: &Reader, frame: &Video) -> i64 {
        if let Some(number) = &mut self.counted {
            let pts_us = reader.time_of_number(*number);
            *number = number.saturating_add(1);
            return pts_us;
        }
        let pts_us = reader.time_of(frame).unwrap_or(self.guess_us);
        self.step_us = self.before_us.map_or(self.step_us, |before_us| pts_us.saturating_sub(before_us));
        self.guess_us = pts_us.saturating_add(self.step_us);
        self.before_us = Some(pts_us);
        pts_us
    }
}

/// Which frames are in the clip: from the one shown at its start on, no more often than asked for.
struct Picker {
    from_us: i64,
    to_us: i64,
    step_us: i64,
    /// The last frame by the start: it is shown then.
    waiting: Option<(i64, Video)>,
    last_us: i64,
    due_us: i64,
    done: bool,
}

impl Picker {
    /// Nothing from before `first_us`, the keyframe's time, is whole.
    fn new(ask: &ClipAsk, max_fps: Option<u32>, first_us: i64) -> Picker {
        let step_us = max_fps.map_or(0, |fps| 1_000_000 / i64::from(fps.clamp(1, 1000)));
        Picker {
            from_us: ask.from_us.saturating_add(ROUNDING_US),
            to_us: ask.to_us,
            step_us,
            waiting: None,
            last_us: first_us.saturating_sub(1),
            due_us: i64::MIN,
            done: false,
        }
    }

    /// Takes the next decoded frame; gives those that are in the clip now. `None` when its time is not after the one before.
    fn pick(&mut self, pts_us: i64, frame: Video) -> Option<impl Iterator<Item = (i64, Video)>> {
        if pts_us <= self.last_us {
            return None;
        }
        self.last_us = pts_us;
        if pts_us <= self.from_us && pts_us < self.to_us {
            self.waiting = Some((pts_us, frame));
            return Some([None, None].into_iter().flatten());
        }
        self.done = pts_us >= self.to_us;
        let this = (!self.done).then_some((pts_us, frame));
        let before = self.waiting.take().filter(|(pts_us, _)| self.is_due(*pts_us));
        Some([before, this.filter(|(pts_us, _)| self.is_due(*pts_us))].into_iter().flatten())
    }

    fn is_due(&mut self, pts_us: i64) -> bool {
        if pts_us < self.due_us {
            return false;
        }
        // Steps are counted from the first frame, so that the rate is met in the mean; after a gap, anew.
        let next_us = self.due_us.saturating_add(self.step_us);
        self.due_us = if next_us > pts_us { next_us } else { pts_us.saturating_add(self.step_us) };
        true
    }
}

/// Makes the clip's frames; the encoder is opened for the first.
struct Maker {
    height: Option<u32>,
    max_fps: Option<u32>,
    /// Length of a frame, as far as that is known, microseconds.
    length_us: i64,
    sound: Sound,
    open: Option<(Shape, Encoder)>,
    /// The first thing that could not be decoded.
    fault: Option<Unreadable>,
}

impl Maker {
    fn make(
        &mut self,
        reader: &mut Reader,
        writer: &mut Writer<'_>,
        pts_us: i64,
        mut frame: Video,
    ) -> Result<(), ClipStop> {
        if self.open.is_none() {
            self.open = Some(self.begin(reader, writer, &mut frame)?);
        }
        let Some((shape, encoder)) = &mut self.open else { return Ok(()) };
        if shape.fits(&frame) {
            frame.set_format(Pixel::YUV420P);
        } else {
            frame = shape.shaped(&frame)?;
        }
        encoder.send(&mut frame, pts_us)?;
        write(encoder, writer, self.length_us)
    }

    fn begin(
        &self,
        reader: &mut Reader,
        writer: &mut Writer<'_>,
        frame: &mut Video,
    ) -> Result<(Shape, Encoder), Unreadable> {
        let shape =
            Shape::new((frame.width(), frame.height()), reader.aspect_of(frame), reader.rotation(), self.height);
        let rate = 1e6 / self.length_us as f64;
        let rate = self.max_fps.map_or(rate, |most| rate.min(f64::from(most)));
        let (width, height) = shape.upright();
        let mut encoder = Encoder::open((width, height), rate, range(frame), frame.color_space())?;
        let Parameters { entry, config_box, config, codecs, .. } = encoder.parameters()?;
        let (width, height) = (width as u16, height as u16);
        let track = VideoTrack { entry, config_box, config, codecs, width, height, pixel: (1, 1), rotation: 0 };
        writer.begin(track, self.sound.track(), self.sound.said(), true, 0);
        Ok((shape, encoder))
    }

    fn finish(mut self, writer: &mut Writer<'_>) -> Result<ClipTail, ClipStop> {
        let Some((_, encoder)) = &mut self.open else {
            let nothing = || Unreadable::new(Fault::NoPackets, "no frame in the interval");
            return Err(self.fault.unwrap_or_else(nothing).into());
        };
        encoder.finish()?;
        write(encoder, writer, self.length_us)?;
        writer.finish()
    }
}

/// Writes what the encoder gives.
fn write(encoder: &mut Encoder, writer: &mut Writer<'_>, length_us: i64) -> Result<(), ClipStop> {
    while let Some(Encoded { pts_us, key, bytes }) = encoder.receive()? {
        writer.frame(pts_us, key, length_us, bytes)?;
    }
    Ok(())
}
