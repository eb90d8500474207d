//! The scan: which documents of a segment lie in the windows of a query, and how much of each camera.

use std::ops::Range;

use ::tantivy::DocId;
use ::tantivy::fastfield::AliveBitSet;

use super::super::windows::{self, Cluster, PerCamera, clusters, contains, encloses, touches};
use super::super::{CameraCount, Cursor};
use super::segment::{CHUNK, LONGEST_LOOK_BACK_US, Numbers, Segment, chunks};
use crate::base::Result;

const NOT_ASKED: u32 = u32::MAX;

/// A query, worked out once for all segments.
pub(super) struct Plan<'q> {
    cameras: PerCamera<'q>,
    asked: Asked,
    /// By time, each with the cameras that have windows in it.
    clusters: Vec<(Cluster, Asked)>,
}

/// By a camera's number (or ordinal): its position in the plan, or [`NOT_ASKED`].
type Asked = Vec<u32>;

/// A document that answers.
pub(super) struct Hit {
    pub(super) start: i64,
    pub(super) document: DocId,
}

/// A segment with the plan's cameras by the segment's ordinals.
struct Scan<'s> {
    segment: &'s Segment,
    alive: Option<&'s AliveBitSet>,
    cameras: &'s PerCamera<'s>,
    asked: Asked,
}

impl<'q> Plan<'q> {
    pub(super) fn new(cameras: PerCamera<'q>, numbers: &Numbers) -> Plan<'q> {
        let nobody = vec![NOT_ASKED; numbers.len()];
        let known = || {
            cameras.iter().zip(0u32..).filter_map(|((camera, ranges), position)| {
                let number = *numbers.get(*camera)? as usize;
                Some((number, position, ranges))
            })
        };
        let all = known().flat_map(|(_, _, ranges)| ranges.iter().copied()).collect();
        let mut asked = nobody.clone();
        let mut clusters: Vec<(Cluster, Asked)> =
            clusters(all, LONGEST_LOOK_BACK_US).into_iter().map(|cluster| (cluster, nobody.clone())).collect();
        for (number, position, ranges) in known() {
            asked[number] = position;
            for range in ranges {
                let of = clusters.partition_point(|(cluster, _)| cluster.first_start <= range.0);
                if let Some((_, asked)) = of.checked_sub(1).and_then(|of| clusters.get_mut(of)) {
                    asked[number] = position;
                }
            }
        }
        Plan { cameras, asked, clusters }
    }

    /// A row of zeros for each camera that was named.
    pub(super) fn zeros(&self) -> Vec<CameraCount> {
        let zero = |(camera, _): &(&str, _)| CameraCount { camera: (*camera).to_owned(), recordings: 0, keyframes: 0 };
        self.cameras.iter().map(zero).collect()
    }

    /// The segment seen by these cameras; `None` where it has none of them.
    fn scan<'s>(&'s self, segment: &'s Segment, alive: Option<&'s AliveBitSet>, asked: &[u32]) -> Option<Scan<'s>> {
        let asked: Asked = segment.numbers.iter().map(|&number| asked[number as usize]).collect();
        let any = asked.iter().any(|&position| position != NOT_ASKED);
        any.then_some(Scan { segment, alive, cameras: &self.cameras, asked })
    }

    /// The clusters that something in the segment may lie in.
    fn clusters_in(&self, segment: &Segment) -> impl Iterator<Item = &(Cluster, Asked)> {
        let (earliest, latest) = (segment.earliest_start, segment.latest_end);
        self.clusters.iter().filter(move |(cluster, _)| cluster.first_start <= latest && earliest < cluster.last_end)
    }

    /// The first hits of a segment by start: `limit` of them, and all that start together with the last of these.
    pub(super) fn hits(
        &self,
        segment: &Segment,
        alive: Option<&AliveBitSet>,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Vec<Hit>> {
        let mut hits = Vec::new();
        if self.clusters_in(segment).next().is_none() {
            return Ok(hits);
        }
        let Some(scan) = self.scan(segment, alive, &self.asked) else { return Ok(hits) };
        let from = after.map_or(i64::MIN, |cursor| cursor.start.as_micros());
        for &document in &segment.long {
            scan.offer(document, segment.camera(document), after, &mut hits)?;
        }
        if !segment.sorted {
            scan.sweep(0..segment.documents, after, usize::MAX, &mut hits)?;
        } else {
            for (cluster, asked) in self.clusters_in(segment) {
                let Some(scan) = self.scan(segment, alive, asked) else { continue };
                let first = cluster.first_start.saturating_sub(segment.look_back).max(from);
                let documents = segment.first_from(first)..segment.first_from(cluster.last_end);
                scan.sweep(documents, after, limit, &mut hits)?;
            }
        }
        keep_first(&mut hits, limit, |hit| hit.start);
        Ok(hits)
    }

    /// Adds what a segment holds to the rows that [`Plan::zeros`] gave.
    pub(super) fn count(
        &self,
        segment: &Segment,
        alive: Option<&AliveBitSet>,
        counts: &mut [CameraCount],
    ) -> Result<()> {
        if self.clusters_in(segment).next().is_none() {
            return Ok(());
        }
        let Some(scan) = self.scan(segment, alive, &self.asked) else { return Ok(()) };
        for &document in &segment.long {
            scan.tally(document, segment.camera(document), counts)?;
        }
        if !segment.sorted {
            return scan.tally_all(0..segment.documents, counts);
        }
        for (cluster, asked) in self.clusters_in(segment) {
            let Some(scan) = self.scan(segment, alive, asked) else { continue };
            let first = segment.first_from(cluster.first_start.saturating_sub(segment.look_back));
            let end = segment.first_from(cluster.last_end);
            // In between, whatever is not long lies inside every window of the cluster.
            let inner_first = segment.first_from(cluster.last_start);
            let inner_end = segment.first_from(cluster.first_end.saturating_sub(segment.look_back));
            if inner_first < inner_end {
                scan.tally_all(first..inner_first, counts)?;
                scan.tally_inside(inner_first..inner_end, counts);
                scan.tally_all(inner_end..end, counts)?;
            } else {
                scan.tally_all(first..end, counts)?;
            }
        }
        Ok(())
    }
}

impl Scan<'_> {
    fn is_alive(&self, document: DocId) -> bool {
        self.alive.is_none_or(|alive| alive.is_alive(document))
    }

    fn is_long(&self, start: i64, end: i64) -> bool {
        end.saturating_sub(start) > self.segment.look_back
    }

    fn position(&self, ordinal: u64) -> Option<usize> {
        let position = *self.asked.get(ordinal as usize)?;
        (position != NOT_ASKED).then_some(position as usize)
    }

    /// Looks through documents, long ones excepted, until `limit` hits have been added.
    fn sweep(&self, documents: Range<DocId>, after: Option<&Cursor>, limit: usize, hits: &mut Vec<Hit>) -> Result<()> {
        let enough = hits.len().saturating_add(limit).checked_sub(1);
        let mut buffer = [0; CHUNK];
        for chunk in chunks(documents) {
            let cameras = self.segment.cameras_of(&chunk, &mut buffer);
            for (document, &camera) in chunk.zip(cameras) {
                if self.position(camera).is_none() {
                    continue;
                }
                let (start, end) = self.segment.span(document);
                if enough.is_some_and(|last: usize| hits.get(last).is_some_and(|last| start > last.start)) {
                    return Ok(());
                }
                if !self.is_long(start, end) {
                    self.offer(document, camera, after, hits)?;
                }
            }
        }
        Ok(())
    }

    /// Adds the document to the hits if it is one.
    fn offer(&self, document: DocId, camera: u64, after: Option<&Cursor>, hits: &mut Vec<Hit>) -> Result<()> {
        let Some(position) = self.position(camera) else { return Ok(()) };
        let (start, end) = self.segment.span(document);
        if !touches(&self.cameras[position].1, start, end) || !self.is_alive(document) {
            return Ok(());
        }
        if let Some(cursor) = after {
            let passed = cursor.start.as_micros();
            if start < passed || start == passed && self.segment.packed(document)?.id()? <= cursor.id.0.as_str() {
                return Ok(());
            }
        }
        hits.push(Hit { start, document });
        Ok(())
    }

    /// Counts documents, long ones excepted, each by its own span.
    fn tally_all(&self, documents: Range<DocId>, counts: &mut [CameraCount]) -> Result<()> {
        let mut buffer = [0; CHUNK];
        for chunk in chunks(documents) {
            let cameras = self.segment.cameras_of(&chunk, &mut buffer);
            for (document, &camera) in chunk.zip(cameras) {
                if self.position(camera).is_some() {
                    let (start, end) = self.segment.span(document);
                    if !self.is_long(start, end) {
                        self.tally(document, camera, counts)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Counts one document; only where it lies across the edge of a window is it unpacked.
    fn tally(&self, document: DocId, camera: u64, counts: &mut [CameraCount]) -> Result<()> {
        let Some(position) = self.position(camera) else { return Ok(()) };
        let ranges: &[windows::Range] = &self.cameras[position].1;
        let (start, end) = self.segment.span(document);
        if touches(ranges, start, end) && self.is_alive(document) {
            counts[position].recordings += 1;
            counts[position].keyframes += match encloses(ranges, start, end) {
                true => self.segment.keyframes(document),
                false => self.segment.packed(document)?.keyframes_where(|t| contains(ranges, t))?,
            };
        }
        Ok(())
    }

    /// Counts documents that all lie inside every window, long ones excepted, without looking at their spans.
    fn tally_inside(&self, documents: Range<DocId>, counts: &mut [CameraCount]) {
        let (mut camera_buffer, mut keyframe_buffer) = ([0; CHUNK], [0; CHUNK]);
        for chunk in chunks(documents.clone()) {
            let cameras = self.segment.cameras_of(&chunk, &mut camera_buffer);
            let keyframes = self.segment.keyframes_of(&chunk, &mut keyframe_buffer);
            for ((document, &camera), &keyframes) in chunk.zip(cameras).zip(keyframes) {
                if let Some(position) = self.position(camera)
                    && self.is_alive(document)
                {
                    counts[position].recordings += 1;
                    counts[position].keyframes += keyframes;
                }
            }
        }
        let long = &self.segment.long;
        let first = long.partition_point(|&document| document < documents.start);
        for &document in long[first..].iter().take_while(|&&document| document < documents.end) {
            if let Some(position) = self.position(self.segment.camera(document))
                && self.is_alive(document)
            {
                counts[position].recordings -= 1;
                counts[position].keyframes -= self.segment.keyframes(document);
            }
        }
    }
}

/// Sorts by start and keeps the first `limit`, with all that start together with the last of them.
pub(super) fn keep_first<T>(hits: &mut Vec<T>, limit: usize, start: impl Fn(&T) -> i64) {
    hits.sort_by_key(&start);
    if limit == 0 {
        hits.clear();
    } else if let Some(last) = hits.get(limit - 1).map(&start) {
        hits.truncate(hits.partition_point(|hit| start(hit) <= last));
    }
}
