//! The desk: a trace as store and index hold it, and answers about it as data.

use std::cell::RefCell;
use std::collections::HashMap;

use jiff::Timestamp;

use super::answer::{LegAnswer, LookedAnswer, NextAnswer, Reach, ReachLink, SightingAnswer, TraceAnswer, WindowAnswer};
use super::entering;
use super::speed::speed;
use super::standing::{Holds, Standing, impossible};
use super::tracer::{Answer, Candidate, Facts, Side, Tracer};
use crate::base::{Error, Kind, Result, Said};
use crate::index::{CameraWindow, Query};
use crate::model::{Camera, CameraSpan, Looked, Point, Recording, Sighting, TraceEvent, TraceHead, TrueTime, Window};
use crate::say;
use crate::search::answer::with_offset;
use crate::search::{Ask, ClockAnswer, Sight, coverage, moments, placed, search};

/// So many moments of a window are offered.
const MOMENTS: usize = 8;
/// That it may have passed while a camera recorded nothing is told from this chance on.
const TOLD: f64 = 0.05;
/// A clock that was corrected by less than this, seconds, leaves a window where it was.
const MOVED_S: f64 = 0.5;

/// A trace with what holds of it, and who can answer about it.
pub struct Desk<'a> {
    /// The site.
    pub sight: Sight<'a>,
    /// For the trace's mover.
    pub tracer: &'a Tracer,
    /// The trace.
    pub head: TraceHead,
    /// All its events, as entered.
    pub events: Vec<TraceEvent>,
    /// What holds.
    pub standing: Standing,
    /// The present.
    pub now: Timestamp,
}

impl<'a> Desk<'a> {
    /// A trace that was read.
    pub fn of(
        sight: Sight<'a>,
        tracer: &'a Tracer,
        (head, events): (TraceHead, Vec<TraceEvent>),
        now: Timestamp,
    ) -> Desk<'a> {
        Desk { sight, tracer, standing: Standing::of(&events), head, events, now }
    }

    /// The sighting that a side is gone on from.
    ///
    /// # Errors
    /// [`Kind::Usage`] where nothing was seen.
    fn from(&self, side: Side) -> Result<&Holds<Sighting>> {
        let from = match side {
            Side::After => self.standing.sightings.last(),
            Side::Before => self.standing.sightings.first(),
            Side::Between(first) => self.standing.sightings.get(first),
        };
        from.ok_or_else(|| Error::new(Kind::Usage, say!("chưa có lần nhìn thấy nào", "there is no sighting yet")))
    }

    /// The same, where its camera has a place, and that of the next one where it is looked between two.
    ///
    /// # Errors
    /// Also [`Kind::Usage`] for a camera that is no longer in the site file: nothing can be reckoned from a place that is not known.
    fn placed_from(&self, side: Side) -> Result<&Holds<Sighting>> {
        let from = self.from(side)?;
        let to = if let Side::Between(first) = side { self.standing.sightings.get(first + 1) } else { None };
        for Holds { event, what: Sighting { camera, .. }, .. } in [Some(from), to].into_iter().flatten() {
            if self.camera(camera).is_none() {
                return Err(Error::new(
                    Kind::Usage,
                    say!(
                        "camera \"{camera}\" của lần nhìn thấy #{event} không còn trong tệp cấu hình, nên không biết nó ở đâu; khai báo lại camera, hoặc đi tiếp từ lần nhìn thấy khác",
                        "camera \"{camera}\" of sighting #{event} is no longer in the site file, so that its place is not known; put it back, or go on from another sighting"
                    ),
                ));
            }
        }
        Ok(from)
    }

    /// Where it may have been by when.
    ///
    /// # Errors
    /// [`Kind::Usage`] where nothing was seen; what the index reports.
    pub fn reach(&self, side: Side) -> Result<Reach> {
        let failed: RefCell<Option<Error>> = RefCell::new(None);
        let (sightings, answers) = (self.standing.seen(), self.answers(&failed));
        let clock_s = |id: &str, at: TrueTime| self.sight.clocks.of(id).uncertainty_s_at(at);
        let recorded = |id: &str, window: Window| self.recorded_or(id, window, &failed);
        let facts = Facts { sightings: &sightings, answers: &answers, clock_s: &clock_s, recorded: &recorded };
        let from = self.placed_from(side)?;
        let reached = self.tracer.reach(&facts, side);
        if let Some(error) = failed.take() {
            return Err(error);
        }
        let links = reached.into_iter().map(|reached| ReachLink {
            line: lon_lat(&reached.line),
            chance: round(reached.chance, 3),
            first_s: round(reached.first_s, 1),
            last_s: round(reached.last_s, 1),
        });
        Ok(Reach {
            trace: self.head.id,
            side: side.into(),
            from: from.event,
            at: from.what.at.0,
            straight: self.tracer.net().straight,
            horizon_s: round(self.tracer.horizon_s(&sightings, side), 1),
            links: links.collect(),
        })
    }

    fn camera(&self, id: &str) -> Option<&'a Camera> {
        self.sight.cameras.iter().find(|camera| camera.id == id)
    }

    /// What a camera recorded of a window; the first failure is kept.
    fn recorded_or(&self, id: &str, window: Window, failed: &RefCell<Option<Error>>) -> Vec<Window> {
        let found = self.camera(id).map_or(Ok(Vec::new()), |camera| recorded(self.sight, camera, window));
        found.unwrap_or_else(|error| {
            failed.borrow_mut().get_or_insert(error);
            Vec::new()
        })
    }

    /// The answers that hold, with what could be looked at of each: the footage that was there then, wherever its clock puts it by now.
    fn answers(&self, failed: &RefCell<Option<Error>>) -> Vec<Answer> {
        let answers = self.standing.looked.iter().map(|holds| {
            let Looked { camera, window, verdict, own, .. } = &holds.what;
            let clock = self.sight.clocks.of(camera);
            let recorded = match own {
                Some(own) => own.recorded.iter().map(|span| clock.span_to_true(span)).collect(),
                None => self.recorded_or(camera, *window, failed),
            };
            Answer { camera: camera.clone(), recorded, verdict: *verdict }
        });
        answers.collect()
    }

    /// The windows worth a look, with moments of the first so many.
    ///
    /// # Errors
    /// What store and index report.
    pub fn next(&self, side: Side, most: usize, with_moments: usize) -> Result<NextAnswer> {
        let failed: RefCell<Option<Error>> = RefCell::new(None);
        let (sightings, answers) = (self.standing.seen(), self.answers(&failed));
        let clock_s = |id: &str, at: TrueTime| self.sight.clocks.of(id).uncertainty_s_at(at);
        let recorded = |id: &str, window: Window| self.recorded_or(id, window, &failed);
        let facts = Facts { sightings: &sightings, answers: &answers, clock_s: &clock_s, recorded: &recorded };
        let from = self.placed_from(side)?;
        let ranked = self.tracer.rank(&facts, side);
        if let Some(error) = failed.take() {
            return Err(error);
        }
        let mut windows = Vec::new();
        for (number, candidate) in ranked.candidates.iter().take(most).enumerate() {
            windows.push(self.window(candidate, number + 1, from.event, number < with_moments)?);
        }
        let (notes, named) = self.notes(&ranked.gaps, &from.what);
        Ok(NextAnswer {
            trace: self.head.id,
            side: side.into(),
            mover: self.head.mover,
            straight: self.tracer.net().straight,
            notes,
            named,
            windows,
        })
    }

    /// What else is to be known, and the cameras that it names.
    fn notes(&self, gaps: &[(String, f64)], from: &Sighting) -> (Vec<Said>, Vec<String>) {
        let (mut notes, mut named) = (Vec::new(), Vec::new());
        if self.tracer.net().straight {
            notes.push(say!(
                "không camera nào thấy đường trên bản đồ (chưa nhập, hoặc là bản đồ nơi khác: xem truyvet roads check): mọi quãng đường là đường chim bay nhân hệ số; nhập bản đồ bằng truyvet places import",
                "no camera sees a road of the map (there is none, or it is of another place: see truyvet roads check): all distances are straight lines times a factor; import one with truyvet places import"
            ));
        } else if self.tracer.net().camera(&from.camera).is_some_and(|camera| self.tracer.net().is_straight(camera)) {
            let id = &from.camera;
            named.push(id.clone());
            notes.push(say!(
                "{id} không thấy đường nào trên bản đồ: từ đó đi theo đường thẳng",
                "{id} sees no road of the map: from there it goes by straight lines"
            ));
        }
        for (id, chance) in gaps.iter().filter(|(_, chance)| *chance >= TOLD) {
            named.push(id.clone());
            let percent = chance * 100.0;
            notes.push(say!(
                "{id}: có thể đã qua lúc không có hình ({percent:.0} %)",
                "{id}: it may have passed while nothing was recorded ({percent:.0} %)"
            ));
        }
        (notes, named)
    }

    fn window(&self, of: &Candidate, rank: usize, from: i64, with_moments: bool) -> Result<WindowAnswer> {
        let camera = entering::known_camera(self.sight, &of.camera)?;
        let clock = self.sight.clocks.of(&camera.id);
        let middle = of.window.start.plus_micros(of.window.micros() / 2);
        let own = clock.span_to_camera(&of.window);
        let ask = self.ask(camera, of.window);
        let found = search(self.sight, &ask)?.cameras.pop();
        let mut moments = Vec::new();
        if with_moments && !of.window.is_empty() {
            moments = moments::strip(self.sight, &ask, MOMENTS)?.moments;
            moments.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.start.cmp(&b.start)));
        }
        Ok(WindowAnswer {
            rank,
            camera: camera.id.clone(),
            name: camera.name.clone(),
            group: camera.group.clone(),
            from,
            start: of.window.start.0,
            end: of.window.end.0,
            camera_start: with_offset(own.start.0, &camera.zone),
            camera_end: with_offset(own.end.0, &camera.zone),
            clock: ClockAnswer::at(clock, middle),
            chance: round(of.chance, 3),
            passes: round(of.passes, 3),
            in_gap: round(of.in_gap, 3),
            worth: round(of.worth, 3),
            distance_m: round(of.metres, 0),
            kmh: of.kmh.map(|kmh| round(kmh, 1)),
            straight: of.straight,
            coverage: found.as_ref().map_or(0.0, |found| found.coverage),
            gaps: found.map_or(Vec::new(), |found| found.gaps),
            moments,
        })
    }

    fn ask(&self, camera: &Camera, window: Window) -> Ask {
        Ask {
            window,
            at: camera.at,
            shape: None,
            radius_m: 1.0,
            place: None,
            cameras: Some(vec![camera.id.clone()]),
            now: self.now,
        }
    }

    /// What speaks against a sighting: it contradicts others, nothing was recorded then, its clock is known otherwise by now, or its still
    /// is of another moment.
    ///
    /// # Errors
    /// [`Kind::Usage`] for an unknown camera; what store and index report.
    pub fn conflicts(&self, sighting: &Sighting) -> Result<Vec<Said>> {
        // Recorders overwrite: that there is no footage any more contradicts nothing.
        let mut said = match sighting.recorded {
            Some(true) => Vec::new(),
            _ => entering::without_footage(self.sight, sighting, self.now)?,
        };
        said.extend(entering::moved(self.sight, sighting)?);
        said.extend(entering::another_moment(self.sight, sighting)?);
        said.extend(self.standing.contradictions(sighting, self.tracer));
        Ok(said)
    }

    /// The trace as it stands.
    ///
    /// # Errors
    /// What store and index report.
    pub fn answer(&self) -> Result<TraceAnswer> {
        let mut sightings = Vec::new();
        for holds in &self.standing.sightings {
            let camera = self.camera(&holds.what.camera);
            let at = camera.map(|camera| camera.at);
            let clock = self.sight.clocks.of(&holds.what.camera);
            let shown = holds.what.shown.unwrap_or_else(|| clock.to_camera(holds.what.at));
            sightings.push(SightingAnswer {
                name: camera.map_or_else(|| holds.what.camera.clone(), |camera| camera.name.clone()),
                lat: at.map(|at| at.lat),
                lon: at.map(|at| at.lon),
                camera_time: with_offset(shown.0, camera.map_or(self.sight.zone, |camera| &camera.zone)),
                conflicts: match camera {
                    Some(_) => self.conflicts(&holds.what)?,
                    None => self.standing.contradictions(&holds.what, self.tracer),
                },
                sighting: holds.clone(),
            });
        }
        Ok(TraceAnswer {
            head: self.head.clone(),
            legs: self.standing.sightings.windows(2).map(|pair| self.leg(&pair[0], &pair[1])).collect(),
            sightings,
            looked: self.standing.looked.iter().map(|holds| self.looked(holds)).collect(),
            events: self.events.clone(),
        })
    }

    fn looked(&self, holds: &Holds<Looked>) -> LookedAnswer {
        let Looked { camera, window, own, .. } = &holds.what;
        let clock = self.sight.clocks.of(camera);
        let seconds = |span: &CameraSpan| span.micros() as f64 / 1e6;
        let now = own.as_ref().map(|own| clock.span_to_true(&own.window));
        let moved_us = |now: &Window| window.start.as_micros().abs_diff(now.start.as_micros());
        LookedAnswer {
            recorded_s: own.as_ref().map(|own| round(own.recorded.iter().map(seconds).sum(), 1)),
            now: now.filter(|now| moved_us(now) as f64 / 1e6 >= MOVED_S),
            looked: holds.clone(),
        }
    }

    fn leg(&self, from: &Holds<Sighting>, to: &Holds<Sighting>) -> LegAnswer {
        let took_s = (to.what.at.as_micros() - from.what.at.as_micros()) as f64 / 1e6;
        let apart = from.what.camera != to.what.camera;
        let way = apart.then(|| self.tracer.best_way(&from.what, &to.what)).flatten();
        let speed = way.as_ref().map(|way| speed(way, &from.what, &to.what));
        LegAnswer {
            from: from.event,
            to: to.event,
            distance_m: way.as_ref().map(|way| round(way.metres, 0)),
            took_s: round(took_s, 1),
            kmh: speed.and_then(|speed| speed.kmh).map(|kmh| round(kmh, 1)),
            kmh_least: speed.map(|speed| round(speed.least_kmh, 1)),
            kmh_most: speed.and_then(|speed| speed.most_kmh).map(|kmh| round(kmh, 1)),
            straight: way.as_ref().is_some_and(|way| way.straight),
            unexplained: apart && self.tracer.is_unexplained(way.as_ref(), took_s),
            conflict: impossible(&from.what, &to.what, self.tracer),
            way: way.map_or(Vec::new(), |way| lon_lat(&way.points)),
        }
    }
}

/// A trace and its events.
///
/// # Errors
/// [`Kind::Usage`] where there is none of this number; what the store reports.
pub fn read(sight: Sight<'_>, trace: i64) -> Result<(TraceHead, Vec<TraceEvent>)> {
    sight.store.trace(trace)?.ok_or_else(|| {
        Error::new(
            Kind::Usage,
            say!(
                "không có truy vết số {trace}; xem truyvet trace list",
                "there is no trace {trace}; see truyvet trace list"
            ),
        )
    })
}

/// What of a window a camera recorded; seams between files count as recorded.
///
/// # Errors
/// What the index reports.
pub fn recorded(sight: Sight<'_>, camera: &Camera, window: Window) -> Result<Vec<Window>> {
    let clock = sight.clocks.of(&camera.id);
    let spans = clock.spans_to_camera_widened(&window);
    let windows = spans.into_iter().map(|span| CameraWindow { camera: camera.id.clone(), span }).collect();
    let mut hits: HashMap<_, Recording> = HashMap::new();
    for recording in sight.index.search(&Query::all(windows))? {
        hits.insert(recording.id.clone(), recording);
    }
    let placed = hits.values().filter_map(|recording| Some((recording, placed::place(clock, recording, &window)?)));
    let spans: Vec<Window> =
        placed.flat_map(|(recording, placed)| coverage::recorded(recording, &placed.run)).collect();
    let union = coverage::union(spans, &window);
    let gaps = coverage::gaps(&union, &window);
    Ok(coverage::complement(&gaps, &window))
}

fn lon_lat(points: &[Point]) -> Vec<[f64; 2]> {
    points.iter().map(|at| [round(at.lon, 6), round(at.lat, 6)]).collect()
}

pub(super) fn round(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}
