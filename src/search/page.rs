//! Paging by search-after: an answer's recordings a page at a time, each page going on after the last recording of the one before.

use super::Answer;
use crate::base::{Error, Kind, Result};
use crate::model::RecordingId;
use crate::say;

/// The last recording of a page: its camera, start (microseconds of true time since 1970), and id.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Last {
    camera: String,
    start_us: i64,
    recording: RecordingId,
}

impl Last {
    /// Camera ids have no colon.
    fn read(token: &str) -> Option<Last> {
        let mut parts = token.splitn(3, ':');
        let (camera, start_us, recording) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
        Some(Last { camera: camera.to_owned(), start_us, recording: RecordingId(recording.to_owned()) })
    }

    fn write(&self) -> String {
        format!("{}:{}:{}", self.camera, self.start_us, self.recording)
    }
}

/// Leaves at most `limit` recordings in an answer, those after the one that `after` names, and gives the name of the last where
/// more follow. Cameras all of whose recordings were on earlier pages are left out; coverage and gaps of the others are those of
/// the whole window on every page, so that nothing that is missing is hidden by paging.
///
/// # Errors
/// [`Kind::Usage`] for an `after` that names nothing in this answer's order.
pub fn page(answer: &mut Answer, after: Option<&str>, limit: usize) -> Result<Option<String>> {
    if let Some(token) = after {
        let unknown = || {
            Error::new(
                Kind::Usage,
                say!(
                    "--after \"{token}\": không phải giá trị next của lần tìm này",
                    "--after \"{token}\" is not what an earlier page of this search gave as next"
                ),
            )
        };
        let last = Last::read(token).ok_or_else(unknown)?;
        let at = answer.cameras.iter().position(|camera| camera.id == last.camera).ok_or_else(unknown)?;
        answer.cameras.drain(..at);
        if let Some(camera) = answer.cameras.first_mut() {
            let seen = (last.start_us, &last.recording);
            camera.recordings.retain(|one| (one.start.as_microsecond(), &one.id) > seen);
        }
        if answer.cameras.first().is_some_and(|camera| camera.recordings.is_empty()) {
            answer.cameras.remove(0);
        }
    }
    let mut left = limit;
    for at in 0..answer.cameras.len() {
        let Some(camera) = answer.cameras.get_mut(at) else { break };
        if camera.recordings.len() <= left {
            left -= camera.recordings.len();
            continue;
        }
        if left > 0 {
            camera.recordings.truncate(left);
            answer.cameras.truncate(at + 1);
        } else {
            answer.cameras.truncate(at);
        }
        let last = answer.cameras.iter().rev().find_map(|camera| {
            let last = camera.recordings.last()?;
            Some(Last { camera: camera.id.clone(), start_us: last.start.as_microsecond(), recording: last.id.clone() })
        });
        return Ok(last.map(|last| last.write()));
    }
    Ok(None)
}
