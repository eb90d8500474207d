//! `[site]` and `[[group]]`: the ward and who keeps its cameras.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

/// `[site]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteSection {
    /// As people call the ward.
    pub name: String,
    /// IANA zone in which people here say times. Default `Asia/Ho_Chi_Minh`.
    #[serde(default)]
    pub timezone: Option<Spanned<String>>,
    /// Where the program keeps its state, relative to this file. Default `./data`.
    #[serde(default = "default_data")]
    pub data: PathBuf,
}

/// `[[group]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupSection {
    /// Unique; letters, digits, `-`, `_` and `.`.
    pub id: Spanned<String>,
    /// As people call it.
    pub name: String,
}

fn default_data() -> PathBuf {
    PathBuf::from("./data")
}
