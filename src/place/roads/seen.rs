//! Which stretches of the roads a camera sees.

use super::snap::cell;
use super::{Edge, Roads};
use crate::model::{FieldOfView, Point};
use crate::place::geodesy::degree_m;

/// So often along a stretch it is asked whether the camera sees it, metres.
const STEP_M: f64 = 2.0;
/// A hole in what is seen of an edge that is not longer than this, metres, is none.
const HOLE_M: f64 = 6.0;
/// Nearer than this, metres, everything is seen: whoever passes under the camera was before it a moment earlier.
const UNDER_M: f64 = 3.0;

/// A part of an edge that a camera sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// The edge, in one of its directions (the one from the lower node).
    pub edge: Edge,
    /// Metres from its start.
    pub from_m: f64,
    /// Metres from its start, > `from_m`.
    pub to_m: f64,
}

/// A camera's sector on a plane around it: exact to centimetres within the few hundred metres that a camera sees.
struct Sector {
    at: Point,
    north_m: f64,
    east_m: f64,
    azimuth_deg: f64,
    half_deg: f64,
    range_m: f64,
}

impl Sector {
    fn new(at: Point, view: Option<FieldOfView>, otherwise_m: f64) -> Sector {
        let (north_m, east_m) = degree_m(at.lat);
        let around = FieldOfView { azimuth_deg: 0.0, fov_deg: 360.0, range_m: otherwise_m };
        let FieldOfView { azimuth_deg, fov_deg, range_m } = view.unwrap_or(around);
        Sector { at, north_m, east_m, azimuth_deg, half_deg: fov_deg / 2.0, range_m }
    }

    fn sees(&self, point: Point) -> bool {
        let (e, n) = ((point.lon - self.at.lon) * self.east_m, (point.lat - self.at.lat) * self.north_m);
        let far = e.hypot(n);
        let turn = (e.atan2(n).to_degrees() - self.azimuth_deg + 180.0).rem_euclid(360.0) - 180.0;
        far <= UNDER_M.min(self.range_m) || far <= self.range_m && turn.abs() <= self.half_deg
    }
}

impl Roads {
    /// The stretches that a camera sees: all in its sector, or, where its field of view is not stated, all within so many metres.
    /// Houses between are not known. In the order of the graph, each road once.
    pub fn seen(&self, at: Point, view: Option<FieldOfView>, otherwise_m: f64) -> Vec<Stretch> {
        let sector = Sector::new(at, view, otherwise_m);
        let mut seen = Vec::new();
        for number in self.around(at, sector.range_m) {
            let Some(edge) = self.edges.get(number as usize) else { continue };
            let (a, b) = (self.at(edge.from), self.at(edge.to));
            let steps = (edge.length_m / STEP_M).ceil().max(1.0);
            let mut run: Option<(f64, f64)> = None;
            for step in 0..=steps as u32 {
                let share = f64::from(step) / steps;
                let metres = share * edge.length_m;
                let point = Point { lat: a.lat + (b.lat - a.lat) * share, lon: a.lon + (b.lon - a.lon) * share };
                if !sector.sees(point) {
                    continue;
                }
                run = match run {
                    Some((from, to)) if metres - to <= HOLE_M => Some((from, metres)),
                    Some((from_m, to_m)) => {
                        seen.extend((to_m > from_m).then_some(Stretch { edge: *edge, from_m, to_m }));
                        Some((metres, metres))
                    }
                    None => Some((metres, metres)),
                };
            }
            if let Some((from_m, to_m)) = run.filter(|(from, to)| to > from) {
                seen.push(Stretch { edge: *edge, from_m, to_m });
            }
        }
        seen
    }

    /// The edges (one direction of each) with a part in the cells around a point; in the order of the graph.
    fn around(&self, at: Point, within_m: f64) -> Vec<u32> {
        let (north_m, east_m) = degree_m(at.lat);
        let (lat, lon) = (within_m / north_m, within_m / east_m.max(1.0));
        let mut numbers = self.grid.long.clone();
        for south in cell(at.lat - lat)..=cell(at.lat + lat) {
            for west in cell(at.lon - lon)..=cell(at.lon + lon) {
                numbers.extend(self.grid.cells.get(&(south, west)).into_iter().flatten());
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}
