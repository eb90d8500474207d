//! A sentence for a person, in Vietnamese and English at once, so that neither can be forgotten.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{Error, Kind, Result};

/// The languages a user can read us in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

impl Lang {
    /// Reads a language tag or a POSIX locale (`vi`, `vi_VN.UTF-8`, `en-GB`, `C`); `None` when it is neither of ours.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let primary = tag.split(['_', '-', '.', '@']).next().unwrap_or("");
        match primary.to_ascii_lowercase().as_str() {
            "vi" => Some(Lang::Vi),
            "en" | "c" | "posix" => Some(Lang::En),
            _ => None,
        }
    }

    /// The language that the POSIX locale variables ask for (`LC_ALL`, then `LC_MESSAGES`, then `LANG`); English where
    /// they name no language of ours, Vietnamese where they say nothing at all.
    pub fn from_locale(var: impl Fn(&str) -> Option<String>) -> Lang {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .filter_map(|name| var(name))
            .find(|value| !value.is_empty())
            .map_or(Lang::Vi, |value| Lang::from_tag(&value).unwrap_or(Lang::En))
    }
}

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Said {
    /// Vietnamese, NFC.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Said {
    /// The sentence in one language.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// A name or a foreign text that reads the same in both languages.
impl From<&str> for Said {
    fn from(text: &str) -> Self {
        Said { vi: text.to_owned(), en: text.to_owned() }
    }
}

impl fmt::Display for Said {
    /// English: for logs and for `std::error::Error`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// A length of time in words, to the minute above an hour: `3 giờ 20 phút` / `3 h 20 min`.
pub fn length(seconds: f64) -> Said {
    let whole = seconds.max(0.0).round() as u64;
    let (days, hours, minutes) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60);
    match whole {
        0..60 => crate::say!("{whole} giây", "{whole} s"),
        60..3_600 => crate::say!("{minutes} phút", "{minutes} min"),
        3_600..86_400 if minutes == 0 => crate::say!("{hours} giờ", "{hours} h"),
        3_600..86_400 => crate::say!("{hours} giờ {minutes} phút", "{hours} h {minutes} min"),
        _ if hours == 0 => crate::say!("{days} ngày", "{days} d"),
        _ => crate::say!("{days} ngày {hours} giờ", "{days} d {hours} h"),
    }
}

/// Makes a [`Said`]: `say!("không có tệp {path}", "no such file {path}")`; both are `format!` strings.
#[macro_export]
macro_rules! say {
    ($vi:literal, $en:literal $(, $arg:expr)* $(,)?) => {
        $crate::base::say::Said { vi: format!($vi $(, $arg)*), en: format!($en $(, $arg)*) }
    };
}

/// A text of one line that a terminal can show; `None` where nothing is told.
///
/// # Errors
/// [`Kind::Usage`] for more than one line, or more than 500 characters.
pub fn plain(option: &str, text: Option<&str>) -> Result<Option<String>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    match text {
        Some(text) if text.chars().any(char::is_control) || text.chars().count() > 500 => Err(Error::new(
            Kind::Usage,
            say!(
                "{option}: một dòng, không quá 500 ký tự, không có ký tự điều khiển",
                "{option}: one line of at most 500 characters, without control characters"
            ),
        )),
        other => Ok(other.map(str::to_owned)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_chooses_the_language() {
        let with = |pairs: &'static [(&str, &str)]| {
            Lang::from_locale(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
        };
        assert_eq!(with(&[("LANG", "vi_VN.UTF-8")]), Lang::Vi);
        assert_eq!(with(&[("LANG", "C.UTF-8")]), Lang::En);
        assert_eq!(with(&[("LC_ALL", ""), ("LANG", "en_GB")]), Lang::En);
        assert_eq!(with(&[("LC_ALL", "vi_VN"), ("LANG", "en_GB")]), Lang::Vi);
        assert_eq!(with(&[("LANG", "fr_FR")]), Lang::En);
        assert_eq!(with(&[]), Lang::Vi);
    }

    #[test]
    fn lengths_of_time_are_said_in_their_two_largest_units() {
        let said: Vec<String> =
            [0.4, 59.0, 61.0, 3_600.0, 12_000.0, 86_400.0, 100_000.0].map(|s| length(s).vi).to_vec();
        assert_eq!(said, ["0 giây", "59 giây", "1 phút", "1 giờ", "3 giờ 20 phút", "1 ngày", "1 ngày 3 giờ"]);
        assert_eq!(length(12_000.0).en, "3 h 20 min");
    }

    #[test]
    fn a_sentence_is_formatted_in_both_languages() {
        let path = "a.mp4";
        let said = say!("không đọc được {path}", "cannot read {path}");
        assert_eq!(said.in_lang(Lang::Vi), "không đọc được a.mp4");
        assert_eq!(said.to_string(), "cannot read a.mp4");
    }
}
