//! Movie fragments (ISO/IEC 14496-12, 8.8): the frames that moof boxes describe.

use super::boxes::{Head, children};
use super::movie::{Defaults, Movie};
use super::{Miss, SHORT, Window, edits, full_box};
use crate::media::listing::bytes::Taker;
use crate::media::listing::frames::{Frame, MAX_FRAMES, too_many};

/// A sample that is not a sync sample, or depends on others, is no keyframe (8.8.3.1).
const NOT_SYNC: u32 = 0x0001_0000;
const DEPENDS: u32 = 0x0100_0000;
/// The largest box of one fragment: a run of a million samples.
const MOST: usize = 16 << 20;

/// What the fragments so far have given.
#[derive(Default)]
pub(super) struct Fragments {
    pub(super) frames: Vec<Frame>,
    /// Where the next fragment starts if it does not say; ticks of the track.
    end: Option<i64>,
    /// Samples described so far, whether their bytes are there or not: what bounds the work.
    described: usize,
    /// The decode time of the frame before, without the edit list's shift.
    before: Option<i64>,
}

/// One track fragment's header.
struct Header {
    base: u64,
    defaults: Defaults,
}

impl Fragments {
    /// Reads a moof box that lies within the file.
    pub(super) fn read(&mut self, window: &mut Window<'_>, moof: &Head, movie: &Movie) -> Result<(), Miss> {
        let mut first = true;
        for traf in children(window, moof.body, moof.end)?.iter().filter(|child| child.kind == *b"traf") {
            let boxes = children(window, traf.body, traf.end)?;
            if let Some(header) = header(window, &boxes, movie, moof.start, first)? {
                self.track_fragment(window, &boxes, movie, &header)?;
            }
            first = false;
        }
        Ok(())
    }

    fn track_fragment(
        &mut self,
        window: &mut Window<'_>,
        boxes: &[Head],
        movie: &Movie,
        header: &Header,
    ) -> Result<(), Miss> {
        let mut dts = self.end;
        for tfdt in boxes.iter().filter(|child| child.kind == *b"tfdt") {
            let (version, _, body) = full_box(window, tfdt, 64)?;
            let mut taker = Taker(&body);
            let base = if version == 1 { taker.u64() } else { taker.u32().map(u64::from) };
            dts = Some(i64::try_from(base.ok_or(SHORT)?).map_err(|_| Miss::NotUnderstood("a fragment's time"))?);
        }
        let mut dts = match dts {
            Some(dts) => dts,
            None if movie.track.tables.iter().any(|table| table.kind == *b"stts" && table.end - table.body > 8) => {
                return Err(Miss::NotUnderstood("fragments without times after samples"));
            }
            None => 0,
        };
        for trun in boxes.iter().filter(|child| child.kind == *b"trun") {
            dts = self.run(window, trun, movie, header, dts)?;
        }
        self.end = Some(dts);
        Ok(())
    }

    /// Reads one run of samples from a decode time on; gives the decode time after it.
    fn run(
        &mut self,
        window: &mut Window<'_>,
        trun: &Head,
        movie: &Movie,
        header: &Header,
        mut dts: i64,
    ) -> Result<i64, Miss> {
        let (_, flags, body) = full_box(window, trun, MOST)?;
        let mut taker = Taker(&body);
        let count = taker.u32().ok_or(SHORT)?;
        let mut at = header.base;
        let mut first_flags = None;
        if flags & 0x1 != 0 {
            at = at.checked_add_signed(taker.i32().ok_or(SHORT)?.into()).ok_or(Miss::NotUnderstood("an offset"))?;
        } else if !self.frames.is_empty() {
            // Then the data follows that of the run before, whichever track it was of.
            return Err(Miss::NotUnderstood("a run without its data's offset"));
        }
        if flags & 0x4 != 0 {
            first_flags = Some(taker.u32().ok_or(SHORT)?);
        }
        let row = [0x100, 0x200, 0x400, 0x800].iter().filter(|bit| flags & **bit != 0).count() * 4;
        if row == 0 && u64::from(count) * u64::from(header.defaults.size.max(1)) > window.len() {
            return Err(Miss::NotUnderstood("a run larger than the file"));
        }
        self.described = self.described.saturating_add(count as usize);
        if self.described > MAX_FRAMES {
            return Err(Miss::Refused(too_many()));
        }
        let shift = edits::stretch(movie)?.map_or(0, |stretch| stretch.start - stretch.delay);
        for index in 0..count {
            let mut field = |bit: u32, default: u32| if flags & bit == 0 { Some(default) } else { taker.u32() };
            let duration = field(0x100, header.defaults.duration).ok_or(SHORT)?;
            let size = field(0x200, header.defaults.size).ok_or(SHORT)?;
            let unstated = first_flags.filter(|_| index == 0).unwrap_or(header.defaults.flags);
            let sample_flags = field(0x400, unstated).ok_or(SHORT)?;
            let offset = field(0x800, 0).ok_or(SHORT)?.cast_signed();
            if offset < 0 {
                return Err(Miss::NotUnderstood("negative composition offsets in fragments"));
            }
            at = at.saturating_add(size.into());
            if at <= window.len() {
                let frame = Frame {
                    pts: dts.saturating_sub(shift).saturating_add(offset.into()),
                    duration,
                    size,
                    key: sample_flags & (NOT_SYNC | DEPENDS) == 0,
                    // Fragments can overlap in time; what comes again is not shown.
                    shown: self.before.is_none_or(|before| before < dts),
                };
                self.frames.push(frame);
            }
            self.before = Some(dts);
            dts = dts.saturating_add(duration.into());
        }
        Ok(dts)
    }
}

/// The header of a track fragment if it is of the video track.
fn header(
    window: &mut Window<'_>,
    boxes: &[Head],
    movie: &Movie,
    moof: u64,
    first: bool,
) -> Result<Option<Header>, Miss> {
    let tfhd = super::boxes::only(boxes, b"tfhd")?.ok_or(Miss::NotUnderstood("no tfhd"))?;
    let (_, flags, body) = full_box(window, &tfhd, 64)?;
    let mut taker = Taker(&body);
    if taker.u32().ok_or(SHORT)? != movie.track.id {
        return Ok(None);
    }
    let mut defaults = movie.track.defaults.ok_or(Miss::NotUnderstood("fragments without trex"))?;
    let base = if flags & 0x1 != 0 {
        taker.u64().ok_or(SHORT)?
    } else if flags & 0x2_0000 != 0 || first {
        moof
    } else {
        return Err(Miss::NotUnderstood("a fragment that starts where another track's ended"));
    };
    if flags & 0x2 != 0 {
        taker.u32().ok_or(SHORT)?;
    }
    let mut field = |bit: u32, default: &mut u32| {
        if flags & bit != 0 {
            *default = taker.u32().ok_or(SHORT)?;
        }
        Ok::<(), Miss>(())
    };
    field(0x8, &mut defaults.duration)?;
    field(0x10, &mut defaults.size)?;
    field(0x20, &mut defaults.flags)?;
    Ok(Some(Header { base, defaults }))
}
