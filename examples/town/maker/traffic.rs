//! Who moves through town: the red motorbike on its ride, and everybody else by chance. Where each is follows from the time
//! alone, so that any frame can be drawn by itself, on any core.

use super::map::{RIDE, ROADS, Road, Xy};
use super::plan::Plan;
use super::rng::Rng;

/// Metres a second of the red motorbike (29 km/h).
pub const RIDE_SPEED: f64 = 8.0;

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Pedestrian,
    Motorbike,
    Car,
}

/// Colour of a vehicle's body or a person's shirt: luma, blue difference, red difference.
pub type Yuv = (u8, u8, u8);

/// The red that nobody else in town has.
pub const RED: Yuv = (92, 96, 224);
const COLOURS: [Yuv; 7] = [
    (60, 128, 128),
    (190, 128, 128),
    (120, 128, 128),
    (90, 160, 105),
    (130, 110, 132),
    (100, 118, 116),
    (150, 140, 120),
];

/// One traveller: a line of corners, ridden or walked at one speed on one side.
pub struct Traveller {
    pub kind: Kind,
    pub colour: Yuv,
    corners: Vec<Xy>,
    /// Distance of each corner from the first, metres.
    reached: Vec<f64>,
    /// Seconds after the plan's start at which it sets out.
    pub sets_out_s: f64,
    speed: f64,
    right_m: f64,
}

/// Where a traveller is and which way it goes (a unit arrow).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    pub at: Xy,
    pub way: Xy,
}

impl Traveller {
    fn new(kind: Kind, colour: Yuv, corners: Vec<Xy>, sets_out_s: f64, speed: f64, right_m: f64) -> Traveller {
        let mut reached = vec![0.0];
        for stretch in corners.windows(2) {
            let so_far = reached.last().copied().unwrap_or(0.0);
            reached.push(so_far + stretch[1].minus(stretch[0]).length());
        }
        Traveller { kind, colour, corners, reached, sets_out_s, speed, right_m }
    }

    /// Seconds after the plan's start at which it leaves town.
    pub fn leaves_s(&self) -> f64 {
        self.sets_out_s + self.reached.last().copied().unwrap_or(0.0) / self.speed
    }

    /// Where it is; `None` before it sets out and after it has left.
    pub fn position(&self, time_s: f64) -> Option<Position> {
        let gone = (time_s - self.sets_out_s) * self.speed;
        if gone < 0.0 {
            return None;
        }
        let next = self.reached.iter().position(|&r| r > gone)?;
        let (from, to) = (self.corners[next - 1], self.corners[next]);
        let way = to.minus(from).unit();
        Some(Position { at: from.plus(way, gone - self.reached[next - 1]).plus(way.right(), self.right_m), way })
    }
}

/// The red motorbike; it crosses the junction at [`Plan::crossing_s`].
pub fn motorbike(plan: &Plan) -> Traveller {
    let to_junction: f64 = RIDE[..4].windows(2).map(|stretch| stretch[1].minus(stretch[0]).length()).sum();
    let sets_out_s = plan.crossing_s() - to_junction / RIDE_SPEED;
    Traveller::new(Kind::Motorbike, RED, RIDE.to_vec(), sets_out_s, RIDE_SPEED, 1.4)
}

/// Everybody in town while the plan lasts; the red motorbike is the first.
pub fn everybody(plan: &Plan) -> Vec<Traveller> {
    let mut all = vec![motorbike(plan)];
    for (number, road) in ROADS.iter().enumerate() {
        let mut rng = Rng::new(plan.seed, 100 + number as u64);
        let length: f64 = road.corners.windows(2).map(|stretch| stretch[1].minus(stretch[0]).length()).sum();
        // Somebody who set out before the start is on the way when it comes; a walk through takes longest.
        let mut when = -length / WALK;
        while when < f64::from(plan.seconds) {
            // Arrivals of a Poisson process are exponentially far apart.
            when -= (1.0 - rng.unit()).ln() * 3600.0 / road.traffic_per_hour;
            all.push(somebody(road, when, &mut rng));
        }
    }
    all
}

const WALK: f64 = 1.2;

fn somebody(road: &Road, sets_out_s: f64, rng: &mut Rng) -> Traveller {
    let mut corners = road.corners.to_vec();
    if rng.unit() < 0.5 {
        corners.reverse();
    }
    let colour = COLOURS[rng.below(COLOURS.len())];
    let (kind, speed, right_m) = match rng.unit() {
        dice if dice < 0.25 => (Kind::Pedestrian, WALK + rng.between(0.0, 0.4), road.half_width_m + 0.6),
        dice if dice < 0.8 => (Kind::Motorbike, rng.between(5.5, 10.5), road.half_width_m * 0.55),
        _ => (Kind::Car, rng.between(5.0, 9.0), road.half_width_m * 0.42),
    };
    Traveller::new(kind, colour, corners, sets_out_s, speed, right_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_motorbike_crosses_the_junction_when_the_plan_says() {
        let plan = Plan::default();
        let bike = motorbike(&plan);
        let there = bike.position(plan.crossing_s()).unwrap();
        assert!(there.at.length() < 2.0, "{there:?}");
        assert_eq!(bike.position(bike.leaves_s() + 0.1), None);
        assert_eq!(bike.position(bike.sets_out_s - 0.1), None);
    }

    #[test]
    fn nobody_else_is_red_and_every_seed_is_its_own_evening() {
        let plan = Plan::default();
        let evening = |seed| -> Vec<f64> {
            everybody(&Plan { seed, ..plan.clone() }).iter().map(|traveller| traveller.sets_out_s).collect()
        };
        assert!(everybody(&plan)[1..].iter().all(|traveller| traveller.colour != RED));
        assert_eq!(evening(1), evening(1));
        assert_ne!(evening(1), evening(2));
    }
}
