//! From a decoder's frame to an upright picture of the size asked for.

use ffmpeg_next::color::{Range, Space};
use ffmpeg_next::format::Pixel;
use ffmpeg_next::software::scaling;
use ffmpeg_next::{Rational, frame};

use super::colour::{Matrix, to_jpeg};
use super::scale::{Raw, scaled};
use super::{Picture, Plane};
use crate::model::{Fault, Unreadable};

/// The largest side of a picture that we make, pixels.
const MAX_SIDE: u32 = 16_384;

/// How large the upright picture is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Fit {
    /// At most this many pixels wide, never enlarged; the height follows.
    Width(u32),
    /// As large as it is.
    Full,
}

/// Makes an upright picture with square pixels. `aspect` is width over height of one coded pixel; `rotation` the clockwise
/// turn, in degrees, that shows it upright.
///
/// # Errors
/// [`Fault::Damaged`] when the frame is none, or of a pixel format that swscale does not read.
pub(in crate::media) fn upright(
    frame: &frame::Video,
    aspect: Rational,
    rotation: u16,
    fit: Fit,
) -> Result<Picture, Unreadable> {
    let (width, height) = target(frame.width(), frame.height(), aspect, rotation, fit);
    if let Some(depth) = planar_depth(frame.format()).filter(|_| has_rows(frame)) {
        let full = frame.color_range() == Range::JPEG || is_full_range(frame.format());
        let matrix = matrix_of(frame);
        return picture(frame, depth, (width, height), full, matrix).map(|picture| turned(picture, rotation));
    }
    // Everything else (packed, semi-planar, RGB, palettes): swscale makes JPEG's own kind of it, at the same size.
    let mut plain = frame::Video::empty();
    let (w, h) = (frame.width(), frame.height());
    let flags = scaling::Flags::FAST_BILINEAR;
    scaling::Context::get(frame.format(), w, h, Pixel::YUVJ420P, w, h, flags)
        .and_then(|mut context| context.run(frame, &mut plain))
        .map_err(|error| damaged(format!("{:?} of {w}×{h}: {error}", frame.format())))?;
    picture(&plain, 8, (width, height), true, Matrix::Bt601).map(|picture| turned(picture, rotation))
}

/// The size to scale the coded picture to, before it is turned.
fn target(width: u32, height: u32, aspect: Rational, rotation: u16, fit: Fit) -> (usize, usize) {
    let ratio = f64::from(aspect.numerator()) / f64::from(aspect.denominator());
    // Real pixels are 0.5 to 2 wide for their height; beyond 8 it is a damaged header.
    let ratio = if (0.125..=8.0).contains(&ratio) { ratio } else { 1.0 };
    let shown = (f64::from(width) * ratio, f64::from(height));
    let sideways = matches!(rotation, 90 | 270);
    let across = if sideways { shown.1 } else { shown.0 };
    let shrink = match fit {
        Fit::Width(wanted) if f64::from(wanted) < across => f64::from(wanted) / across,
        _ => 1.0,
    };
    let side = |length: f64| (length * shrink).round().clamp(1.0, f64::from(MAX_SIDE)) as usize;
    (side(shown.0), side(shown.1))
}

fn picture(
    frame: &frame::Video,
    depth: u32,
    (width, height): (usize, usize),
    full_range: bool,
    matrix: Matrix,
) -> Result<Picture, Unreadable> {
    let raw = |index: usize| {
        let raw = Raw {
            data: frame.data(index),
            stride: frame.stride(index),
            width: frame.plane_width(index) as usize,
            height: frame.plane_height(index) as usize,
            depth,
        };
        raw.is_whole().then_some(raw).ok_or_else(|| damaged("a frame without all its samples"))
    };
    let luma = raw(0)?;
    let y = scaled(&luma, width, height);
    let chroma = if frame.planes() >= 3 {
        let (cb, cr) = (raw(1)?, raw(2)?);
        // The same share of the luma's size as before scaling.
        let share = |part: usize, whole: usize, side: usize| (part * side).div_ceil(whole).clamp(1, side);
        let (w, h) = (share(cb.width, luma.width, width), share(cb.height, luma.height, height));
        [scaled(&cb, w, h), scaled(&cr, w, h)]
    } else {
        let gray = Plane { width: 1, height: 1, samples: vec![128] };
        [gray.clone(), gray]
    };
    let mut picture = Picture { y, chroma };
    to_jpeg(&mut picture, full_range, matrix);
    Ok(picture)
}

fn turned(picture: Picture, rotation: u16) -> Picture {
    let Picture { y, chroma } = picture;
    Picture { y: y.turned(rotation), chroma: chroma.map(|plane| plane.turned(rotation)) }
}

/// Whether each plane's rows run forward in memory and there are as many planes as the format wants.
pub(super) fn has_rows(frame: &frame::Video) -> bool {
    let wanted = if matches!(frame.format(), Pixel::GRAY8 | Pixel::GRAY10LE | Pixel::GRAY12LE) { 1 } else { 3 };
    frame.planes() >= wanted && (0..wanted).all(|plane| i32::try_from(frame.stride(plane)).is_ok())
}

/// Bits of a sample, for the planar formats that we read ourselves.
pub(super) fn planar_depth(format: Pixel) -> Option<u32> {
    use Pixel as P;
    match format {
        P::YUV420P
        | P::YUVJ420P
        | P::YUV422P
        | P::YUVJ422P
        | P::YUV444P
        | P::YUVJ444P
        | P::YUV440P
        | P::YUVJ440P
        | P::YUV411P
        | P::YUVJ411P
        | P::GRAY8 => Some(8),
        P::YUV420P10LE | P::YUV422P10LE | P::YUV444P10LE | P::GRAY10LE => Some(10),
        P::YUV420P12LE | P::YUV422P12LE | P::YUV444P12LE | P::GRAY12LE => Some(12),
        _ => None,
    }
}

pub(super) fn is_full_range(format: Pixel) -> bool {
    use Pixel as P;
    matches!(format, P::YUVJ420P | P::YUVJ422P | P::YUVJ444P | P::YUVJ440P | P::YUVJ411P)
}

/// The matrix that the video states; where it states none, what its size suggests, as players do.
fn matrix_of(frame: &frame::Video) -> Matrix {
    match frame.color_space() {
        Space::BT709 => Matrix::Bt709,
        Space::BT2020NCL | Space::BT2020CL => Matrix::Bt2020,
        // A full-range picture of no stated matrix is JPEG's kind (mjpeg).
        Space::Unspecified if frame.height() > 576 && !is_full_range(frame.format()) => Matrix::Bt709,
        _ => Matrix::Bt601,
    }
}

pub(super) fn damaged(detail: impl Into<String>) -> Unreadable {
    Unreadable::new(Fault::Damaged, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(width: u32, height: u32, aspect: (i32, i32), rotation: u16, fit: Fit) -> (usize, usize) {
        target(width, height, Rational::new(aspect.0, aspect.1), rotation, fit)
    }

    #[test]
    fn the_upright_picture_gets_the_width_asked_for() {
        assert_eq!(size(1920, 1080, (1, 1), 0, Fit::Width(320)), (320, 180));
        assert_eq!(size(1280, 720, (1, 1), 90, Fit::Width(320)), (569, 320));
        assert_eq!(size(704, 576, (16, 11), 0, Fit::Width(320)), (320, 180));
        assert_eq!(size(704, 576, (16, 11), 0, Fit::Full), (1024, 576));
    }

    #[test]
    fn nothing_is_enlarged_and_no_size_is_absurd() {
        assert_eq!(size(176, 144, (0, 1), 0, Fit::Width(320)), (176, 144));
        assert_eq!(size(640, 480, (1, 1_000_000), 0, Fit::Full), (640, 480));
        assert_eq!(size(640, 480, (1, 0), 0, Fit::Full), (640, 480));
        assert_eq!(size(60_000, 1, (1, 1), 0, Fit::Full), (16_384, 1));
        assert_eq!(size(10_000, 1, (1, 1), 0, Fit::Width(16)), (16, 1));
    }

    #[test]
    fn semi_planar_and_rgb_frames_pass_through_swscale() {
        for format in [Pixel::NV12, Pixel::RGB24, Pixel::YUYV422, Pixel::YUV420P10BE] {
            let mut frame = frame::Video::new(format, 64, 48);
            (0..frame.planes())
                .for_each(|plane| frame.data_mut(plane).fill(if format == Pixel::RGB24 { 200 } else { 128 }));
            let picture = upright(&frame, Rational::new(1, 1), 0, Fit::Width(32)).unwrap();
            assert_eq!((picture.y.width, picture.y.height), (32, 24), "{format:?}");
            assert!(picture.mean_luma() > 100, "{format:?}: {}", picture.mean_luma());
        }
    }
}
