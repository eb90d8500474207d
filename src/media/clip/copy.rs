//! A clip with the pictures as they are in the file.

use ffmpeg_next::Rational;
use ffmpeg_next::codec::Id;
use ffmpeg_next::format::Pixel;

use super::parameters::Parameters;
use super::segment::VideoTrack;
use super::sound::Sound;
use super::timeline::REORDER;
use super::writer::Writer;
use super::{ClipAsk, ClipStop, ClipTail};
use crate::media::decode::decoder::{Decoder, Purpose};
use crate::media::decode::reader::{Reader, Shot};
use crate::media::decode::run::find_run;
use crate::model::Unreadable;

/// Copies; `None`, before anything was handed on, where the file holds what cannot be copied or no browser plays.
pub(super) fn copy(reader: &mut Reader, ask: &ClipAsk, writer: &mut Writer<'_>) -> Result<Option<ClipTail>, ClipStop> {
    if ask.sound {
        reader.listen();
    }
    let run = find_run(reader, ask.from_us)?;
    let Some((video, parameters)) = recognised(reader, ask, &run)? else { return Ok(None) };
    let start_us = run.first().map_or(i64::MIN, |shot| shot.pts_us);
    let mut sound = Sound::open(reader)?;
    writer.begin(video, sound.track(), sound.said(), false, REORDER);

    let mut held: Vec<Shot> = Vec::new();
    let mut run = run.into_iter();
    while let Some(shot) = run.next().or_else(|| reader.next()) {
        sound.pass_on(reader, ask.to_us, writer);
        // Shown before the first keyframe, it was predicted from what is not in the clip.
        if shot.pts_us < start_us {
            continue;
        }
        if shot.pts_us >= ask.to_us {
            // Others after it may be shown before the end, and need it.
            let past = shot.key || held.len() >= REORDER;
            held.push(shot);
            if past {
                break;
            }
            continue;
        }
        for shot in held.drain(..).chain([shot]) {
            let data = shot.packet.data().unwrap_or_default();
            writer.frame(shot.pts_us, shot.key, reader.length_of(&shot.packet), parameters.packed(data))?;
        }
    }
    Ok(Some(writer.finish()?))
}

/// What is to be known of the pictures, where they can be copied.
fn recognised(
    reader: &mut Reader,
    ask: &ClipAsk,
    run: &[Shot],
) -> Result<Option<(VideoTrack, Parameters)>, Unreadable> {
    let codec = reader.stream()?.parameters().id();
    let plays = codec == Id::H264 || (codec == Id::HEVC && ask.plays_h265);
    let Some(first) = run.first().filter(|first| plays && first.key) else { return Ok(None) };
    // Where frames are reordered and do not say when they are shown, only decoding tells.
    let told = !reader.is_counted() && run.iter().all(|shot| shot.has_pts);
    let in_order = || run.windows(2).all(|two| two[0].pts_us <= two[1].pts_us);
    if !told && (reader.reorders()? || !in_order()) {
        return Ok(None);
    }
    // Size, colours and the shape of pixels are the decoder's to say; it also shows that the keyframe is one.
    let decoded = Decoder::open(reader, Purpose::Thumbnails).and_then(|mut decoder| decoder.keyframe(&first.packet));
    let Ok(mut frame) = decoded else { return Ok(None) };
    let bits = match (frame.format(), codec) {
        (Pixel::YUV420P | Pixel::YUVJ420P, _) => 8,
        (Pixel::YUV420P10LE, Id::HEVC) => 10,
        _ => return Ok(None),
    };
    let data = first.packet.data().unwrap_or_default();
    let Some(parameters) = Parameters::find(codec, &reader.described()?, data, bits) else { return Ok(None) };
    let (Ok(width), Ok(height)) = (u16::try_from(frame.width()), u16::try_from(frame.height())) else {
        return Ok(None);
    };
    let Parameters { entry, config_box, config, codecs, .. } = parameters.clone();
    let pixel = shape(reader.aspect_of(&mut frame));
    let rotation = reader.rotation();
    Ok(Some((VideoTrack { entry, config_box, config, codecs, width, height, pixel, rotation }, parameters)))
}

/// Width and height of a pixel; a square where nothing sensible is said.
fn shape(aspect: Rational) -> (u32, u32) {
    match (u32::try_from(aspect.numerator()), u32::try_from(aspect.denominator())) {
        (Ok(wide @ 1..), Ok(high @ 1..)) if wide / high <= 8 && high / wide <= 8 => (wide, high),
        _ => (1, 1),
    }
}
