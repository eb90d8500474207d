//! A decoded picture made ready to look at: scaled, upright, in JPEG's own colours; and its encoding as JPEG or PNG.

mod colour;
mod convert;
mod encode;
mod scale;
mod video;

pub(in crate::media) use convert::{Fit, upright};
pub(in crate::media) use video::{Shape, range};

/// A picture in JPEG's YCbCr: full range, BT.601 (JFIF 1.02), 8 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct Picture {
    /// Luma.
    pub(in crate::media) y: Plane,
    /// Blue and red chroma, of one size: that of the luma or smaller.
    pub(in crate::media) chroma: [Plane; 2],
}

/// Samples of one component, row by row without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct Plane {
    pub(in crate::media) width: usize,
    pub(in crate::media) height: usize,
    pub(in crate::media) samples: Vec<u8>,
}

impl Plane {
    fn row(&self, y: usize) -> &[u8] {
        &self.samples[y * self.width..(y + 1) * self.width]
    }

    /// The plane turned clockwise by 0, 90, 180 or 270 degrees.
    fn turned(self, degrees: u16) -> Plane {
        let Plane { width, height, samples } = self;
        match degrees {
            90 | 270 => {
                let mut out = Vec::with_capacity(samples.len());
                for x in 0..width {
                    let column = samples[x..].iter().step_by(width).copied();
                    if degrees == 90 { out.extend(column.rev()) } else { out.extend(column) }
                }
                if degrees == 270 {
                    // Columns were read left to right; counter-clockwise wants them right to left.
                    out = out.rchunks(height).flatten().copied().collect();
                }
                Plane { width: height, height: width, samples: out }
            }
            180 => Plane { width, height, samples: samples.into_iter().rev().collect() },
            _ => Plane { width, height, samples },
        }
    }
}

impl Picture {
    /// Mean luma, 0 to 255.
    pub(in crate::media) fn mean_luma(&self) -> u8 {
        let sum: u64 = self.y.samples.iter().map(|&sample| u64::from(sample)).sum();
        rounded_mean(sum, self.y.samples.len())
    }

    /// Mean absolute difference of luma from another picture, 0 to 255; `None` when their sizes differ.
    pub(in crate::media) fn change_from(&self, before: &Picture) -> Option<u8> {
        if (self.y.width, self.y.height) != (before.y.width, before.y.height) {
            return None;
        }
        let differences = self.y.samples.iter().zip(&before.y.samples).map(|(a, b)| u64::from(a.abs_diff(*b)));
        Some(rounded_mean(differences.sum(), self.y.samples.len()))
    }
}

fn rounded_mean(sum: u64, count: usize) -> u8 {
    let count = count.max(1) as u64;
    u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_is_clockwise() {
        let plane = Plane { width: 3, height: 2, samples: vec![1, 2, 3, 4, 5, 6] };
        let turned = |degrees| {
            let plane = plane.clone().turned(degrees);
            (plane.width, plane.height, plane.samples)
        };
        assert_eq!(turned(90), (2, 3, vec![4, 1, 5, 2, 6, 3]));
        assert_eq!(turned(180), (3, 2, vec![6, 5, 4, 3, 2, 1]));
        assert_eq!(turned(270), (2, 3, vec![3, 6, 2, 5, 1, 4]));
    }

    #[test]
    fn mean_and_change_of_luma() {
        let picture = |samples: &[u8]| {
            let chroma = Plane { width: 1, height: 1, samples: vec![128] };
            let y = Plane { width: 2, height: samples.len() / 2, samples: samples.to_vec() };
            Picture { y, chroma: [chroma.clone(), chroma] }
        };
        let one = picture(&[10, 20, 30, 40]);
        assert_eq!(one.mean_luma(), 25);
        assert_eq!(picture(&[12, 20, 28, 44]).change_from(&one), Some(2));
        assert_eq!(picture(&[1, 2]).change_from(&one), None);
    }
}
