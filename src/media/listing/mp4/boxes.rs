//! Box headers: size, kind, and where the body lies (ISO/IEC 14496-12, 4.2).

use super::Miss;
use super::Window;

/// A box: four letters, and its body as a span of the file. The end may lie beyond the file only at the top level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) kind: [u8; 4],
    pub(super) start: u64,
    pub(super) body: u64,
    pub(super) end: u64,
}

/// More boxes than this inside one are not believed.
const MAX_CHILDREN: usize = 4096;

/// The box at an offset; `None` when not even its header fits before `limit`.
pub(super) fn head(window: &mut Window<'_>, at: u64, limit: u64) -> Result<Option<Head>, Miss> {
    let Some(short) = window.array::<8>(at)? else { return Ok(None) };
    let [a, b, c, d, kind @ ..] = short;
    let (size, header) = match u32::from_be_bytes([a, b, c, d]) {
        0 => (limit.saturating_sub(at), 8),
        1 => match window.array::<8>(at + 8)? {
            Some(long) => (u64::from_be_bytes(long), 16),
            None => return Ok(None),
        },
        size => (u64::from(size), 8),
    };
    let end = at.checked_add(size).filter(|_| size >= header).ok_or(Miss::NotUnderstood("an impossible box size"))?;
    Ok(Some(Head { kind, start: at, body: at + header, end }))
}

/// The boxes from `from` to `to`, which must fill it (but for less than a header's worth at the end).
pub(super) fn children(window: &mut Window<'_>, from: u64, to: u64) -> Result<Vec<Head>, Miss> {
    let mut found = Vec::new();
    let mut at = from;
    while at + 8 <= to {
        let child = head(window, at, to)?.filter(|child| child.end <= to && child.body <= child.end);
        let child = child.ok_or(Miss::NotUnderstood("a box larger than its parent"))?;
        if found.len() >= MAX_CHILDREN {
            return Err(Miss::NotUnderstood("too many boxes"));
        }
        at = child.end;
        found.push(child);
    }
    Ok(found)
}

/// The only child of a kind; `None` when there is none, a miss when there are several.
pub(super) fn only(children: &[Head], kind: &[u8; 4]) -> Result<Option<Head>, Miss> {
    let mut of_kind = children.iter().filter(|child| child.kind == *kind);
    match (of_kind.next(), of_kind.next()) {
        (_, Some(_)) => Err(Miss::NotUnderstood("a box that may only come once")),
        (first, None) => Ok(first.copied()),
    }
}
