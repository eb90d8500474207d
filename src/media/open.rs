//! Opens a file with FFmpeg's demuxers: by content, from an allow-list of formats, with no way to reach another file.

use std::ptr;

use ffmpeg_next::format::context::{Input, StreamIo};
use ffmpeg_next::{Dictionary, Error, ffi, format, media};

use super::ffmpeg_log;
use super::source::Source;
use crate::model::{Fault, Unreadable};

/// The demuxers that hostile bytes may reach. No playlists, no concatenation, no image sequences: those open other files.
const FORMATS: &str = "mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,asf,dhav,h264,hevc,h263,m4v,mjpeg,jpeg_pipe";

/// How much is found out about the streams before the first packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Probing {
    /// Only what the container's header says: enough for mp4 and mkv, whose streams are complete then; for MPEG-TS the
    /// streams are known, the picture size is not.
    Headers,
    /// What FFmpeg's own tools know, by reading (and partly decoding) the first seconds: costs 20–40 ms a file.
    Streams,
}

/// Opens a view of a file, whose position is ignored. FFmpeg's complaints on this thread are counted from here on
/// ([`ffmpeg_log::heard`]).
///
/// # Errors
/// The fault that keeps the file from being opened: empty, not an allowed format, no moov, damaged, I/O.
pub(in crate::media) fn open(source: &Source, probing: Probing) -> Result<Input, Unreadable> {
    ffmpeg_log::listen();
    if source.len() == 0 {
        return Err(Unreadable::new(Fault::Empty, ""));
    }
    // An I/O error is asked for once here, because inside the demuxer it looks like a damaged file.
    let mut head = [0; 12];
    source.read_at(0, &mut head).map_err(io_fault)?;
    let mut input = open_headers(source).map_err(|error| match refused(source, error) {
        // FFmpeg says the same of a format that it does not know and of a header that is cut off.
        Unreadable { fault: Fault::NotMedia, detail } if container_magic(&head) => {
            Unreadable::new(Fault::Damaged, detail)
        }
        other => other,
    })?;
    if probing == Probing::Streams {
        #[expect(unsafe_code, reason = "the safe wrapper only exists fused with opening")]
        // SAFETY: the context is open, owned by `input`, and used by this thread alone.
        let code = unsafe { ffi::avformat_find_stream_info(input.as_mut_ptr(), ptr::null_mut()) };
        if code < 0 {
            return Err(refused(source, Error::from(code)));
        }
    }
    Ok(input)
}

/// The video stream that everything here is about: the first that is not a cover picture.
pub(in crate::media) fn video_stream(input: &Input) -> Option<usize> {
    let cover = format::stream::Disposition::ATTACHED_PIC;
    input
        .streams()
        .find(|s| s.parameters().medium() == media::Type::Video && !s.disposition().contains(cover))
        .map(|s| s.index())
}

/// The fault for an error of the file system.
pub(in crate::media) fn io_fault(error: std::io::Error) -> Unreadable {
    Unreadable::new(Fault::Io, error.to_string())
}

#[expect(unsafe_code, reason = "ffmpeg-next's input_from_stream always runs avformat_find_stream_info")]
fn open_headers(source: &Source) -> Result<Input, Error> {
    let mut view = source.clone();
    std::io::Seek::rewind(&mut view).map_err(|_| Error::InvalidData)?;
    let mut io = StreamIo::from_read_seek(view)?;
    let mut options = Dictionary::new();
    options.set("format_whitelist", FORMATS);
    options.set("protocol_whitelist", "");
    // SAFETY: `context` is checked, its `pb` stays valid because `io` outlives it (both are handed to `Input`, which
    // frees the context first); avformat_open_input takes the dictionary by pointer and leaves what it did not use in it,
    // which is owned again and freed; on failure it frees the context and sets the pointer to null, but not a custom `pb`.
    unsafe {
        let mut context = ffi::avformat_alloc_context();
        if context.is_null() {
            return Err(Error::Other { errno: ffmpeg_next::error::ENOMEM });
        }
        (*context).pb = io.as_mut_ptr();
        (*context).flags |= ffi::AVFMT_FLAG_CUSTOM_IO;
        let mut raw_options = options.disown();
        let code = ffi::avformat_open_input(&raw mut context, ptr::null(), ptr::null(), &raw mut raw_options);
        drop(Dictionary::own(raw_options));
        if code < 0 {
            return Err(Error::from(code));
        }
        Ok(Input::wrap_with_custom_io(context, io))
    }
}

/// Whether a file starts as an avi, flv, Matroska or mp4 does.
fn container_magic(head: &[u8; 12]) -> bool {
    (head.starts_with(b"RIFF") && head.ends_with(b"AVI "))
        || head.starts_with(b"FLV")
        || head.starts_with(&[0x1A, 0x45, 0xDF, 0xA3])
        || head[4..8] == *b"ftyp"
}

fn refused(source: &Source, error: Error) -> Unreadable {
    if let Some(failure) = source.failure() {
        return Unreadable::new(Fault::Io, failure);
    }
    let complaints = ffmpeg_log::heard();
    let first = complaints.first.as_deref().unwrap_or("");
    let fault = match error {
        Error::InvalidData if first.starts_with("moov atom not found") => Fault::NoMoov,
        // Probing failed, or found a format that is not on the list (EINVAL).
        Error::InvalidData if complaints.errors == 0 => Fault::NotMedia,
        Error::Other { errno: ffmpeg_next::error::EINVAL } if first.starts_with("Format not on whitelist") => {
            Fault::NotMedia
        }
        Error::Other { errno: ffmpeg_next::error::ENOMEM } => Fault::OutOfMemory,
        _ => Fault::Damaged,
    };
    Unreadable::new(fault, if first.is_empty() { error.to_string() } else { format!("{error}: {first}") })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn fault_of(bytes: &[u8]) -> Fault {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        open(&Source::new(&file).unwrap(), Probing::Streams).map(|_| ()).unwrap_err().fault
    }

    #[test]
    fn what_is_no_media_is_refused_by_its_fault() {
        assert_eq!(fault_of(b""), Fault::Empty);
        assert_eq!(fault_of(&[0; 4096]), Fault::NotMedia);
        assert_eq!(fault_of("một tệp chữ bình thường\n".repeat(200).as_bytes()), Fault::NotMedia);
        let mp4 = b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\x10\0mdat";
        assert_eq!(fault_of(&[mp4.as_slice(), &[7; 4088]].concat()), Fault::NoMoov);
    }

    #[test]
    fn what_a_file_names_cannot_be_opened_by_any_protocol() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("other");
        std::fs::write(&other, b"secret").unwrap();
        let mut picture = tempfile::tempfile().unwrap();
        let mut jpeg = std::io::Cursor::new(Vec::new());
        image::RgbImage::new(64, 64).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
        picture.write_all(jpeg.get_ref()).unwrap();
        let mut input = open(&Source::new(&picture).unwrap(), Probing::Headers).unwrap();
        let path = other.display();
        for url in [format!("{path}"), format!("file:{path}"), "data:,x".to_owned(), format!("concat:{path}|{path}")] {
            let url = std::ffi::CString::new(url).unwrap();
            #[expect(unsafe_code, reason = "the way by which FFmpeg's demuxers open what a file names")]
            // SAFETY: the context is open and has its default `io_open`; no options; `io` is closed if it was opened.
            let code = unsafe {
                let context = input.as_mut_ptr();
                let mut io = ptr::null_mut();
                let open = (*context).io_open.unwrap();
                let code = open(context, &raw mut io, url.as_ptr(), ffi::AVIO_FLAG_READ, ptr::null_mut());
                ffi::avio_close(io);
                code
            };
            assert!(code < 0, "{url:?} was opened");
        }
    }

    #[test]
    fn a_playlist_is_not_followed() {
        let list = b"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n";
        assert_eq!(fault_of(list), Fault::NotMedia);
        assert_eq!(fault_of(b"ffconcat version 1.0\nfile /etc/passwd\n"), Fault::NotMedia);
    }
}
