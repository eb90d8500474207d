//! `[places]`, `[map]`, `[layouts]` and `[kinds]`: files of the operator's own knowledge.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

/// `[places]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlacesSection {
    /// Gazetteer files, relative to this file: tab-separated `name kind lat lon aliases`, with a header line. Default none.
    #[serde(default)]
    pub files: Vec<Spanned<PathBuf>>,
}

/// `[map]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MapSection {
    /// A base map in the format PMTiles, version 3, relative to this file. Default none.
    pub pmtiles: Option<Spanned<PathBuf>>,
}

/// `[kinds]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindsSection {
    /// More kinds of incident, or others in the place of the built-in ones, in the form of `config/kinds.toml`, relative to this
    /// file. Default none.
    pub file: Option<Spanned<PathBuf>>,
}

/// `[layouts]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayoutsSection {
    /// More recorder layouts, in the form of `config/layouts.toml`, relative to this file. Default none.
    #[serde(default)]
    pub files: Vec<Spanned<PathBuf>>,
}
