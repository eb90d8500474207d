//! From a point to the nearest stretch of a road, by a grid of cells.

use std::collections::HashMap;

use super::{Edge, Roads};
use crate::model::Point;
use crate::place::geodesy::degree_m;
use crate::place::shape::nearest_between;

/// The side of a cell, degrees: about 200 m.
const CELL_DEG: f64 = 0.002;
/// A stretch so long that it would fill more cells than this is kept apart.
const MOST_CELLS: i64 = 4_096;

/// A point on a road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    /// The stretch, in one of its directions.
    pub edge: Edge,
    /// The share of the stretch's length before the point, 0 to 1.
    pub share: f64,
    /// The point on the road.
    pub at: Point,
    /// Metres from where one stood to the point on the road.
    pub distance_m: f64,
}

/// Which stretches pass through a cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    pub(super) cells: HashMap<(i32, i32), Vec<u32>>,
    /// Stretches that are too long for cells.
    pub(super) long: Vec<u32>,
}

pub(super) fn cell(degrees: f64) -> i32 {
    (degrees / CELL_DEG).floor() as i32
}

impl Grid {
    pub(super) fn new(roads: &Roads) -> Grid {
        let mut grid = Grid::default();
        // One direction of each stretch is enough.
        for (i, edge) in roads.edges.iter().enumerate().filter(|(_, edge)| edge.from < edge.to) {
            let (a, b) = (roads.at(edge.from), roads.at(edge.to));
            let (south, north) = (cell(a.lat.min(b.lat)), cell(a.lat.max(b.lat)));
            let (west, east) = (cell(a.lon.min(b.lon)), cell(a.lon.max(b.lon)));
            let cells = (i64::from(north) - i64::from(south) + 1) * (i64::from(east) - i64::from(west) + 1);
            if cells > MOST_CELLS {
                grid.long.push(i as u32);
                continue;
            }
            for lat in south..=north {
                for lon in west..=east {
                    grid.cells.entry((lat, lon)).or_default().push(i as u32);
                }
            }
        }
        grid
    }
}

impl Roads {
    /// The point of a road that is nearest to a point and not farther than so many metres. Only roads that the test takes.
    pub fn snap(&self, to: Point, within_m: f64, takes: &dyn Fn(&Edge) -> bool) -> Option<Snap> {
        let (north_m, east_m) = degree_m(to.lat);
        let reach = |degree_m: f64| (within_m / (degree_m.max(1.0) * CELL_DEG)).ceil().min(1e6) as i32;
        let (lats, lons) = (reach(north_m), reach(east_m));
        let (lat, lon) = (cell(to.lat), cell(to.lon));
        let mut best: Option<Snap> = None;
        let mut see = |number: &u32| {
            let Some(edge) = self.edges.get(*number as usize).filter(|edge| takes(edge)) else { return };
            let (share, at, distance_m) = nearest_between(self.at(edge.from), self.at(edge.to), to);
            if distance_m <= within_m && best.is_none_or(|best| distance_m < best.distance_m) {
                best = Some(Snap { edge: *edge, share, at, distance_m });
            }
        };
        self.grid.long.iter().for_each(&mut see);
        let few = (i64::from(lats) * 2 + 1) * (i64::from(lons) * 2 + 1) <= self.grid.cells.len() as i64;
        if few {
            for lat in lat.saturating_sub(lats)..=lat.saturating_add(lats) {
                for lon in lon.saturating_sub(lons)..=lon.saturating_add(lons) {
                    self.grid.cells.get(&(lat, lon)).into_iter().flatten().for_each(&mut see);
                }
            }
        } else {
            let near = |at: &(i32, i32)| {
                at.0.abs_diff(lat) <= lats.unsigned_abs() && at.1.abs_diff(lon) <= lons.unsigned_abs()
            };
            self.grid.cells.iter().filter(|(at, _)| near(at)).flat_map(|(_, all)| all).for_each(&mut see);
        }
        best
    }
}
