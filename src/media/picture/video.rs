//! From a decoder's frame to one for an encoder: upright, square pixels, 4:2:0 of eight bits, in the colours that it has.

use ffmpeg_next::color::Range;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::software::scaling;
use ffmpeg_next::{Rational, frame};

use super::Plane;
use super::convert::{damaged, has_rows, is_full_range, planar_depth};
use super::scale::{Raw, scaled};
use crate::model::Unreadable;

/// The largest picture, pixels: what H.264 of level 5.1 holds and browsers play.
const LONGEST: f64 = 4096.0;
const SHORTER: f64 = 2304.0;
/// The least side, pixels: an encoder's block.
const LEAST: usize = 16;

/// The size that frames of a clip get, and their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct Shape {
    /// Before the turn.
    size: (usize, usize),
    rotation: u16,
}

impl Shape {
    /// For frames of this size, with pixels of this shape (width over height), to be turned clockwise by so many degrees and to
    /// be at most so high then. Both sides are even.
    pub(in crate::media) fn new(size: (u32, u32), pixel: Rational, rotation: u16, height: Option<u32>) -> Shape {
        let ratio = f64::from(pixel.numerator()) / f64::from(pixel.denominator());
        let ratio = if (0.125..=8.0).contains(&ratio) { ratio } else { 1.0 };
        let (wide, high) = (f64::from(size.0.max(1)) * ratio, f64::from(size.1.max(1)));
        let upright_height = if matches!(rotation, 90 | 270) { wide } else { high };
        let wanted = height.map_or(1.0, |height| f64::from(height) / upright_height);
        let most = (LONGEST / wide.max(high)).min(SHORTER / wide.min(high));
        let scale = wanted.min(most).min(1.0);
        let even = |length: f64| ((length * scale / 2.0).round() as usize * 2).max(LEAST);
        Shape { size: (even(wide), even(high)), rotation }
    }

    /// Width and height of the upright picture.
    pub(in crate::media) fn upright(self) -> (u32, u32) {
        let (wide, high) = (self.size.0 as u32, self.size.1 as u32);
        if matches!(self.rotation, 90 | 270) { (high, wide) } else { (wide, high) }
    }

    /// Whether a frame is as it shall be already.
    pub(in crate::media) fn fits(self, frame: &frame::Video) -> bool {
        let same = (frame.width() as usize, frame.height() as usize) == self.size && self.rotation == 0;
        same && matches!(frame.format(), Pixel::YUV420P | Pixel::YUVJ420P) && has_rows(frame)
    }

    /// The frame in this shape; its samples keep their range ([`range`]).
    ///
    /// # Errors
    /// [`crate::model::Fault::Damaged`] when the frame is none, or of a pixel format that swscale does not read.
    pub(in crate::media) fn shaped(self, frame: &frame::Video) -> Result<frame::Video, Unreadable> {
        if let Some(depth) = planar_depth(frame.format()).filter(|_| has_rows(frame)) {
            return self.filled(frame, depth);
        }
        let (w, h) = (frame.width(), frame.height());
        let mut plain = frame::Video::empty();
        // The limited range, as most video has it, whatever the source: an encoder is told once.
        scaling::Context::get(frame.format(), w, h, Pixel::YUV420P, w, h, scaling::Flags::FAST_BILINEAR)
            .and_then(|mut context| context.run(frame, &mut plain))
            .map_err(|error| damaged(format!("{:?} of {w}×{h}: {error}", frame.format())))?;
        self.filled(&plain, 8)
    }

    fn filled(self, frame: &frame::Video, depth: u32) -> Result<frame::Video, Unreadable> {
        let (width, height) = self.upright();
        let mut out = frame::Video::new(Pixel::YUV420P, width, height);
        if out.planes() < 3 {
            return Err(Unreadable::new(crate::model::Fault::OutOfMemory, format!("a frame of {width}×{height}")));
        }
        for index in 0..3 {
            let (w, h) = if index == 0 { self.size } else { (self.size.0 / 2, self.size.1 / 2) };
            let plane = if index > 0 && frame.planes() < 3 {
                Plane { width: w, height: h, samples: vec![128; w * h] }
            } else {
                scaled(&raw(frame, index, depth)?, w, h)
            };
            let plane = plane.turned(self.rotation);
            let stride = out.stride(index);
            let rows = out.data_mut(index).chunks_mut(stride);
            for (to, y) in rows.zip(0..plane.height) {
                to[..plane.width].copy_from_slice(plane.row(y));
            }
        }
        Ok(out)
    }
}

/// The range that a frame's samples have when it is shaped.
pub(in crate::media) fn range(frame: &frame::Video) -> Range {
    let full = frame.color_range() == Range::JPEG || is_full_range(frame.format());
    if full && planar_depth(frame.format()).is_some() { Range::JPEG } else { Range::MPEG }
}

fn raw(frame: &frame::Video, index: usize, depth: u32) -> Result<Raw<'_>, Unreadable> {
    let raw = Raw {
        data: frame.data(index),
        stride: frame.stride(index),
        width: frame.plane_width(index) as usize,
        height: frame.plane_height(index) as usize,
        depth,
    };
    raw.is_whole().then_some(raw).ok_or_else(|| damaged("a frame without all its samples"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upright(size: (u32, u32), pixel: (i32, i32), rotation: u16, height: Option<u32>) -> (u32, u32) {
        Shape::new(size, Rational::new(pixel.0, pixel.1), rotation, height).upright()
    }

    #[test]
    fn the_upright_picture_gets_the_height_asked_for() {
        assert_eq!(upright((1920, 1080), (1, 1), 0, Some(360)), (640, 360));
        assert_eq!(upright((1280, 720), (0, 1), 90, Some(360)), (202, 360));
        assert_eq!(upright((704, 576), (16, 11), 0, None), (1024, 576));
        assert_eq!(upright((640, 360), (1, 1), 0, Some(720)), (640, 360));
        assert_eq!(upright((175, 143), (1, 1), 0, None), (176, 144));
        assert_eq!(upright((7680, 4320), (1, 1), 0, None), (4096, 2304));
        assert_eq!(upright((60_000, 1), (1, 1), 0, None), (4096, 16));
        assert_eq!(upright((0, 0), (1, 0), 0, Some(1)), (16, 16));
    }

    #[test]
    fn every_kind_of_frame_comes_out_plain_and_keeps_its_brightness() {
        for (format, value) in [
            (Pixel::YUV420P, 120),
            (Pixel::YUVJ422P, 120),
            (Pixel::YUV444P, 120),
            (Pixel::GRAY8, 120),
            (Pixel::NV12, 120),
            (Pixel::YUYV422, 120),
        ] {
            let mut frame = frame::Video::new(format, 64, 48);
            (0..frame.planes()).for_each(|plane| frame.data_mut(plane).fill(value));
            let shape = Shape::new((64, 48), Rational::new(1, 1), 90, Some(32));
            let out = shape.shaped(&frame).unwrap();
            assert_eq!((out.width(), out.height(), out.format()), (24, 32, Pixel::YUV420P), "{format:?}");
            assert!(out.data(0)[5].abs_diff(value) < 3, "{format:?}: {}", out.data(0)[5]);
        }
    }
}
