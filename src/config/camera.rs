//! `[[camera]]`: one viewpoint.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

/// `[[camera]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CameraSection {
    /// Unique; letters, digits, `-`, `_` and `.`.
    pub id: Spanned<String>,
    /// As people call it. Default: the id.
    pub name: Option<String>,
    /// What people should know of it, such as what it looks at; found by free text.
    pub note: Option<String>,
    /// The id of the group that keeps it.
    pub group: Option<Spanned<String>>,
    /// WGS 84 latitude, degrees.
    pub lat: Spanned<f64>,
    /// WGS 84 longitude, degrees.
    pub lon: Spanned<f64>,
    /// The folder it records into, relative to this file.
    pub footage: Spanned<PathBuf>,
    /// The recorder's channel, where several cameras share a folder.
    pub channel: Option<u32>,
    /// A name for the recorder whose clock it shows; cameras with the same name share a clock, and so do cameras of one folder.
    pub recorder: Option<String>,
    /// A layout's id, or `auto` (the default).
    pub layout: Option<Spanned<String>>,
    /// Where it looks, degrees clockwise from north.
    pub azimuth: Option<Spanned<f64>>,
    /// Opening angle, degrees. Default 90 where `azimuth` is given.
    pub fov: Option<Spanned<f64>>,
    /// How far it sees enough, metres. Default 50 where `azimuth` is given.
    pub range_m: Option<Spanned<f64>>,
    /// IANA zone that its clock is set to. Default: the site's.
    pub timezone: Option<Spanned<String>>,
}
