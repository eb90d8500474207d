//! What parent and worker say to each other over a Unix socket: a length (u32, little-endian), then postcard. The file of a
//! request travels as a descriptor beside the first byte of its length, so that the worker needs no path and no right to
//! open anything.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Instant;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::clip::{ClipAsk, ClipHead, ClipTail};
use super::decode::{Frame, FrameAsk};
#[cfg(debug_assertions)]
use super::sandbox::probe::{Outcome, Probe};
use super::sandbox::{Barrier, Sandbox};
use crate::model::{Listing, Thumbnail, Unreadable};

/// The longest message, bytes: bounds what a worker gone wrong can make the parent hold. A frame as PNG has at most some
/// 100 MB, a listing of 8 million frames as many.
const MAX_MESSAGE: usize = 256 << 20;

/// The first message to a worker, without a file: its limits and barriers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hello {
    /// `RLIMIT_AS`, bytes.
    pub(super) memory_bytes: u64,
    /// The barriers to put up.
    pub(super) sandbox: Sandbox,
    /// How the worker stands to everything else on the machine.
    pub(super) priority: Priority,
}

/// How a pool's workers stand to everything else that runs on the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Priority {
    /// As their parent does.
    #[default]
    Ordinary,
    /// They yield: niceness 10 above their parent's, and the disk only when nobody else wants it (the idle class of
    /// `ioprio_set(2)`, which the schedulers bfq and mq-deadline heed).
    Background,
}

/// The worker's answer, once it has shut itself in.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Welcome {
    /// What this kernel lacks of the barriers.
    pub(super) missing: Vec<Barrier>,
}

/// What a worker is asked, about the file beside it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request {
    List,
    Thumbnails {
        pts_us: Vec<i64>,
        width: u32,
    },
    Frame(FrameAsk),
    /// Answered by a head, segments and an end; each but the end is followed by `More` from the parent, without which the
    /// worker makes no next.
    Clip(ClipAsk),
    /// The piece was taken; without a file.
    More,
    #[cfg(debug_assertions)]
    Probe(Probe),
}

/// What it answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    Listing(PackedListing),
    Thumbnails(Vec<Thumbnail>),
    Frame(Frame),
    ClipHead(ClipHead),
    ClipSegment(Vec<u8>),
    ClipEnd(ClipTail),
    Unreadable(Unreadable),
    #[cfg(debug_assertions)]
    Probed(Outcome),
}

/// A listing whose doubts are JSON: they name their kind inside ("code"), which postcard cannot read back.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PackedListing {
    listing: Listing,
    doubts: String,
}

impl PackedListing {
    pub(super) fn pack(mut listing: Listing) -> serde_json::Result<PackedListing> {
        let doubts = serde_json::to_string(&std::mem::take(&mut listing.doubts))?;
        Ok(PackedListing { listing, doubts })
    }

    pub(super) fn unpack(self) -> serde_json::Result<Listing> {
        let doubts = serde_json::from_str(&self.doubts)?;
        Ok(Listing { doubts, ..self.listing })
    }
}

/// Sends a message, with a file beside it or none.
pub(super) fn send(socket: &mut UnixStream, message: &impl Serialize, file: Option<&File>) -> io::Result<()> {
    let body = postcard::to_stdvec(message).map_err(io::Error::other)?;
    if body.len() > MAX_MESSAGE {
        return Err(io::Error::other(format!("a message of {} bytes", body.len())));
    }
    let head = (body.len() as u32).to_le_bytes();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    let descriptors = file.map(|file| [file.as_fd()]);
    if let Some(descriptors) = &descriptors {
        beside.push(SendAncillaryMessage::ScmRights(descriptors));
    }
    // Without SIGPIPE: a worker that died is an error here, not the end of the parent.
    let sent = retry(|| sendmsg(&*socket, &[IoSlice::new(&head)], &mut beside, SendFlags::NOSIGNAL))?;
    socket.write_all(&head[sent..])?;
    socket.write_all(&body)
}

/// Receives a message and the file beside it, if any; `None` when the other side has closed.
pub(super) fn receive<M: DeserializeOwned>(socket: &mut UnixStream) -> io::Result<Option<(M, Option<File>)>> {
    let mut head = [0; 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC;
    let got = retry(|| recvmsg(&*socket, &mut [IoSliceMut::new(&mut head)], &mut beside, flags))?.bytes;
    if got == 0 {
        return Ok(None);
    }
    let descriptors = beside.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors),
        _ => None,
    });
    let file: Option<OwnedFd> = descriptors.flatten().next();
    socket.read_exact(&mut head[got..])?;
    let body = read_body(socket, u32::from_le_bytes(head) as usize, |_| Ok(()))?;
    Ok(Some((postcard::from_bytes(&body).map_err(io::Error::other)?, file.map(File::from))))
}

/// Receives a message before a deadline.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`] past the deadline; [`io::ErrorKind::UnexpectedEof`] when the other side is gone.
pub(super) fn receive_by<M: DeserializeOwned>(socket: &mut UnixStream, deadline: Instant) -> io::Result<M> {
    let mut head = [0; 4];
    let mut have = 0;
    while have < head.len() {
        have += read_by(socket, &mut head[have..], deadline)?;
    }
    let body = read_body(socket, u32::from_le_bytes(head) as usize, |socket| limit_wait(socket, deadline))?;
    postcard::from_bytes(&body).map_err(io::Error::other)
}

/// Reads a body in pieces, so that memory is only taken for bytes that came.
fn read_body(
    socket: &mut UnixStream,
    length: usize,
    before_each: impl Fn(&UnixStream) -> io::Result<()>,
) -> io::Result<Vec<u8>> {
    if length > MAX_MESSAGE {
        return Err(io::Error::other(format!("a message of {length} bytes")));
    }
    let mut body = Vec::new();
    while body.len() < length {
        before_each(socket)?;
        let have = body.len();
        body.resize(length.min(have + (1 << 20)), 0);
        let got = in_time(retry_std(|| socket.read(&mut body[have..])))?;
        if got == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        body.truncate(have + got);
    }
    Ok(body)
}

fn read_by(socket: &mut UnixStream, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
    limit_wait(socket, deadline)?;
    match in_time(retry_std(|| socket.read(buffer)))? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        got => Ok(got),
    }
}

/// Makes the next read or write end with an error at the deadline.
pub(super) fn limit_wait(socket: &UnixStream, deadline: Instant) -> io::Result<()> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    socket.set_read_timeout(Some(left))?;
    socket.set_write_timeout(Some(left))
}

/// A socket's time limit is reported as `WouldBlock`.
fn in_time<T>(result: io::Result<T>) -> io::Result<T> {
    result
        .map_err(|error| if error.kind() == io::ErrorKind::WouldBlock { io::ErrorKind::TimedOut.into() } else { error })
}

fn retry<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(rustix::io::Errno::INTR) => {}
            other => return other.map_err(io::Error::from),
        }
    }
}

fn retry_std<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::{Doubt, Keyframe, Method};

    #[test]
    fn a_message_arrives_with_its_file() {
        let (mut one, mut two) = UnixStream::pair().unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"hello").unwrap();
        let request = Request::Thumbnails { pts_us: vec![1, -2], width: 320 };
        send(&mut one, &request, Some(&file)).unwrap();
        send(&mut one, &Request::List, None).unwrap();
        let (got, beside) = receive::<Request>(&mut two).unwrap().unwrap();
        assert_eq!(format!("{got:?}"), format!("{request:?}"));
        assert_eq!(beside.unwrap().metadata().unwrap().len(), 5);
        let (_, beside) = receive::<Request>(&mut two).unwrap().unwrap();
        assert!(beside.is_none());
        drop(one);
        assert!(receive::<Request>(&mut two).unwrap().is_none());
    }

    #[test]
    fn a_listing_arrives_with_its_doubts() {
        let listing = Listing {
            container: "avi".to_owned(),
            codec: "h264".to_owned(),
            width: 1920,
            height: 1080,
            rotation: 90,
            time_base: (1, 25),
            audio: None,
            keyframes: vec![Keyframe { pts_us: -40_000, size: 7, between: 8 }],
            first_pts_us: -40_000,
            end_pts_us: 0,
            packets: 1,
            video_bytes: 7,
            header_duration_us: Some(1),
            creation_time: Some(jiff::Timestamp::UNIX_EPOCH),
            method: Method::Packets,
            bytes_read: 9,
            doubts: vec![Doubt::Unfinished, Doubt::AssumedRate { fps: 12.5 }, Doubt::Truncated { at_byte: 3 }],
        };
        let (mut one, mut two) = UnixStream::pair().unwrap();
        send(&mut one, &Reply::Listing(PackedListing::pack(listing.clone()).unwrap()), None).unwrap();
        let Reply::Listing(packed) = receive_by(&mut two, Instant::now() + Duration::from_secs(5)).unwrap() else {
            panic!("another reply");
        };
        assert_eq!(packed.unpack().unwrap(), listing);
    }

    #[test]
    fn an_answer_that_does_not_come_ends_at_the_deadline() {
        let (mut one, mut two) = UnixStream::pair().unwrap();
        let deadline = || Instant::now() + Duration::from_millis(20);
        let kind = |socket: &mut UnixStream| receive_by::<Reply>(socket, deadline()).unwrap_err().kind();
        assert_eq!(kind(&mut one), io::ErrorKind::TimedOut);
        two.write_all(&[9, 0, 0]).unwrap();
        assert_eq!(kind(&mut one), io::ErrorKind::TimedOut);
        drop(two);
        assert_eq!(kind(&mut one), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_length_without_bound_is_refused_before_memory_is_taken() {
        let (mut one, mut two) = UnixStream::pair().unwrap();
        two.write_all(&u32::MAX.to_le_bytes()).unwrap();
        let error = receive_by::<Reply>(&mut one, Instant::now() + Duration::from_secs(5)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Other);
    }
}
