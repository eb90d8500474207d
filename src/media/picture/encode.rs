//! Encoding a picture as JPEG or PNG.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use jpeg_encoder::{ChromaSubsamplingMethod, Encoder, ImageBuffer, JpegColorType, SamplingFactor};

use super::Picture;
use crate::model::{Fault, Unreadable};

impl Picture {
    /// The picture as a baseline JFIF JPEG; quality 1 to 100 as libjpeg counts it.
    ///
    /// # Errors
    /// [`Fault::Damaged`] when it is larger than the 65,535 pixels that JPEG allows a side.
    pub(in crate::media) fn to_jpeg(&self, quality: u8) -> Result<Vec<u8>, Unreadable> {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, quality);
        let halved = |half: usize, whole: usize| half < whole || whole == 1;
        let [cb, _] = &self.chroma;
        encoder.set_sampling_factor(match (halved(cb.width, self.y.width), halved(cb.height, self.y.height)) {
            (true, true) => SamplingFactor::F_2_2,
            (true, false) => SamplingFactor::F_2_1,
            (false, true) => SamplingFactor::F_1_2,
            (false, false) => SamplingFactor::F_1_1,
        });
        // Chroma rows are handed over repeated, so taking one of the repeats gives back exactly what we have.
        encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Nearest);
        encoder.encode_image(Rows::of(self)?).map_err(not_encoded)?;
        Ok(out)
    }

    /// The picture as an 8-bit RGB PNG.
    ///
    /// # Errors
    /// [`Fault::Damaged`] when its size is beyond PNG.
    pub(in crate::media) fn to_png(&self) -> Result<Vec<u8>, Unreadable> {
        let mut rgb = Vec::with_capacity(self.y.samples.len() * 3);
        let [cb_plane, cr_plane] = &self.chroma;
        for y in 0..self.y.height {
            let chroma_y = y * cb_plane.height / self.y.height;
            let (cb, cr) = (cb_plane.row(chroma_y), cr_plane.row(chroma_y));
            for (x, &luma) in self.y.row(y).iter().enumerate() {
                let chroma_x = x * cb_plane.width / self.y.width;
                rgb.extend_from_slice(&rgb_of(luma, cb[chroma_x], cr[chroma_x]));
            }
        }
        let mut out = Vec::new();
        let (width, height) = (self.y.width as u32, self.y.height as u32);
        PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Adaptive)
            .write_image(&rgb, width, height, ExtendedColorType::Rgb8)
            .map_err(not_encoded)?;
        Ok(out)
    }
}

/// JFIF's YCbCr to RGB, in 16.16 fixed point.
fn rgb_of(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = ((i32::from(y) << 16) + 32768, i32::from(cb) - 128, i32::from(cr) - 128);
    [y + 91881 * cr, y - 22554 * cb - 46802 * cr, y + 116_130 * cb].map(|value| (value >> 16).clamp(0, 255) as u8)
}

/// Hands the encoder a picture row by row, chroma repeated to the size of the luma.
struct Rows<'a> {
    picture: &'a Picture,
    size: (u16, u16),
    columns: Vec<usize>,
}

impl<'a> Rows<'a> {
    fn of(picture: &'a Picture) -> Result<Rows<'a>, Unreadable> {
        let (width, height) = (picture.y.width, picture.y.height);
        let size = u16::try_from(width).ok().zip(u16::try_from(height).ok()).filter(|&(w, h)| w > 0 && h > 0);
        let size = size.ok_or_else(|| not_encoded(format!("{width}×{height} is beyond JPEG")))?;
        let columns = (0..width).map(|x| x * picture.chroma[0].width / width).collect();
        Ok(Rows { picture, size, columns })
    }
}

impl ImageBuffer for Rows<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.size.0
    }

    fn height(&self) -> u16 {
        self.size.1
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let y = usize::from(y);
        buffers[0].extend_from_slice(self.picture.y.row(y));
        for (plane, buffer) in self.picture.chroma.iter().zip(&mut buffers[1..3]) {
            let row = plane.row(y * plane.height / self.picture.y.height);
            buffer.extend(self.columns.iter().map(|&x| row[x]));
        }
    }
}

fn not_encoded(error: impl std::fmt::Display) -> Unreadable {
    Unreadable::new(Fault::Damaged, format!("the picture cannot be encoded: {error}"))
}

#[cfg(test)]
mod tests {
    use image::GenericImageView;

    use super::super::Plane;
    use super::*;

    fn red_half(width: usize, height: usize, chroma: (usize, usize)) -> Picture {
        let plane = |(width, height): (usize, usize), left: u8, right: u8| {
            let row = (0..width).map(|x| if 2 * x < width { left } else { right });
            Plane { width, height, samples: std::iter::repeat_n(row, height).flatten().collect() }
        };
        Picture { y: plane((width, height), 76, 128), chroma: [plane(chroma, 85, 128), plane(chroma, 255, 128)] }
    }

    #[test]
    fn a_picture_encodes_with_its_colours_whatever_its_chroma() {
        for chroma in [(64, 32), (32, 32), (32, 16), (1, 1)] {
            let picture = red_half(64, 32, chroma);
            for bytes in [picture.to_jpeg(90).unwrap(), picture.to_png().unwrap()] {
                let image = image::load_from_memory(&bytes).unwrap();
                assert_eq!(image.dimensions(), (64, 32));
                let [r, g, b, _] = image.get_pixel(8, 16).0;
                assert!(r > 245 && g < 10 && b < 10, "{chroma:?}: {r} {g} {b}");
                if chroma != (1, 1) {
                    let [r, g, b, _] = image.get_pixel(56, 16).0;
                    assert!([r, g, b].iter().all(|v| v.abs_diff(128) < 6), "{chroma:?}: {r} {g} {b}");
                }
            }
        }
    }

    #[test]
    fn what_jpeg_cannot_hold_is_refused() {
        assert_eq!(red_half(70_000, 1, (1, 1)).to_jpeg(70).unwrap_err().fault, Fault::Damaged);
    }
}
