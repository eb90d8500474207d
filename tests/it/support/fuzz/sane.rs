//! What every listing must be, whatever bytes it was made from.

use truyvet::model::{Doubt, Listing, Method};

/// No recording is longer, microseconds: three days.
const LONGEST_US: i64 = 3 * 86_400 * 1_000_000;

/// What is wrong with the listing of a file of so many bytes; `None` where nothing is.
pub(crate) fn wrong_with(listing: &Listing, file_bytes: u64) -> Option<String> {
    let keyframes = &listing.keyframes;
    let length_us = i128::from(listing.end_pts_us) - i128::from(listing.first_pts_us);
    let largest = keyframes.iter().map(|keyframe| u64::from(keyframe.size)).max().unwrap_or(0);
    let seconds = listing.doubts.iter().flat_map(|doubt| match *doubt {
        Doubt::DurationDiffers { header_s, packets_s } => vec![header_s, packets_s],
        Doubt::PtsGap { at_s, seconds } => vec![at_s, seconds],
        Doubt::AssumedRate { fps } => vec![fps],
        _ => Vec::new(),
    });
    let rules = [
        (keyframes.is_empty(), "no keyframe"),
        (keyframes.windows(2).any(|two| two[0].pts_us > two[1].pts_us), "keyframes out of order"),
        (listing.packets < keyframes.len() as u64, "more keyframes than packets"),
        (length_us < 0, "it ends before it starts"),
        (length_us > LONGEST_US.into(), "longer than any recording"),
        (listing.header_duration_us.is_some_and(|length| length < 0), "a header's length below 0"),
        (largest > file_bytes, "a keyframe larger than the file"),
        (listing.video_bytes > file_bytes && listing.doubts.is_empty(), "more video than file, without a doubt"),
        (!matches!(listing.rotation, 0 | 90 | 180 | 270), "an impossible turn"),
        (seconds.into_iter().any(|seconds| !seconds.is_finite() || seconds < 0.0), "an impossible number in a doubt"),
        (listing.method == Method::Still && keyframes.len() != 1, "a still of several pictures"),
    ];
    rules.iter().find(|(broken, _)| *broken).map(|(_, rule)| (*rule).to_owned())
}
