//! The document: a recording as tantivy keeps it. Columns for what is searched, and the whole packed in one stored field.
//!
//! The packed field: the byte [`FORMAT`], the CRC-32 of the rest (u32, little-endian), a postcard [`Header`], the keyframe table as it is (see `model::keytable`).

use ::tantivy::schema::document::{
    DeserializeError, DocumentDeserialize, DocumentDeserializer, ValueDeserialize, ValueDeserializer,
};
use ::tantivy::schema::{BytesOptions, FAST, Field, NumericOptions, STRING, Schema, TextOptions};
use ::tantivy::store::Compressor;
use ::tantivy::{IndexSettings, IndexSortByField, Order, TantivyDocument, Term};
use serde::{Deserialize, Serialize};

use crate::base::{Error, Kind, Result, ResultExt};
use crate::model::{Basis, CameraSpan, CameraTime, Keyframe, Recording, RecordingId, TimeSource, at_rate, keytable};
use crate::say;

/// Number of the format of the whole index, columns and packed field; another number is another index.
pub(super) const FORMAT: u8 = 3;

pub(super) const START: &str = "start";
pub(super) const END: &str = "end";
pub(super) const CAMERA: &str = "camera";
pub(super) const KEYFRAMES: &str = "keyframes";
const ID: &str = "id";
const PACKED: &str = "packed";

/// The schema and its fields.
#[derive(Clone)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    pub(super) id: Field,
    start: Field,
    end: Field,
    camera: Field,
    keyframes: Field,
    packed: Field,
}

impl Fields {
    pub(super) fn new() -> Fields {
        let mut schema = Schema::builder();
        let id = schema.add_text_field(ID, STRING);
        // i64 and not Date: tantivy cuts dates to seconds.
        let start = schema.add_i64_field(START, NumericOptions::default() | FAST);
        let end = schema.add_i64_field(END, NumericOptions::default() | FAST);
        let camera = schema.add_text_field(CAMERA, TextOptions::default().set_fast("raw"));
        let keyframes = schema.add_u64_field(KEYFRAMES, NumericOptions::default() | FAST);
        let packed = schema.add_bytes_field(PACKED, BytesOptions::default().set_stored());
        Fields { schema: schema.build(), id, start, end, camera, keyframes, packed }
    }

    pub(super) fn term(&self, id: &RecordingId) -> Term {
        Term::from_field_text(self.id, &id.0)
    }

    pub(super) fn document(&self, recording: &Recording) -> Result<TantivyDocument> {
        let mut document = TantivyDocument::default();
        document.add_text(self.id, &recording.id.0);
        document.add_i64(self.start, recording.span.start.as_micros());
        document.add_i64(self.end, recording.span.end.as_micros());
        document.add_text(self.camera, &recording.camera);
        document.add_u64(self.keyframes, recording.keyframes.into());
        document.add_bytes(self.packed, &pack(recording)?);
        Ok(document)
    }
}

/// Sorted by start, so that a window is a range of documents found by bisection. Stored blocks are left uncompressed:
/// keyframe tables hardly shrink, and unpacking a block would cost more than a whole search.
pub(super) fn settings() -> IndexSettings {
    IndexSettings {
        sort_by_field: Some(IndexSortByField { field: START.to_owned(), order: Order::Asc }),
        docstore_compression: Compressor::None,
        ..IndexSettings::default()
    }
}

/// Bytes of the format and the checksum.
const BEFORE: usize = 5;

/// Everything of a recording but its table.
#[derive(Serialize, Deserialize)]
struct Header<'a> {
    id: &'a str,
    camera: &'a str,
    start_us: i64,
    length_us: u64,
    media_us: i64,
    time_source: TimeSource,
    time_basis: Basis,
    uncertainty_s: f64,
    first_pts_us: i64,
    codec: &'a str,
    width: u32,
    height: u32,
    has_audio: bool,
    keyframes: u32,
}

fn pack(recording: &Recording) -> Result<Vec<u8>> {
    let (start_us, end_us) = (recording.span.start.as_micros(), recording.span.end.as_micros());
    let header = Header {
        id: &recording.id.0,
        camera: &recording.camera,
        start_us,
        length_us: end_us.saturating_sub(start_us).unsigned_abs(),
        media_us: recording.media_us,
        time_source: recording.time_source,
        time_basis: recording.time_basis,
        uncertainty_s: recording.uncertainty_s,
        first_pts_us: recording.first_pts_us,
        codec: &recording.codec,
        width: recording.width,
        height: recording.height,
        has_audio: recording.has_audio,
        keyframes: recording.keyframes,
    };
    let mut out = Vec::with_capacity(96 + recording.table.len());
    out.push(FORMAT);
    out.extend([0; 4]);
    let mut out = postcard::to_extend(&header, out)
        .or_say(Kind::Internal, || say!("không đóng gói được bản ghi", "cannot pack a recording"))?;
    out.extend_from_slice(&recording.table);
    let check = crc32fast::hash(&out[BEFORE..]).to_le_bytes();
    out[1..BEFORE].copy_from_slice(&check);
    Ok(out)
}

/// A packed field as it was read.
pub(super) struct Packed(Vec<u8>);

impl Packed {
    fn split(&self) -> Result<(Header<'_>, &[u8])> {
        let wrong = || Error::new(Kind::State, damaged());
        let (before, rest) = self.0.split_at_checked(BEFORE).ok_or_else(wrong)?;
        // The files' own checksums are not looked at by a search, which would have to read all of the index.
        if before.first() != Some(&FORMAT) || before[1..] != crc32fast::hash(rest).to_le_bytes() {
            return Err(wrong());
        }
        postcard::take_from_bytes(rest).or_say(Kind::State, damaged)
    }

    /// The recording's id.
    pub(super) fn id(&self) -> Result<&str> {
        Ok(self.split()?.0.id)
    }

    /// The whole recording.
    pub(super) fn recording(&self) -> Result<Recording> {
        let (header, table) = self.split()?;
        let start = CameraTime::from_micros(header.start_us);
        let end = CameraTime::from_micros(header.start_us.saturating_add_unsigned(header.length_us));
        Ok(Recording {
            id: RecordingId(header.id.to_owned()),
            camera: header.camera.to_owned(),
            span: CameraSpan { start, end },
            time_source: header.time_source,
            time_basis: header.time_basis,
            uncertainty_s: header.uncertainty_s,
            first_pts_us: header.first_pts_us,
            media_us: header.media_us,
            codec: header.codec.to_owned(),
            width: header.width,
            height: header.height,
            has_audio: header.has_audio,
            keyframes: header.keyframes,
            table: table.to_vec(),
        })
    }

    /// How many keyframes have a camera time (microseconds) that `wanted` accepts.
    pub(super) fn keyframes_where(&self, wanted: impl Fn(i64) -> bool) -> Result<u64> {
        let (header, table) = self.split()?;
        let keyframes = keytable::unpack(table).ok_or_else(|| Error::new(Kind::State, damaged()))?;
        let length_us = i64::try_from(header.length_us).unwrap_or(i64::MAX);
        let shown = |keyframe: &&Keyframe| {
            let played = keyframe.pts_us.saturating_sub(header.first_pts_us);
            wanted(header.start_us.saturating_add(at_rate(played, header.media_us, length_us)))
        };
        Ok(keyframes.iter().filter(shown).count() as u64)
    }
}

fn damaged() -> crate::base::Said {
    say!(
        "một đoạn ghi trong chỉ mục bị hỏng; hãy chạy truyvet index để lập lại chỉ mục",
        "a recording in the index is damaged; run truyvet index, which makes the index anew"
    )
}

impl DocumentDeserialize for Packed {
    fn deserialize<'de, D: DocumentDeserializer<'de>>(mut deserializer: D) -> Result<Self, DeserializeError> {
        match deserializer.next_field::<Packed>()? {
            Some((_, packed)) => Ok(packed),
            None => Err(DeserializeError::custom("a document without its packed field")),
        }
    }
}

impl ValueDeserialize for Packed {
    fn deserialize<'de, D: ValueDeserializer<'de>>(deserializer: D) -> Result<Self, DeserializeError> {
        deserializer.deserialize_bytes().map(Packed)
    }
}
