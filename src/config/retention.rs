//! `[retention]`: how long what was derived from footage outlives it.

use serde::Deserialize;

/// `[retention]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionSection {
    /// Rows and thumbnails of recordings whose files are all gone are kept for so many days after that, 0 to 36,500; 0 means
    /// for ever. Default 400.
    pub gone_days: u32,
}

impl Default for RetentionSection {
    fn default() -> Self {
        RetentionSection { gone_days: 400 }
    }
}
