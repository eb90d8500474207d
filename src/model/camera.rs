//! Cameras, the groups that keep them, and where they look.

use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

/// A point on the earth in WGS 84 degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Point {
    /// Latitude, −90 to 90.
    pub lat: f64,
    /// Longitude, −180 to 180.
    pub lon: f64,
}

/// A residential group (tổ dân phố): who keeps some cameras.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Unique within the site.
    pub id: String,
    /// As people call it.
    pub name: String,
}

/// A sector that a camera sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FieldOfView {
    /// Where the middle looks, degrees clockwise from north, 0 ≤ a < 360.
    pub azimuth_deg: f64,
    /// The whole opening angle in degrees, 0 < f ≤ 360.
    pub fov_deg: f64,
    /// How far it sees enough, metres, > 0.
    pub range_m: f64,
}

/// A fixed viewpoint with a position, perhaps a known field of view, and a clock.
#[derive(Clone, Debug)]
pub struct Camera {
    /// Unique within the site.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// The group that keeps it, where stated.
    pub group: Option<String>,
    /// What people here should know of it.
    pub note: Option<String>,
    /// Where it hangs.
    pub at: Point,
    /// Where it looks, where stated.
    pub view: Option<FieldOfView>,
    /// The folder it records into; read-only to us.
    pub footage: std::path::PathBuf,
    /// The recorder's channel, where several cameras share one folder.
    pub channel: Option<u32>,
    /// The recorder whose clock it shows: cameras of one recorder share it. The site file's word, else the first camera that
    /// records into the same folder.
    pub recorder: String,
    /// The recorder layout that names its files: an id of the layouts table, or `auto`.
    pub layout: String,
    /// The zone that its clock is set to.
    pub zone: TimeZone,
}
