//! From a video's YCbCr to JPEG's: the range is stretched to 0–255 and the matrix turned into BT.601's, so that the red
//! motorbike is as red in its thumbnail as in a player.

use super::Picture;

/// The luma coefficients (red, blue) of a video's matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Matrix {
    /// Rec. ITU-R BT.601: standard definition, and JPEG.
    Bt601,
    /// Rec. ITU-R BT.709: high definition.
    Bt709,
    /// Rec. ITU-R BT.2020, non-constant luminance.
    Bt2020,
}

impl Matrix {
    fn red_blue(self) -> (f32, f32) {
        match self {
            Matrix::Bt601 => (0.299, 0.114),
            Matrix::Bt709 => (0.2126, 0.0722),
            Matrix::Bt2020 => (0.2627, 0.0593),
        }
    }
}

/// Makes a picture of limited or full range and any matrix into JPEG's kind.
pub(super) fn to_jpeg(picture: &mut Picture, full_range: bool, matrix: Matrix) {
    if !full_range {
        stretch(&mut picture.y.samples, 16, 219);
        for plane in &mut picture.chroma {
            stretch_around_128(&mut plane.samples);
        }
    }
    if matrix != Matrix::Bt601 {
        turn(picture, matrix);
    }
}

/// Luma of limited range: 16 to 235 (BT.709 §4.6).
fn stretch(samples: &mut [u8], low: i32, span: i32) {
    let table: [u8; 256] =
        std::array::from_fn(|v| ((v as i32 - low) * 255 + span / 2).div_euclid(span).clamp(0, 255) as u8);
    samples.iter_mut().for_each(|sample| *sample = table[usize::from(*sample)]);
}

/// Chroma of limited range: 128 ± 112.
fn stretch_around_128(samples: &mut [u8]) {
    let table: [u8; 256] =
        std::array::from_fn(|v| (128 + ((v as i32 - 128) * 255 + 112).div_euclid(224)).clamp(0, 255) as u8);
    samples.iter_mut().for_each(|sample| *sample = table[usize::from(*sample)]);
}

/// Re-expresses colours of one matrix in BT.601's. Gray stays as it is, so luma only gains a share of each chroma and the
/// chromas only mix. With full-range planes R = Y + 2(1−Kr)·Cr, B = Y + 2(1−Kb)·Cb, G from Y = Kr·R + Kg·G + Kb·B.
fn turn(picture: &mut Picture, from: Matrix) {
    let (kr, kb) = from.red_blue();
    let kg = 1.0 - kr - kb;
    let (kr_to, kb_to) = Matrix::Bt601.red_blue();
    let kg_to = 1.0 - kr_to - kb_to;
    // What one step of Cb or Cr adds to R, G, B in the old matrix.
    let (b_cb, r_cr) = (2.0 * (1.0 - kb), 2.0 * (1.0 - kr));
    let (g_cb, g_cr) = (-kb * b_cb / kg, -kr * r_cr / kg);
    // … and so to the new luma and chromas.
    let (y_cb, y_cr) = (kg_to * g_cb + kb_to * b_cb, kr_to * r_cr + kg_to * g_cr);
    let (cb_scale, cr_scale) = (1.0 / (2.0 * (1.0 - kb_to)), 1.0 / (2.0 * (1.0 - kr_to)));
    let fixed = |value: f32| (value * 65536.0).round() as i32;
    let [y_cb_fixed, y_cr_fixed] = [fixed(y_cb), fixed(y_cr)];
    let cb_from = [fixed((b_cb - y_cb) * cb_scale), fixed(-y_cr * cb_scale)];
    let cr_from = [fixed(-y_cb * cr_scale), fixed((r_cr - y_cr) * cr_scale)];

    let [cb_plane, cr_plane] = &mut picture.chroma;
    let mut to_luma = vec![0i16; cb_plane.samples.len()];
    for ((cb, cr), to_luma) in cb_plane.samples.iter_mut().zip(&mut cr_plane.samples).zip(&mut to_luma) {
        let (b, r) = (i32::from(*cb) - 128, i32::from(*cr) - 128);
        let mixed = |by: [i32; 2]| ((b * by[0] + r * by[1] + 32768) >> 16).clamp(-128, 127);
        *to_luma = mixed([y_cb_fixed, y_cr_fixed]) as i16;
        *cb = (128 + mixed(cb_from)) as u8;
        *cr = (128 + mixed(cr_from)) as u8;
    }
    let (width, height) = (picture.y.width, picture.y.height);
    let columns: Vec<usize> = (0..width).map(|x| x * cb_plane.width / width).collect();
    for (y, row) in picture.y.samples.chunks_exact_mut(width).enumerate() {
        let add = &to_luma[(y * cb_plane.height / height) * cb_plane.width..][..cb_plane.width];
        for (sample, &column) in row.iter_mut().zip(&columns) {
            *sample = (i16::from(*sample) + add[column]).clamp(0, 255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Plane;
    use super::*;

    fn converted(ycc: [u8; 3], full: bool, matrix: Matrix) -> [u8; 3] {
        let plane = |sample| Plane { width: 1, height: 1, samples: vec![sample] };
        let mut picture = Picture { y: plane(ycc[0]), chroma: [plane(ycc[1]), plane(ycc[2])] };
        to_jpeg(&mut picture, full, matrix);
        [picture.y.samples[0], picture.chroma[0].samples[0], picture.chroma[1].samples[0]]
    }

    #[test]
    fn black_white_and_gray_keep_their_meaning() {
        for matrix in [Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020] {
            assert_eq!(converted([16, 128, 128], false, matrix), [0, 128, 128]);
            assert_eq!(converted([235, 128, 128], false, matrix), [255, 128, 128]);
            assert_eq!(converted([0, 128, 128], false, matrix), [0, 128, 128]);
            assert_eq!(converted([77, 128, 128], true, matrix), [77, 128, 128]);
        }
    }

    #[test]
    fn red_of_high_definition_is_red_in_jpeg() {
        // Pure red is Y 63, Cb 102, Cr 240 in limited BT.709, and 76, 85, 255 in JFIF.
        let [y, cb, cr] = converted([63, 102, 240], false, Matrix::Bt709);
        assert!(y.abs_diff(76) <= 2 && cb.abs_diff(85) <= 2 && cr >= 253, "{y} {cb} {cr}");
        // The same red in limited BT.601 is 81, 90, 240.
        let [y, cb, cr] = converted([81, 90, 240], false, Matrix::Bt601);
        assert!(y.abs_diff(76) <= 2 && cb.abs_diff(85) <= 2 && cr >= 253, "{y} {cb} {cr}");
    }
}
