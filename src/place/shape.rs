//! The shape of a place: a point, lines, an area; how far it is, and whether something lies in it.

use serde::{Deserialize, Serialize};

use super::geodesy::{degree_m, distance_m};
use crate::model::Point;

/// What a place is on the ground.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A point.
    Point(Point),
    /// Several points, each as good as the others; never empty.
    Points(Vec<Point>),
    /// A street or a route: lines, each from point to point; never empty.
    Line(Vec<Vec<Point>>),
    /// An area within rings by the even-odd rule, so that a ring within a ring is a hole; the last point of a ring joins the
    /// first. Never empty.
    Area(Vec<Vec<Point>>),
}

/// As stored: degrees in ten millionths (1 cm), as OpenStreetMap keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fixed {
    /// Latitude, 10⁻⁷ degrees.
    pub lat: i32,
    /// Longitude, 10⁻⁷ degrees.
    pub lon: i32,
}

impl From<Point> for Fixed {
    fn from(point: Point) -> Fixed {
        Fixed { lat: (point.lat * 1e7).round() as i32, lon: (point.lon * 1e7).round() as i32 }
    }
}

impl From<Fixed> for Point {
    fn from(fixed: Fixed) -> Point {
        Point { lat: f64::from(fixed.lat) / 1e7, lon: f64::from(fixed.lon) / 1e7 }
    }
}

impl Shape {
    /// The shape's word in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Shape::Point(_) => "point",
            Shape::Points(_) => "points",
            Shape::Line(_) => "line",
            Shape::Area(_) => "area",
        }
    }

    /// A point of it that stands for the whole: the middle of a line's length, a point within an area.
    pub fn middle(&self) -> Option<Point> {
        match self {
            Shape::Point(at) => Some(*at),
            Shape::Points(points) => points.first().copied(),
            Shape::Line(lines) => {
                let longest = lines.iter().max_by(|a, b| length_m(a).total_cmp(&length_m(b)))?;
                along(longest, length_m(longest) / 2.0)
            }
            Shape::Area(rings) => inside(rings),
        }
    }

    /// The point of the shape that is nearest to a point (the point itself within an area), and how far it is, metres.
    pub fn nearest(&self, to: Point) -> Option<(Point, f64)> {
        let of_lines = |lines: &[Vec<Point>], closed: bool| {
            let near = lines.iter().filter_map(|line| nearest_on(line, closed, to));
            near.min_by(|a, b| a.1.total_cmp(&b.1))
        };
        match self {
            Shape::Point(at) => Some((*at, distance_m(*at, to))),
            Shape::Points(points) => {
                points.iter().map(|at| (*at, distance_m(*at, to))).min_by(|a, b| a.1.total_cmp(&b.1))
            }
            Shape::Line(lines) => of_lines(lines, false),
            Shape::Area(rings) if contains(rings, to) => Some((to, 0.0)),
            Shape::Area(rings) => of_lines(rings, true),
        }
    }

    /// Metres from a point to the shape; 0 within an area.
    pub fn distance_m(&self, to: Point) -> f64 {
        self.nearest(to).map_or(f64::INFINITY, |(_, metres)| metres)
    }

    /// Whether an area holds a point; lines and points hold none.
    pub fn contains(&self, point: Point) -> bool {
        matches!(self, Shape::Area(rings) if contains(rings, point))
    }

    /// Every point that it is made of.
    pub fn points(&self) -> Vec<Point> {
        match self {
            Shape::Point(at) => vec![*at],
            Shape::Points(points) => points.clone(),
            Shape::Line(lines) | Shape::Area(lines) => lines.iter().flatten().copied().collect(),
        }
    }
}

/// Whether rings hold a point, by the even-odd rule. In degrees, which for a ward is exact to millimetres.
pub fn contains(rings: &[Vec<Point>], point: Point) -> bool {
    let mut within = false;
    for ring in rings {
        for (a, b) in sides(ring, true) {
            let crosses = (a.lat > point.lat) != (b.lat > point.lat);
            if crosses && point.lon < a.lon + (point.lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon) {
                within = !within;
            }
        }
    }
    within
}

/// Metres along a line.
pub fn length_m(line: &[Point]) -> f64 {
    sides(line, false).map(|(a, b)| distance_m(a, b)).sum()
}

/// The point so many metres along a line; its ends for less and more. None for a line without points.
pub fn along(line: &[Point], metres: f64) -> Option<Point> {
    let mut left = metres;
    for (a, b) in sides(line, false) {
        let length = distance_m(a, b);
        if left <= length && length > 0.0 {
            return Some(between(a, b, (left / length).clamp(0.0, 1.0)));
        }
        left -= length;
    }
    if metres <= 0.0 { line.first().copied() } else { line.last().copied() }
}

/// The point at a share of the way between two near points.
pub fn between(a: Point, b: Point, share: f64) -> Point {
    Point { lat: a.lat + (b.lat - a.lat) * share, lon: a.lon + (b.lon - a.lon) * share }
}

/// The point of a stretch between two points that is nearest to a third: its share of the way, the point, metres to it.
///
/// The stretch is laid on a plane around the third point, with the lengths of a degree there (WGS 84): exact to a millimetre a
/// hundred metres away, to a thousandth at a hundred kilometres. The metres are those along the ellipsoid.
pub fn nearest_between(a: Point, b: Point, to: Point) -> (f64, Point, f64) {
    let (north, east) = degree_m(to.lat);
    let flat = |p: Point| ((p.lon - to.lon) * east, (p.lat - to.lat) * north);
    let ((ax, ay), (bx, by)) = (flat(a), flat(b));
    let (dx, dy) = (bx - ax, by - ay);
    let square = dx * dx + dy * dy;
    let share = if square > 0.0 { (-(ax * dx + ay * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    let at = between(a, b, share);
    (share, at, distance_m(at, to))
}

fn nearest_on(line: &[Point], closed: bool, to: Point) -> Option<(Point, f64)> {
    let first = line.first().map(|only| (*only, distance_m(*only, to)));
    let near = sides(line, closed).map(|(a, b)| nearest_between(a, b, to)).map(|(_, at, metres)| (at, metres));
    near.chain(first).min_by(|a, b| a.1.total_cmp(&b.1))
}

/// The stretches of a line, or of a ring.
fn sides(line: &[Point], closed: bool) -> impl Iterator<Item = (Point, Point)> {
    let last = line.last().copied().zip(line.first().copied()).filter(|_| closed);
    line.iter().copied().zip(line.iter().copied().skip(1)).chain(last)
}

/// A point within rings: the middle of the widest stretch of the line of latitude through their middle.
fn inside(rings: &[Vec<Point>]) -> Option<Point> {
    let lats = || rings.iter().flatten().map(|p| p.lat);
    let (low, high) = (lats().fold(f64::INFINITY, f64::min), lats().fold(f64::NEG_INFINITY, f64::max));
    let lat = (low + high) / 2.0;
    let mut crossings: Vec<f64> = Vec::new();
    for (a, b) in rings.iter().flat_map(|ring| sides(ring, true)) {
        if (a.lat > lat) != (b.lat > lat) {
            crossings.push(a.lon + (lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon));
        }
    }
    crossings.sort_by(f64::total_cmp);
    let stretches = crossings.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)));
    let widest = stretches.max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    let first = || rings.iter().flatten().next().copied();
    widest.map(|(west, east)| Point { lat, lon: (west + east) / 2.0 }).or_else(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn p(lat: f64, lon: f64) -> Point {
        Point { lat, lon }
    }

    fn square() -> Vec<Vec<Point>> {
        vec![
            vec![p(18.0, 106.0), p(18.0, 106.1), p(18.1, 106.1), p(18.1, 106.0)],
            vec![p(18.04, 106.04), p(18.04, 106.06), p(18.06, 106.06), p(18.06, 106.04)],
        ]
    }

    #[test]
    fn an_area_holds_what_is_in_it_and_not_in_its_hole() {
        let area = Shape::Area(square());
        assert!(area.contains(p(18.02, 106.02)));
        assert!(!area.contains(p(18.05, 106.05)), "the hole");
        assert!(!area.contains(p(18.2, 106.05)));
        assert_eq!(area.distance_m(p(18.02, 106.02)), 0.0);
        // A thousandth of a degree north of the northern side: 110.68 m on WGS 84.
        assert!((area.distance_m(p(18.101, 106.05)) - 110.68).abs() < 0.1);
        assert!(area.contains(area.middle().unwrap()));
    }

    #[test]
    fn a_line_is_as_far_as_its_nearest_stretch() {
        let line = Shape::Line(vec![vec![p(18.0, 106.0), p(18.0, 106.01)], vec![p(18.0, 106.01), p(18.01, 106.01)]]);
        assert!((line.distance_m(p(18.001, 106.005)) - 110.67).abs() < 0.1);
        let (at, metres) = line.nearest(p(18.0, 105.999)).unwrap();
        assert_eq!(at, p(18.0, 106.0));
        assert!((metres - 105.9).abs() < 0.1, "{metres}");
        assert!(!line.contains(p(18.0, 106.005)));
    }

    #[test]
    fn metres_along_a_line() {
        let line = [p(18.0, 106.0), p(18.0, 106.0), p(18.01, 106.0), p(18.02, 106.0)];
        let whole = length_m(&line);
        assert!((whole - 2213.5).abs() < 1.0, "{whole}");
        assert!((along(&line, whole / 2.0).unwrap().lat - 18.01).abs() < 1e-7);
        assert_eq!(along(&line, -5.0), Some(p(18.0, 106.0)));
        assert_eq!(along(&line, 1e6), Some(p(18.02, 106.0)));
        assert_eq!(along(&[], 1.0), None);
        assert_eq!(Shape::Line(vec![vec![p(18.0, 106.0)]]).middle(), Some(p(18.0, 106.0)));
    }

    proptest! {
        #[test]
        fn nothing_on_a_line_is_nearer_than_the_nearest(
            corners in prop::collection::vec((17.9..18.1f64, 106.0..106.2f64), 1..8),
            to in (17.9..18.1f64, 106.0..106.2f64),
            share in 0.0..1.0f64,
        ) {
            let line: Vec<Point> = corners.iter().map(|(lat, lon)| p(*lat, *lon)).collect();
            let to = p(to.0, to.1);
            let nearest = Shape::Line(vec![line.clone()]).distance_m(to);
            let other = along(&line, share * length_m(&line)).unwrap();
            prop_assert!(nearest <= distance_m(other, to) + 0.5, "{nearest}");
        }

        #[test]
        fn the_middle_of_an_area_is_in_it(radii in prop::collection::vec(0.001..0.01f64, 3..12)) {
            let turn = std::f64::consts::TAU / radii.len() as f64;
            let ring: Vec<Point> = radii.iter().enumerate()
                .map(|(i, r)| p(18.0 + r * (turn * i as f64).sin(), 106.0 + r * (turn * i as f64).cos())).collect();
            let area = Shape::Area(vec![ring]);
            prop_assert!(area.contains(area.middle().unwrap()));
        }
    }
}
