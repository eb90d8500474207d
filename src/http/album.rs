//! Pictures that were decoded lately, in memory: whoever moves along a time axis asks for the same ones again and again. Who may see
//! one, and that it is written down, is not decided here.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use lru::LruCache;

use crate::media::{Frame, Which};
use crate::model::{Recording, RecordingId};

/// The most bytes of pictures that are kept.
const MOST: usize = 64 << 20;

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    recording: RecordingId,
    /// Of a recording that grew since, other frames may be shown.
    media_us: i64,
    pts_us: i64,
    which: Which,
    width: Option<u32>,
}

impl Asked {
    pub(super) fn new(recording: &Recording, pts_us: i64, which: Which, width: Option<u32>) -> Asked {
        Asked { recording: recording.id.clone(), media_us: recording.media_us, pts_us, which, width }
    }
}

/// A frame as JPEG.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shot {
    /// When it begins to be shown, microseconds on the file's own timeline.
    pub pts_us: i64,
    pub jpeg: Bytes,
}

/// The pictures.
#[derive(Debug)]
pub(super) struct Album(Mutex<Held>);

#[derive(Debug)]
struct Held {
    shots: LruCache<Asked, Arc<Shot>>,
    bytes: usize,
    most: usize,
}

impl Default for Album {
    fn default() -> Album {
        Album::of(MOST)
    }
}

impl Album {
    fn of(most: usize) -> Album {
        Album(Mutex::new(Held { shots: LruCache::unbounded(), bytes: 0, most }))
    }

    /// What was given for the same question before.
    pub(super) fn find(&self, asked: &Asked) -> Option<Arc<Shot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).shots.get(asked).cloned()
    }

    /// Keeps what was decoded: for the same question, and for whoever asks by the frame's own time.
    pub(super) fn keep(&self, asked: Asked, frame: Frame) -> Arc<Shot> {
        let shot = Arc::new(Shot { pts_us: frame.pts_us, jpeg: frame.bytes.into() });
        let by_itself = Asked { pts_us: frame.pts_us, which: Which::Shown, ..asked.clone() };
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if by_itself != asked {
            held.put(by_itself, Arc::clone(&shot));
        }
        held.put(asked, Arc::clone(&shot));
        shot
    }
}

impl Held {
    /// A picture under two questions counts twice: the bound holds either way.
    fn put(&mut self, asked: Asked, shot: Arc<Shot>) {
        self.bytes += shot.jpeg.len();
        if let Some((_, old)) = self.shots.push(asked, shot) {
            self.bytes -= old.jpeg.len();
        }
        while self.bytes > self.most {
            let Some((_, old)) = self.shots.pop_lru() else { break };
            self.bytes -= old.jpeg.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::ImageFormat;

    fn asked(pts_us: i64, which: Which) -> Asked {
        Asked { recording: RecordingId("r".to_owned()), media_us: 9, pts_us, which, width: None }
    }

    fn frame(pts_us: i64, length: usize) -> Frame {
        Frame { pts_us, width: 1, height: 1, format: ImageFormat::Jpeg, bytes: vec![0; length] }
    }

    #[test]
    fn a_picture_is_found_by_its_question_and_by_its_own_time() {
        let album = Album::of(100);
        let shot = album.keep(asked(15, Which::After), frame(20, 10));
        assert_eq!(album.find(&asked(15, Which::After)), Some(Arc::clone(&shot)));
        assert_eq!(album.find(&asked(20, Which::Shown)), Some(shot));
        assert_eq!(album.find(&asked(15, Which::Shown)), None);
        assert_eq!(album.find(&asked(20, Which::After)), None);
    }

    #[test]
    fn no_more_bytes_are_kept_than_may_be_and_the_oldest_goes_first() {
        let album = Album::of(100);
        for n in 0..10 {
            album.keep(asked(n, Which::Shown), frame(n, 30));
        }
        let bytes = album.0.lock().unwrap().bytes;
        let kept: Vec<i64> = (0..10).filter(|n| album.find(&asked(*n, Which::Shown)).is_some()).collect();
        assert_eq!((bytes, kept), (90, vec![7, 8, 9]));
        album.keep(asked(9, Which::Shown), frame(9, 20));
        assert_eq!(album.0.lock().unwrap().bytes, 80, "what is replaced counts no more");
        album.keep(asked(11, Which::Shown), frame(11, 200));
        assert_eq!(album.0.lock().unwrap().bytes, 0, "what is larger than all is not kept");
    }
}
