//! What one camera sees: the street in perspective, painted once, and on it whoever passes at a moment.
//!
//! The camera is a pinhole with a shifted lens: it looks level, so that walls stay upright and a column of the picture is one
//! direction on the ground; the horizon lies at 28 % of the height.

use super::cameras::Camera;
use super::frame::Frame;
use super::map::{House, Xy, distance_to};
use super::plan::Plan;
use super::rng::{Rng, mix};
use super::sprite;
use super::street::Street;
use super::traffic::Traveller;

/// How high every camera hangs, metres.
pub const HEIGHT_M: f64 = 3.5;
const HORIZON: f64 = 0.28;
/// Pictures of the empty street that differ only in the sensor's noise; one is taken at random for every frame.
const NOISE_PICTURES: usize = 4;

/// Projects the ground onto the picture.
pub struct Lens {
    pub at: Xy,
    pub forward: Xy,
    pub right: Xy,
    /// Focal length, pixels.
    pub focal: f64,
    pub width: usize,
    pub height: usize,
    /// Row of the horizon.
    pub horizon: f64,
}

impl Lens {
    pub fn new(camera: &Camera, width: usize, height: usize) -> Lens {
        let forward = Xy::towards(camera.azimuth_deg);
        let focal = width as f64 / 2.0 / (camera.fov_deg.to_radians() / 2.0).tan();
        let horizon = (HORIZON * height as f64).round();
        Lens { at: camera.at, forward, right: forward.right(), focal, width, height, horizon }
    }

    /// Depth before the lens and column of a point on the ground.
    pub fn see(&self, point: Xy) -> (f64, f64) {
        let way = point.minus(self.at);
        let depth = way.dot(self.forward);
        (depth, self.width as f64 / 2.0 + self.focal * way.dot(self.right) / depth)
    }

    /// Row of something `above_m` metres over the ground at a depth.
    pub fn row(&self, depth: f64, above_m: f64) -> f64 {
        self.horizon + self.focal * (HEIGHT_M - above_m) / depth
    }

    /// The direction of a column on the ground, one metre deep.
    pub fn column(&self, x: usize) -> Xy {
        self.forward.plus(self.right, (x as f64 + 0.5 - self.width as f64 / 2.0) / self.focal)
    }
}

/// Whether a camera sees a point on the ground: inside its field of view, within its range, no house between.
pub fn sees(camera: &Camera, point: Xy, houses: &[House]) -> bool {
    let way = point.minus(camera.at);
    let off_axis = (way.azimuth_deg() - camera.azimuth_deg + 540.0).rem_euclid(360.0) - 180.0;
    way.length() <= camera.range_m
        && off_axis.abs() <= camera.fov_deg / 2.0
        && !walls(houses).any(|(a, b, _)| hit(camera.at, way, a, b).is_some_and(|share| share < 1.0))
}

/// Every wall of every house: its ends and its house.
pub fn walls(houses: &[House]) -> impl Iterator<Item = (Xy, Xy, &House)> {
    houses.iter().flat_map(|house| (0..4).map(move |side| (house.corners[side], house.corners[(side + 1) % 4], house)))
}

/// How far along `way` from `from` a wall is met, as a share of `way`; `None` where it is not.
pub fn hit(from: Xy, way: Xy, a: Xy, b: Xy) -> Option<f64> {
    let wall = b.minus(a);
    let turn = way.cross(wall);
    if turn.abs() < 1e-9 {
        return None;
    }
    let to_wall = a.minus(from);
    let (share, along) = (to_wall.cross(wall) / turn, to_wall.cross(way) / turn);
    (share > 0.0 && (0.0..=1.0).contains(&along)).then_some(share)
}

/// One camera's view of the town, ready to be drawn at any moment.
pub struct Scene<'a> {
    lens: Lens,
    street: Street,
    empty: Vec<Frame>,
    /// Depth of the nearest wall in each column, metres.
    depth: Vec<f32>,
    everybody: &'a [Traveller],
    seed: u64,
    burned_in: &'static str,
}

impl<'a> Scene<'a> {
    /// Paints the empty street.
    ///
    /// `local_hour` is the hour of the day (0–24) whose light falls on it.
    pub fn new(
        camera: &Camera,
        plan: &Plan,
        local_hour: f64,
        houses: &[House],
        everybody: &'a [Traveller],
    ) -> Scene<'a> {
        let lens = Lens::new(camera, plan.width as usize, plan.height as usize);
        let near: Vec<&House> = houses
            .iter()
            .filter(|house| house.corners.iter().any(|&c| distance_to(c, lens.at, lens.at) < 150.0))
            .collect();
        let street = Street::new(lens.at, local_hour);
        let (clean, depth) = street.paint(&lens, &near);
        let seed = mix(plan.seed ^ camera.at.e.to_bits() ^ camera.at.n.to_bits().rotate_left(17));
        let empty = (0..NOISE_PICTURES).map(|number| noisy(&clean, seed, number as u64)).collect();
        Scene { lens, street, empty, depth, everybody, seed, burned_in: camera.burned_in }
    }

    /// Everybody who is under way at some time of a span: what drawing its frames has to look at.
    pub fn abroad(&self, from_s: f64, to_s: f64) -> Vec<&'a Traveller> {
        self.everybody.iter().filter(|traveller| traveller.sets_out_s < to_s && traveller.leaves_s() > from_s).collect()
    }

    /// Draws the moment `time_s` after the plan's start into `frame`, with the text that the camera's clock shows.
    pub fn draw(&self, frame: &mut Frame, time_s: f64, abroad: &[&Traveller], clock: &str) {
        let moment = (time_s * 1000.0).round() as i64 as u64;
        let picture = &self.empty[(mix(self.seed ^ moment) % NOISE_PICTURES as u64) as usize];
        frame.bytes.copy_from_slice(&picture.bytes);
        let mut seen: Vec<_> = abroad
            .iter()
            .filter_map(|traveller| Some((traveller, traveller.position(time_s)?)))
            .filter(|(_, position)| (1.5..140.0).contains(&self.lens.see(position.at).0))
            .collect();
        seen.sort_by(|(_, a), (_, b)| self.lens.see(b.at).0.total_cmp(&self.lens.see(a.at).0));
        for (traveller, position) in seen {
            sprite::paint(frame, &self.lens, &self.depth, &self.street, traveller, position, time_s);
        }
        let scale = (frame.height / 180).max(1);
        frame.burn_in(clock, 4 * scale, 4 * scale, scale);
        frame.burn_in(self.burned_in, 4 * scale, frame.height.saturating_sub(13 * scale), scale);
    }
}

/// The picture with a sensor's noise on its luma: about ±2 steps, triangular.
fn noisy(clean: &Frame, seed: u64, number: u64) -> Frame {
    let mut frame = clean.clone();
    let mut rng = Rng::new(seed, 500 + number);
    let pixels = frame.width * frame.height;
    for eight in frame.bytes[..pixels].chunks_mut(8) {
        let bits = rng.bits();
        for (index, luma) in eight.iter_mut().enumerate() {
            let dice = bits >> (index * 8);
            let noise = (dice & 3) as i16 - (dice >> 2 & 3) as i16;
            *luma = (i16::from(*luma) + noise).clamp(16, 235) as u8;
        }
    }
    frame
}
