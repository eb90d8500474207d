//! A picture in the form that encoders take (yuv420p) and the few ways of painting on it.

use super::font;
use super::traffic::Yuv;

/// Planes of a picture: luma at full size, the two differences at half.
#[derive(Clone)]
pub struct Frame {
    pub width: usize,
    pub height: usize,
    /// The three planes behind each other.
    pub bytes: Vec<u8>,
}

impl Frame {
    /// A black picture.
    pub fn new(width: usize, height: usize) -> Frame {
        let mut bytes = vec![16; width * height];
        bytes.resize(width * height * 3 / 2, 128);
        Frame { width, height, bytes }
    }

    /// Paints one pixel; its differences count where its row and column are even.
    pub fn set(&mut self, x: usize, y: usize, (luma, blue, red): Yuv) {
        self.bytes[y * self.width + x] = luma;
        if x.is_multiple_of(2) && y.is_multiple_of(2) {
            let at = self.width * self.height + y / 2 * (self.width / 2) + x / 2;
            self.bytes[at] = blue;
            self.bytes[at + self.width * self.height / 4] = red;
        }
    }

    /// Paints a shape: the rows of each column that `rows` gives, where the column's `depth` is farther than `at_depth`.
    pub fn paint(
        &mut self,
        columns: (f64, f64),
        (depth, at_depth): (&[f32], f64),
        colour: Yuv,
        rows: impl Fn(f64) -> (f64, f64),
    ) {
        let inside = |v: f64, end: usize| v.round().clamp(0.0, end as f64) as usize;
        let (left, right) = (inside(columns.0, self.width), inside(columns.1, self.width));
        let open = depth.iter().enumerate().take(right).skip(left).filter(|(_, wall)| f64::from(**wall) >= at_depth);
        for (x, _) in open {
            let (top, bottom) = rows(x as f64 + 0.5);
            for y in inside(top, self.height)..inside(bottom, self.height) {
                self.set(x, y, colour);
            }
        }
    }

    /// Burns text in, light on a dark bar, its upper left corner at (x, y); cut off at the picture's edge.
    pub fn burn_in(&mut self, text: &str, x: usize, y: usize, scale: usize) {
        let (advance, bar) = ((font::WIDTH + 1) * scale, (font::HEIGHT + 2) * scale);
        let right = (x + text.len() * advance + scale).min(self.width);
        for row in y..(y + bar).min(self.height) {
            for column in x..right {
                self.set(column, row, (24, 128, 128));
            }
        }
        for (index, &character) in text.as_bytes().iter().enumerate() {
            for (row, dots) in font::glyph(character).into_iter().enumerate() {
                for column in (0..font::WIDTH).filter(|column| dots >> (font::WIDTH - 1 - column) & 1 == 1) {
                    let (left, top) = (x + scale + index * advance + column * scale, y + scale + row * scale);
                    for (dx, dy) in (0..scale * scale).map(|dot| (dot % scale, dot / scale)) {
                        if left + dx < right && top + dy < self.height {
                            self.set(left + dx, top + dy, (225, 128, 128));
                        }
                    }
                }
            }
        }
    }
}
