//! EBML (RFC 8794): elements with variable-length ids and sizes.

use super::{Info, Miss, Window};

/// An element: its id, where its body starts, and where it ends; `None` when its size is unknown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element {
    pub(super) id: u32,
    pub(super) body: u64,
    pub(super) end: Option<u64>,
}

/// The element at an offset; `None` where the file ends within its header.
pub(super) fn element(window: &mut Window<'_>, at: u64) -> Result<Option<Element>, Miss> {
    let bytes = window.up_to(at, 12)?;
    let Some(first) = bytes.first() else { return Ok(None) };
    let id_width = first.leading_zeros() as usize + 1;
    if id_width > 4 {
        return Err(Miss::NotUnderstood("no element where one must be"));
    }
    let (Some(id), Some(rest)) = (bytes.get(..id_width), bytes.get(id_width..)) else { return Ok(None) };
    let id = id.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
    let Some(size_first) = rest.first() else { return Ok(None) };
    if *size_first == 0 {
        return Err(Miss::NotUnderstood("an impossible element size"));
    }
    let Some((size, width)) = vint(rest) else { return Ok(None) };
    let body = at + (id_width + width) as u64;
    let unknown = size == (1 << (7 * width)) - 1;
    let end = match unknown {
        true => None,
        false => Some(body.checked_add(size).ok_or(Miss::NotUnderstood("an element beyond all files"))?),
    };
    Ok(Some(Element { id, body, end }))
}

/// A variable-length number and its width in bytes, at the front of a slice.
pub(super) fn vint(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let width = first.leading_zeros() as usize + 1;
    let all = bytes.get(..width).filter(|_| width <= 8)?;
    let marked = all.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    Some((marked & !(1 << (7 * width)), width))
}

/// An unsigned integer element's value.
pub(super) fn uint(window: &mut Window<'_>, body: u64, end: u64) -> Result<u64, Miss> {
    let n = usize::try_from(end - body).ok().filter(|n| *n <= 8).ok_or(Miss::NotUnderstood("a long integer"))?;
    Ok(window.up_to(body, n)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// A float element's value.
pub(super) fn float(window: &mut Window<'_>, body: u64, end: u64) -> Result<f64, Miss> {
    let bits = uint(window, body, end)?;
    match end - body {
        4 => Ok(f32::from_bits(bits as u32).into()),
        8 => Ok(f64::from_bits(bits)),
        _ => Ok(0.0),
    }
}

/// The elements from `body` to `end`, which must hold them; each is handed on with its end.
pub(super) fn each(
    window: &mut Window<'_>,
    body: u64,
    end: u64,
    mut take: impl FnMut(&mut Window<'_>, u32, u64, u64) -> Result<(), Miss>,
) -> Result<(), Miss> {
    let mut at = body;
    while at < end {
        let broken = Miss::NotUnderstood("an element larger than its parent");
        let Some(Element { id, body, end: Some(child_end) }) = element(window, at)? else { return Err(broken) };
        if child_end > end {
            return Err(broken);
        }
        take(window, id, body, child_end)?;
        at = child_end;
    }
    Ok(())
}

/// The Info element: scale, duration, date.
pub(super) fn info(window: &mut Window<'_>, body: u64, end: u64) -> Result<Info, Miss> {
    let mut info = Info { scale: 1_000_000, duration: None, date: None };
    each(window, body, end, |window, id, body, end| {
        match id {
            0x2A_D7B1 => {
                let scale = uint(window, body, end)?;
                info.scale = u32::try_from(scale).map_err(|_| Miss::NotUnderstood("a timestamp scale"))?;
            }
            0x4489 => info.duration = Some(float(window, body, end)?),
            0x4461 if end - body == 8 => info.date = Some(uint(window, body, end)?.cast_signed()),
            _ => {}
        }
        Ok(())
    })?;
    Ok(info)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_marker_taken_off() {
        assert_eq!(vint(&[0x81]), Some((1, 1)));
        assert_eq!(vint(&[0x40, 0x02, 9]), Some((2, 2)));
        assert_eq!(vint(&[0x01, 0, 0, 0, 0, 0, 0, 5]), Some((5, 8)));
        assert_eq!(vint(&[0x40]), None);
        assert_eq!(vint(&[0]), None);
    }
}
