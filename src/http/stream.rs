//! A clip's way to whoever watches: from a thread that waits for the worker, over a bounded channel, into the answer's body. A watcher
//! who goes ends the worker at once; one who takes nothing is dropped after a while.

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body::Frame;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::media::{Clip, Leaver};
use crate::model::{Fault, Unreadable};

/// Who takes nothing for so long is watching no more.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes of a file that are read at a time.
const CHUNK: u64 = 256 << 10;

/// The clip as an answer's body. To be called on the runtime.
pub(super) fn body(clip: Clip, patience: Duration) -> Body {
    let leaver = clip.leaver();
    Body::new(stream(clip, leaver, patience))
}

/// A part of a file as an answer's body, read while it is taken. To be called on the runtime; `failed` is what went wrong before.
pub(super) fn chunks(mut from: impl Read + Send + 'static, failed: Option<io::Error>) -> Body {
    let mut failed = failed;
    let chunks = std::iter::from_fn(move || {
        if let Some(error) = failed.take() {
            return Some(Err(Unreadable::new(Fault::Io, error.to_string())));
        }
        let mut chunk = Vec::new();
        match from.by_ref().take(CHUNK).read_to_end(&mut chunk) {
            Ok(0) => None,
            Ok(_) => Some(Ok(chunk)),
            Err(error) => Some(Err(Unreadable::new(Fault::Io, error.to_string()))),
        }
    });
    Body::new(stream(chunks, Leaver::default(), PATIENCE))
}

/// A segment; none at the end, so that a clip that broke off is told from one that ended.
type Piece = Option<Bytes>;

/// An answer's body that is being made.
struct Watched {
    from: Receiver<Piece>,
    leaver: Leaver,
    ended: bool,
}

/// Takes the segments on a thread of its own.
fn stream<S>(segments: S, leaver: Leaver, patience: Duration) -> Watched
where
    S: Iterator<Item = Result<Vec<u8>, Unreadable>> + Send + 'static,
{
    let (to, from) = channel(1);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || hand_on(segments, &to, &runtime, patience));
    Watched { from, leaver, ended: false }
}

fn hand_on(
    segments: impl Iterator<Item = Result<Vec<u8>, Unreadable>>,
    to: &Sender<Piece>,
    runtime: &Handle,
    patience: Duration,
) {
    for piece in segments.map(|segment| segment.map(|bytes| Some(bytes.into()))).chain([Ok(None)]) {
        let piece = match piece {
            Ok(piece) => piece,
            // The last there is, where the watcher has gone: nobody hears it.
            Err(why) if to.is_closed() => return tracing::debug!(?why, "nobody watches a clip any more"),
            Err(why) => return tracing::info!(?why, "a clip broke off"),
        };
        match runtime.block_on(async { tokio::time::timeout(patience, to.send(piece)).await }) {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(_) => return tracing::info!("a clip was dropped that nobody took for {} s", patience.as_secs()),
        }
    }
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let piece = ready!(self.from.poll_recv(cx));
        self.ended = !matches!(piece, Some(Some(_)));
        Poll::Ready(match piece {
            Some(Some(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(None) => None,
            // The connection is cut, so that the player knows that there is more.
            None => Some(Err(io::Error::other("the clip broke off"))),
        })
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.leaver.leave();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use axum::body::to_bytes;

    use super::*;

    /// Segments that tell when they are dropped.
    struct Made<I>(I, mpsc::Sender<()>);

    impl<I: Iterator> Iterator for Made<I> {
        type Item = I::Item;

        fn next(&mut self) -> Option<I::Item> {
            self.0.next()
        }
    }

    impl<I> Drop for Made<I> {
        fn drop(&mut self) {
            let _ = self.1.send(());
        }
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
    }

    const LONG: Duration = Duration::from_secs(300);

    #[test]
    fn all_of_a_clip_comes_in_order() {
        let segments = (0..5u8).map(|n| Ok(vec![n; 3]));
        let read = async { to_bytes(Body::new(stream(segments, Leaver::default(), LONG)), usize::MAX).await };
        assert_eq!(runtime().block_on(read).unwrap(), [[0; 3], [1; 3], [2; 3], [3; 3], [4; 3]].concat());
    }

    #[test]
    fn a_clip_that_breaks_off_does_not_look_as_if_it_had_ended() {
        let segments = [Ok(vec![1]), Err(Unreadable::new(Fault::WorkerDied, "killed"))].into_iter();
        let read = async { to_bytes(Body::new(stream(segments, Leaver::default(), LONG)), usize::MAX).await };
        assert!(runtime().block_on(read).is_err());
    }

    #[test]
    fn a_clip_that_nobody_takes_is_dropped_and_its_body_is_not_whole() {
        let runtime = runtime();
        let (told, dropped) = mpsc::channel();
        let endless = Made(std::iter::repeat_with(|| Ok(vec![0; 10])), told);
        let _inside = runtime.enter();
        let body = stream(endless, Leaver::default(), Duration::from_millis(20));
        dropped.recv_timeout(LONG).unwrap();
        assert!(runtime.block_on(to_bytes(Body::new(body), usize::MAX)).is_err());
    }

    #[test]
    fn a_watcher_who_goes_ends_a_clip_that_would_wait_for_ever() {
        let runtime = runtime();
        let (told, dropped) = mpsc::channel();
        let endless = Made(std::iter::repeat_with(|| Ok(vec![0; 10])), told);
        let _inside = runtime.enter();
        drop(stream(endless, Leaver::default(), LONG));
        dropped.recv_timeout(LONG).unwrap();
    }
}
