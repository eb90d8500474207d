//! Which way a recording plays in a browser, from what is stored of it.

use serde::{Deserialize, Serialize};

use super::{ClipAsk, Make};
use crate::model::Method;

/// How a recording gets to a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The file itself, by ranges of bytes.
    Native,
    /// A clip with the pictures as they are: [`Make::Copy`].
    Copy,
    /// A clip with the pictures encoded anew: [`Make::Transcode`].
    Transcode,
}

/// What a browser says it can play beyond H.264.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    /// `MediaSource.isTypeSupported` of H.265's main profile.
    pub h265: bool,
}

/// The cheapest way for a recording of this container and codec (FFmpeg's names, as its listing has them) and the method by which
/// it was listed. `None` for a still, which is shown as a picture.
///
/// The listing does not know a profile: the rare H.264 that no browser plays (10 bits, 4:2:2) is recognised in the making of a
/// copy, which is transcoded then; as a native file the browser refuses it, and a transcoded clip is to be asked for instead.
pub fn way(container: &str, codec: &str, method: Method, browser: Browser) -> Option<Way> {
    if method == Method::Still {
        return None;
    }
    // Without a moov that was understood, a browser will not understand it either.
    let is_mp4 = container.starts_with("mov,") && method == Method::Moov;
    let plays = codec == "h264" || (codec == "hevc" && browser.h265);
    Some(match (plays, is_mp4) {
        (true, true) => Way::Native,
        (true, false) => Way::Copy,
        (false, _) => Way::Transcode,
    })
}

impl ClipAsk {
    /// A clip by the cheapest way for this codec, with its sound.
    pub fn cheapest(from_us: i64, to_us: i64, codec: &str, browser: Browser) -> ClipAsk {
        let plays = codec == "h264" || (codec == "hevc" && browser.h265);
        let make = if plays { Make::Copy } else { Make::Transcode { height: None, max_fps: None } };
        ClipAsk { from_us, to_us, make, plays_h265: browser.h265, sound: true }
    }

    /// A clip for a small player: transcoded to this height in pixels and at most 15 frames a second, without sound.
    pub fn tile(from_us: i64, to_us: i64, height: u32) -> ClipAsk {
        let make = Make::Transcode { height: Some(height), max_fps: Some(15) };
        ClipAsk { from_us, to_us, make, plays_h265: false, sound: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_way_is_taken() {
        let (plain, able) = (Browser::default(), Browser { h265: true });
        let mp4 = "mov,mp4,m4a,3gp,3g2,mj2";
        for (container, codec, method, browser, expected) in [
            (mp4, "h264", Method::Moov, plain, Some(Way::Native)),
            (mp4, "h264", Method::Packets, plain, Some(Way::Copy)),
            (mp4, "hevc", Method::Moov, plain, Some(Way::Transcode)),
            (mp4, "hevc", Method::Moov, able, Some(Way::Native)),
            (mp4, "mpeg4", Method::Moov, able, Some(Way::Transcode)),
            ("matroska,webm", "h264", Method::Blocks, plain, Some(Way::Copy)),
            ("mpegts", "hevc", Method::TsScan, able, Some(Way::Copy)),
            ("dhav", "h264", Method::Packets, plain, Some(Way::Copy)),
            ("avi", "mjpeg", Method::Packets, plain, Some(Way::Transcode)),
            ("jpeg_pipe", "mjpeg", Method::Still, plain, None),
        ] {
            assert_eq!(way(container, codec, method, browser), expected, "{container} {codec} {method:?} {browser:?}");
        }
    }
}
