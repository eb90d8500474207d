//! The empty street as a camera sees it: ground, roads with their markings, houses with windows, sky, and the light on all.

use super::frame::Frame;
use super::map::{House, ROADS, Xy, distance_to, lamps};
use super::rng::texture;
use super::scene::{Lens, hit};
use super::traffic::Yuv;

/// Colours in daylight.
const ASPHALT: Yuv = (92, 129, 126);
const MARKING: Yuv = (200, 126, 130);
const PAVEMENT: Yuv = (140, 124, 131);
const SOIL: Yuv = (104, 112, 132);
const SKY: Yuv = (200, 142, 118);
const LIT_WINDOW: Yuv = (190, 100, 146);
const DARK_WINDOW: Yuv = (50, 132, 126);
const HOUSES: [Yuv; 6] =
    [(170, 112, 138), (185, 126, 128), (150, 132, 118), (160, 106, 148), (140, 138, 122), (178, 118, 134)];

/// The light over a camera's surroundings and the ground under it.
pub struct Street {
    /// 0 in the night, 1 in full daylight.
    daylight: f64,
    lamps: Vec<Xy>,
    stretches: Vec<(Xy, Xy, f64, bool)>,
}

impl Street {
    /// The street around a point at an hour of the day (0–24). In the tropics the sun is up from six to half past six.
    pub fn new(around: Xy, local_hour: f64) -> Street {
        let daylight = ((local_hour - 5.2) / 0.9).min((18.9 - local_hour) / 0.9).clamp(0.0, 1.0);
        let near = |p: &Xy| p.minus(around).length() < 120.0;
        let stretches = ROADS
            .iter()
            .flat_map(|road| {
                road.corners.windows(2).map(|s| (s[0], s[1], road.half_width_m, road.kind != "residential"))
            })
            .filter(|(a, b, _, _)| distance_to(around, *a, *b) < 150.0)
            .collect();
        Street { daylight, lamps: lamps().into_iter().filter(near).collect(), stretches }
    }

    /// How bright something near the ground at a point is, 0 to 1.
    pub fn light(&self, point: Xy) -> f64 {
        let from_lamps: f64 = self
            .lamps
            .iter()
            .map(|lamp| {
                let away = lamp.minus(point);
                0.75 / (1.0 + away.dot(away) / 60.0)
            })
            .sum();
        (0.16 + 0.84 * self.daylight + (1.0 - self.daylight) * from_lamps).min(1.0)
    }

    /// Whether vehicles have their lights on.
    pub fn is_dark(&self) -> bool {
        self.daylight < 0.5
    }

    /// Paints the empty street; also gives the depth of the nearest wall in each column.
    pub fn paint(&self, lens: &Lens, houses: &[&House]) -> (Frame, Vec<f32>) {
        let mut frame = Frame::new(lens.width, lens.height);
        let mut depths = vec![f32::MAX; lens.width];
        let first_ground_row = lens.horizon as usize + 1;
        for (x, depth_of_column) in depths.iter_mut().enumerate() {
            let way = lens.column(x);
            for y in 0..first_ground_row.min(lens.height) {
                let height = 1.0 - y as f64 / lens.horizon.max(1.0) * 0.35;
                frame.set(x, y, lit(SKY, (0.1 + 0.9 * self.daylight) * height));
            }
            let mut hits: Vec<(f64, Xy, &House)> = Vec::new();
            for house in houses {
                for side in 0..4 {
                    let (a, b) = (house.corners[side], house.corners[(side + 1) % 4]);
                    if let Some(depth) = hit(lens.at, way, a, b).filter(|depth| *depth > 0.8) {
                        hits.push((depth, a, house));
                    }
                }
            }
            hits.sort_by(|a, b| b.0.total_cmp(&a.0));
            let nearest = hits.last().map_or(f64::MAX, |(depth, ..)| *depth);
            *depth_of_column = nearest as f32;
            for y in first_ground_row..lens.height {
                let depth = lens.focal * super::scene::HEIGHT_M / (y as f64 + 0.5 - lens.horizon);
                if depth < nearest {
                    frame.set(x, y, self.ground(lens.at.plus(way, depth), depth));
                }
            }
            for (depth, corner, house) in hits {
                let point = lens.at.plus(way, depth);
                let (top, bottom) = (lens.row(depth, house.height_m).max(0.0), lens.row(depth, 0.0));
                let light = self.light(point) * 0.85;
                for y in top as usize..(bottom as usize).min(lens.height) {
                    let above = super::scene::HEIGHT_M - (y as f64 + 0.5 - lens.horizon) * depth / lens.focal;
                    frame.set(x, y, self.wall(house, point.minus(corner).length(), above, light));
                }
            }
        }
        (frame, depths)
    }

    fn ground(&self, point: Xy, depth: f64) -> Yuv {
        let mut outside = f64::INFINITY;
        let mut marked = false;
        for &(a, b, half_width, main) in &self.stretches {
            let from_middle = distance_to(point, a, b);
            outside = outside.min(from_middle - half_width);
            let along = point.minus(a).dot(b.minus(a).unit());
            marked |= main && from_middle < 0.12 && along.rem_euclid(6.0) < 3.0;
        }
        let base = match outside {
            _ if marked => MARKING,
            o if o < 0.0 => ASPHALT,
            o if o < 1.6 => PAVEMENT,
            _ => SOIL,
        };
        // Farther cells are larger, so that the texture does not flicker into noise towards the horizon.
        let cell = if depth < 12.0 { 0.2 } else { 0.8 };
        let grain = f64::from(texture((point.e / cell).floor() as i64, (point.n / cell).floor() as i64));
        lit(base, self.light(point) * (0.86 + 0.28 * grain))
    }

    /// The colour of a wall `along` metres from its corner and `above` metres over the ground.
    fn wall(&self, house: &House, along: f64, above: f64, light: f64) -> Yuv {
        let (floor, within) = ((above / 3.2).floor(), above.rem_euclid(3.2));
        let (window, across) = ((along / 2.6).floor(), along.rem_euclid(2.6));
        let dice = texture(house.number as i64 ^ floor as i64, window as i64);
        if (0.8..1.9).contains(&across) && (1.0..2.3).contains(&within) {
            return if self.is_dark() && dice < 0.3 { LIT_WINDOW } else { lit(DARK_WINDOW, light) };
        }
        let base = HOUSES[(house.number % HOUSES.len() as u64) as usize];
        let grain = f64::from(texture((along / 0.3) as i64, (above / 0.3) as i64 + house.number as i64));
        lit(base, light * (0.92 + 0.14 * grain))
    }
}

/// A colour under a light of 0 to 1: darker and paler as the light goes.
pub fn lit((luma, blue, red): Yuv, light: f64) -> Yuv {
    let pale = light.clamp(0.0, 1.0).sqrt();
    let fade = |difference: u8| (128.0 + (f64::from(difference) - 128.0) * pale).round() as u8;
    ((16.0 + (f64::from(luma) - 16.0) * light).clamp(16.0, 235.0) as u8, fade(blue), fade(red))
}
