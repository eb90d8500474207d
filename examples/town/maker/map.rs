//! The town's ground: roads that we drew ourselves, the houses along them and the lamps over them.
//! Positions are metres east and north of the junction "ngã ba Việt Lào".

use super::rng::Rng;

/// The junction in degrees: latitude, longitude.
const ORIGIN: (f64, f64) = (18.0735, 106.2962);
/// Metres per degree of latitude and of longitude at 18° north (WGS 84).
const METRES_PER_DEGREE: (f64, f64) = (110_667.0, 105_850.0);

/// A point or an arrow, metres east and north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Xy {
    pub e: f64,
    pub n: f64,
}

impl Xy {
    pub const fn new(e: f64, n: f64) -> Xy {
        Xy { e, n }
    }

    pub fn plus(self, other: Xy, times: f64) -> Xy {
        Xy::new(self.e + other.e * times, self.n + other.n * times)
    }

    pub fn minus(self, other: Xy) -> Xy {
        self.plus(other, -1.0)
    }

    pub fn dot(self, other: Xy) -> f64 {
        self.e * other.e + self.n * other.n
    }

    /// Positive when `other` points to the left of this.
    pub fn cross(self, other: Xy) -> f64 {
        self.e * other.n - self.n * other.e
    }

    pub fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// The same direction, one metre long; north where there is no direction.
    pub fn unit(self) -> Xy {
        let length = self.length();
        if length > 0.0 { Xy::new(self.e / length, self.n / length) } else { Xy::new(0.0, 1.0) }
    }

    /// One metre towards an azimuth, degrees clockwise from north.
    pub fn towards(azimuth_deg: f64) -> Xy {
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        Xy::new(sin, cos)
    }

    /// Turned a quarter clockwise.
    pub fn right(self) -> Xy {
        Xy::new(self.n, -self.e)
    }

    /// Azimuth, degrees clockwise from north, 0 ≤ a < 360.
    pub fn azimuth_deg(self) -> f64 {
        self.e.atan2(self.n).to_degrees().rem_euclid(360.0)
    }

    /// Latitude and longitude in degrees, rounded to six decimals (0.1 m).
    pub fn degrees(self) -> (f64, f64) {
        let round = |x: f64| (x * 1e6).round() / 1e6;
        (round(ORIGIN.0 + self.n / METRES_PER_DEGREE.0), round(ORIGIN.1 + self.e / METRES_PER_DEGREE.1))
    }
}

/// A road, from its first to its last corner. Corners that two roads share are junctions.
pub struct Road {
    pub name: &'static str,
    /// OpenStreetMap's word for its class.
    pub kind: &'static str,
    pub half_width_m: f64,
    /// Vehicles an hour in the busy part of the evening, both ways.
    pub traffic_per_hour: f64,
    pub corners: &'static [Xy],
}

pub const JUNCTION: Xy = Xy::new(0.0, 0.0);
pub const MARKET_CORNER: Xy = Xy::new(130.0, -240.0);
pub const MARKET: Xy = Xy::new(330.0, -190.0);
pub const SCHOOL_CORNER: Xy = Xy::new(340.0, 240.0);
pub const LANE_CORNER: Xy = Xy::new(-120.0, 250.0);
pub const CHAU_PHO_TOP: Xy = Xy::new(-190.0, 385.0);
pub const CHAU_PHO_CORNER: Xy = Xy::new(-400.0, -90.0);
const LANE_5_CORNER: Xy = Xy::new(-180.0, -30.0);

/// Every road of the town.
pub static ROADS: [Road; 7] = [
    Road {
        name: "Đường 1B",
        kind: "trunk",
        half_width_m: 4.5,
        traffic_per_hour: 260.0,
        corners: &[Xy::new(-260.0, 520.0), CHAU_PHO_TOP, LANE_CORNER, JUNCTION, MARKET_CORNER, Xy::new(300.0, -520.0)],
    },
    Road {
        name: "Đường Việt – Lào",
        kind: "primary",
        half_width_m: 4.0,
        traffic_per_hour: 200.0,
        corners: &[JUNCTION, LANE_5_CORNER, CHAU_PHO_CORNER, Xy::new(-650.0, -110.0)],
    },
    Road {
        name: "Đường Chợ",
        kind: "residential",
        half_width_m: 3.2,
        traffic_per_hour: 120.0,
        corners: &[MARKET_CORNER, MARKET, Xy::new(520.0, -150.0)],
    },
    Road {
        name: "Đường Trường Học",
        kind: "residential",
        half_width_m: 3.0,
        traffic_per_hour: 70.0,
        corners: &[MARKET, Xy::new(360.0, 20.0), SCHOOL_CORNER],
    },
    Road {
        name: "Ngõ 12",
        kind: "residential",
        half_width_m: 2.6,
        traffic_per_hour: 50.0,
        corners: &[SCHOOL_CORNER, Xy::new(120.0, 270.0), LANE_CORNER],
    },
    Road {
        name: "Đường Châu Phố",
        kind: "residential",
        half_width_m: 3.0,
        traffic_per_hour: 60.0,
        corners: &[CHAU_PHO_TOP, Xy::new(-330.0, 260.0), Xy::new(-410.0, 100.0), CHAU_PHO_CORNER],
    },
    Road {
        name: "Ngõ 5",
        kind: "residential",
        half_width_m: 2.4,
        traffic_per_hour: 30.0,
        corners: &[LANE_5_CORNER, Xy::new(-160.0, -200.0), Xy::new(-20.0, -290.0), MARKET_CORNER],
    },
];

/// The corners that the red motorbike rides along; the junction is among them.
pub static RIDE: [Xy; 15] = [
    Xy::new(-650.0, -110.0),
    CHAU_PHO_CORNER,
    LANE_5_CORNER,
    JUNCTION,
    MARKET_CORNER,
    MARKET,
    Xy::new(360.0, 20.0),
    SCHOOL_CORNER,
    Xy::new(120.0, 270.0),
    LANE_CORNER,
    CHAU_PHO_TOP,
    Xy::new(-330.0, 260.0),
    Xy::new(-410.0, 100.0),
    CHAU_PHO_CORNER,
    Xy::new(-650.0, -110.0),
];

/// Distance from a point to a stretch, metres.
pub fn distance_to(p: Xy, a: Xy, b: Xy) -> f64 {
    let along = b.minus(a);
    let share = (p.minus(a).dot(along) / along.dot(along).max(1e-9)).clamp(0.0, 1.0);
    p.minus(a.plus(along, share)).length()
}

/// How far a point is outside the nearest road's edge, metres; negative on a road.
pub fn beside_roads(p: Xy) -> f64 {
    let outside = ROADS.iter().flat_map(|road| {
        road.corners.windows(2).map(move |stretch| distance_to(p, stretch[0], stretch[1]) - road.half_width_m)
    });
    outside.fold(f64::INFINITY, f64::min)
}

/// A house: four walls around a rectangle.
pub struct House {
    pub corners: [Xy; 4],
    pub height_m: f64,
    /// Names its colour and which of its windows are lit.
    pub number: u64,
}

/// The houses along every road, none on a road, in another house, or around one of `keep_free` (the cameras).
pub fn houses(seed: u64, keep_free: &[Xy]) -> Vec<House> {
    let mut rng = Rng::new(seed, 1);
    let mut middles: Vec<(Xy, f64)> = Vec::new();
    let mut houses = Vec::new();
    for road in &ROADS {
        for stretch in road.corners.windows(2) {
            let (along, length) = (stretch[1].minus(stretch[0]).unit(), stretch[1].minus(stretch[0]).length());
            for side in [-1.0, 1.0] {
                let out = Xy::new(along.right().e * side, along.right().n * side);
                let mut from = rng.between(3.0, 9.0);
                while from < length {
                    let (width, depth) = (rng.between(5.0, 9.0), rng.between(7.0, 11.0));
                    let front = road.half_width_m + rng.between(2.6, 4.2);
                    let base = stretch[0].plus(along, from).plus(out, front);
                    let corners = [
                        base,
                        base.plus(along, width),
                        base.plus(along, width).plus(out, depth),
                        base.plus(out, depth),
                    ];
                    let middle = base.plus(along, width / 2.0).plus(out, depth / 2.0);
                    let reach = (width.hypot(depth)) / 2.0;
                    let height_m = if rng.unit() < 0.4 { rng.between(3.2, 4.2) } else { rng.between(6.0, 9.5) };
                    let number = rng.bits();
                    from += width + if rng.unit() < 0.3 { rng.between(3.0, 12.0) } else { rng.between(0.3, 1.2) };
                    let clear_of_roads = corners.iter().chain([&middle]).all(|&c| beside_roads(c) > 2.0);
                    let clear_of_houses = middles.iter().all(|(m, r)| m.minus(middle).length() > (r + reach) * 0.8);
                    let clear_of_cameras = keep_free.iter().all(|c| c.minus(middle).length() > reach + 1.0);
                    if clear_of_roads && clear_of_houses && clear_of_cameras {
                        middles.push((middle, reach));
                        houses.push(House { corners, height_m, number });
                    }
                }
            }
        }
    }
    houses
}

/// Where the street lamps stand: one side of each road, wider apart on lanes.
pub fn lamps() -> Vec<Xy> {
    let mut lamps = Vec::new();
    for road in &ROADS {
        let apart = if road.kind == "residential" { 45.0 } else { 32.0 };
        for stretch in road.corners.windows(2) {
            let (along, length) = (stretch[1].minus(stretch[0]).unit(), stretch[1].minus(stretch[0]).length());
            let mut from = 6.0;
            while from < length {
                lamps.push(stretch[0].plus(along, from).plus(along.right(), road.half_width_m + 0.8));
                from += apart;
            }
        }
    }
    lamps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ride_stays_on_roads_and_no_house_stands_on_one() {
        for stretch in RIDE.windows(2) {
            let length = stretch[1].minus(stretch[0]).length();
            for step in 0..20 {
                let p = stretch[0].plus(stretch[1].minus(stretch[0]).unit(), length * f64::from(step) / 20.0);
                assert!(beside_roads(p) < 0.0, "{p:?}");
            }
        }
        let houses = houses(1, &[]);
        assert!(houses.len() > 200, "{}", houses.len());
        assert!(houses.iter().all(|house| house.corners.iter().all(|&c| beside_roads(c) > 0.0)));
    }

    #[test]
    fn azimuths_run_clockwise_from_north() {
        assert_eq!(Xy::new(1.0, 0.0).azimuth_deg(), 90.0);
        assert!((Xy::towards(180.0).n + 1.0).abs() < 1e-12);
        assert_eq!(Xy::new(0.0, 1.0).right(), Xy::new(1.0, 0.0));
        assert_eq!(Xy::new(0.0, 0.0).degrees(), (18.0735, 106.2962));
    }
}
