//! `[door]`: how long somebody who logged in stays in.

use serde::Deserialize;

/// `[door]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DoorSection {
    /// A session ends when nothing was asked for so many minutes, 1 to 1,440. Default 30.
    pub idle_min: u32,
    /// A session ends so many hours after the login, whatever is asked, 1 to 168. Default 12.
    pub longest_h: u32,
}

impl Default for DoorSection {
    fn default() -> Self {
        DoorSection { idle_min: 30, longest_h: 12 }
    }
}
