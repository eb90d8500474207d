//! Distances, directions and fields of view on the WGS 84 ellipsoid (Karney's geodesics, as the `geo` crate has them).

use geo::{Bearing, Distance, Geodesic};

use crate::model::{FieldOfView, Point};

/// Nearer than this, metres, a point is where the camera hangs: it has no direction, and belongs to every sector.
const AT_THE_CAMERA_M: f64 = 1.0;

fn geo_point(p: Point) -> geo::Point {
    geo::Point::new(p.lon, p.lat)
}

/// Metres between two points along the ellipsoid.
pub fn distance_m(a: Point, b: Point) -> f64 {
    Geodesic.distance(geo_point(a), geo_point(b))
}

/// Direction from one point to another, degrees clockwise from north, 0 ≤ b < 360; 0 where they coincide.
pub fn bearing_deg(from: Point, to: Point) -> f64 {
    if from == to {
        return 0.0;
    }
    Geodesic.bearing(geo_point(from), geo_point(to)).rem_euclid(360.0)
}

/// Metres per degree of latitude and of longitude at a latitude, from the radii of curvature of WGS 84's ellipsoid.
pub fn degree_m(lat_deg: f64) -> (f64, f64) {
    const EQUATOR_M: f64 = 6_378_137.0;
    const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_14;
    let (sin, cos) = lat_deg.to_radians().sin_cos();
    let bend = 1.0 - ECCENTRICITY_SQUARED * sin * sin;
    let meridian = EQUATOR_M * (1.0 - ECCENTRICITY_SQUARED) / (bend * bend.sqrt());
    let across = EQUATOR_M / bend.sqrt() * cos;
    (meridian.to_radians(), across.to_radians())
}

/// Whether a camera that hangs at `at` and looks so has a point in its sector.
pub fn sees(at: Point, view: &FieldOfView, point: Point) -> bool {
    let distance = distance_m(at, point);
    if distance > view.range_m {
        return false;
    }
    if distance <= AT_THE_CAMERA_M {
        return true;
    }
    let turn = (bearing_deg(at, point) - view.azimuth_deg + 180.0).rem_euclid(360.0) - 180.0;
    turn.abs() <= view.fov_deg / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Point = Point { lat: 18.07, lon: 106.30 };

    fn moved(north_m: f64, east_m: f64) -> Point {
        // Lengths of a degree at 18.07° N on WGS 84.
        Point { lat: HERE.lat + north_m / 110_677.0, lon: HERE.lon + east_m / 105_862.0 }
    }

    #[test]
    fn distances_and_directions_agree_with_the_ellipsoid() {
        for (north, east, bearing) in
            [(100.0, 0.0, 0.0), (0.0, 100.0, 90.0), (-100.0, 0.0, 180.0), (0.0, -100.0, 270.0)]
        {
            let there = moved(north, east);
            assert!((distance_m(HERE, there) - 100.0).abs() < 0.05, "{}", distance_m(HERE, there));
            assert!((bearing_deg(HERE, there) - bearing).abs() < 0.1, "{}", bearing_deg(HERE, there));
        }
        assert_eq!(bearing_deg(HERE, HERE), 0.0);
    }

    #[test]
    fn a_degree_is_as_long_as_on_the_ellipsoid() {
        let (north, east) = degree_m(18.07);
        assert!((north - 110_681.2).abs() < 0.5, "{north}");
        assert!((east - 105_863.0).abs() < 2.0, "{east}");
    }

    #[test]
    fn a_sector_holds_what_is_in_front_and_near_enough() {
        let north = FieldOfView { azimuth_deg: 0.0, fov_deg: 90.0, range_m: 60.0 };
        assert!(sees(HERE, &north, moved(50.0, 0.0)));
        assert!(sees(HERE, &north, moved(40.0, -39.0)));
        assert!(!sees(HERE, &north, moved(39.0, -41.0)), "left of the sector");
        assert!(!sees(HERE, &north, moved(61.0, 0.0)), "too far");
        assert!(!sees(HERE, &north, moved(-10.0, 0.0)), "behind");
        assert!(sees(HERE, &north, HERE), "the camera's own place");
        let around = FieldOfView { azimuth_deg: 200.0, fov_deg: 360.0, range_m: 60.0 };
        assert!(sees(HERE, &around, moved(30.0, 0.0)));
    }
}
