//! `[http]`, `[watch]` and `[schedule]`: what the daemon does by itself, and when.

use std::net::SocketAddr;

use serde::Deserialize;

/// `[http]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpSection {
    /// Where the daemon listens. Default `127.0.0.1:8480`: this machine only.
    pub listen: SocketAddr,
    /// The names by which browsers reach it, beside `localhost` and addresses: requests to other names are turned away. Default
    /// none.
    pub names: Vec<String>,
    /// `khong-ma-hoa` or `unencrypted`: off this machine without TLS. Default: none.
    pub insecure: Option<String>,
}

impl Default for HttpSection {
    fn default() -> Self {
        HttpSection { listen: SocketAddr::from(([127, 0, 0, 1], 8480)), names: Vec::new(), insecure: None }
    }
}

/// `[watch]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WatchSection {
    /// A closed file is complete when it did not change for so many seconds, 0 to 3,600. Default 2.
    pub settle_s: u32,
    /// The same on network shares, which tell nobody when a file is closed. Default 30.
    pub settle_remote_s: u32,
    /// Look by polling everywhere, also where the system tells of changes. Default false.
    pub poll: bool,
    /// How often polled folders are looked at, seconds, 1 to 3,600. Default 10.
    pub poll_every_s: u32,
    /// How often every folder is looked through from end to end, minutes, 1 to 1,440. Default 15.
    pub rescan_every_min: u32,
}

impl Default for WatchSection {
    fn default() -> Self {
        WatchSection { settle_s: 2, settle_remote_s: 30, poll: false, poll_every_s: 10, rescan_every_min: 15 }
    }
}

/// `[schedule]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScheduleSection {
    /// When thumbnails are taken, site time, `HH:MM-HH:MM`; may cross midnight. Default `22:00-05:00`.
    pub thumbnails: Hours,
    /// Take them at other hours too while no file is waiting to be listed. Default true.
    pub when_idle: bool,
    /// How much of the machine's processors thumbnails may take, percent, 1 to 100. Default 50.
    pub cpu_percent: u32,
}

impl Default for ScheduleSection {
    fn default() -> Self {
        ScheduleSection { thumbnails: Hours { from_min: 22 * 60, to_min: 5 * 60 }, when_idle: true, cpu_percent: 50 }
    }
}

/// Hours of the day, in minutes after midnight; from inclusive, to exclusive. Equal ones mean the whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Hours {
    from_min: u16,
    to_min: u16,
}

impl Hours {
    /// Whether a time of day is inside.
    pub fn hold(&self, time: jiff::civil::Time) -> bool {
        let minute = u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs());
        if self.from_min < self.to_min {
            (self.from_min..self.to_min).contains(&minute)
        } else {
            minute >= self.from_min || minute < self.to_min
        }
    }
}

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Hours, String> {
        let minute = |part: &str| -> Option<u16> {
            let (hour, minute) = part.trim().split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour < 24 && minute < 60).then_some(hour * 60 + minute)
        };
        text.split_once(['-', '–'])
            .and_then(|(from, to)| Some(Hours { from_min: minute(from)?, to_min: minute(to)? }))
            .ok_or_else(|| format!("`{text}` is not HH:MM-HH:MM, such as 22:00-05:00"))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn hours_may_cross_midnight() {
        let night = Hours::try_from("22:00-05:00".to_owned()).unwrap();
        assert!(night.hold(time(22, 0, 0, 0)) && night.hold(time(3, 0, 0, 0)));
        assert!(!night.hold(time(5, 0, 0, 0)) && !night.hold(time(21, 59, 59, 0)));
        let day = Hours::try_from("08:00-17:30".to_owned()).unwrap();
        assert!(day.hold(time(17, 29, 0, 0)) && !day.hold(time(17, 30, 0, 0)));
        for wrong in ["", "22-5", "24:00-05:00", "22:00", "22:61-05:00"] {
            assert!(Hours::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
