//! `truyvet trace`: from one sighting to the whole route, window by window.

use jiff::Timestamp;
use serde_json::json;

use super::context::Looked as Shown;
use super::trace_args::{
    AnswerArgs, ExportArgs, ListArgs, NextArgs, NotSeenArgs, SeenArgs, ShowArgs, SightingArgs, StartArgs, UndoArgs,
    What,
};
use super::{Ending, Globals, context, frame, print, strip, trace_tell, values};
use crate::base::say::plain;
use crate::base::{Error, Kind, Result, ResultExt, Said};
use crate::config::Site;
use crate::daemon::control::{self, Request};
use crate::index::TantivyIndex;
use crate::model::{Act, CameraTime, Entry, Looked, Mover, Sighting, TraceEvent, TraceHead, TrueTime, Verdict, Window};
use crate::place::roads::Roads;
use crate::place::source::Sources;
use crate::say;
use crate::search::{Clocks, Sight};
use crate::store::{NotAdded, Store};
use crate::trace::answer::{Entered, TraceAnswer};
use crate::trace::export::{self, Form};
use crate::trace::{Desk, Side, Standing, Tracer, desk, entering};

/// The subcommands.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

/// What all of them work with.
struct Room {
    site: Site,
    store: Store,
    index: TantivyIndex,
    clocks: Clocks,
}

impl Room {
    fn open(globals: &Globals) -> Result<Room> {
        let site = context::site(globals)?;
        let (store, index) = context::state(&site)?;
        let clocks = Clocks::load(&store, &site.cameras, &site.clock.settings())?;
        Ok(Room { site, store, index, clocks })
    }

    fn sight(&self) -> Sight<'_> {
        let Room { site, store, index, clocks } = self;
        Sight { cameras: &site.cameras, zone: &site.zone, store, index, clocks }
    }

    fn tracer(&self, mover: Mover) -> Result<Tracer> {
        let roads = Roads::new(&Sources::load(&self.site.data)?.sources);
        Ok(Tracer::new(&roads, &self.site.cameras, mover, &self.site.trace))
    }

    fn answer(&self, trace: i64) -> Result<TraceAnswer> {
        let kept = desk::read(self.sight(), trace)?;
        let tracer = self.tracer(kept.0.mover)?;
        Desk::of(self.sight(), &tracer, kept, Timestamp::now()).answer()
    }
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let room = Room::open(globals)?;
    match &args.what {
        What::Start(args) => start(globals, &room, args),
        What::Next(args) => next(globals, &room, args, false),
        What::Before(args) => next(globals, &room, args, true),
        What::Seen(args) => seen(globals, &room, args),
        What::NotSeen(NotSeenArgs { answer, watched }) => {
            answered(globals, &room, answer, Verdict::NotSeen { share: f64::from(*watched) / 100.0 })
        }
        What::CannotSay(args) => answered(globals, &room, args, Verdict::CannotSay),
        What::Gap(args) => answered(globals, &room, args, Verdict::Gap),
        What::Undo(args) => undo(globals, &room, args),
        What::Show(args) => show(globals, &room, args),
        What::List(args) => list(globals, &room, args),
        What::Export(args) => export_to(globals, &room, args),
    }
}

/// The sighting as told, with the clock's share of its doubt.
fn sighting(room: &Room, args: &SightingArgs) -> Result<Sighting> {
    let site = &room.site;
    let camera = context::camera(site, &args.camera)?;
    let clock = room.clocks.of(&camera.id);
    let shown = args.shown.as_ref().map(|shown| values::instant("--shown", shown, &camera.zone)).transpose()?;
    let shown = shown.map(CameraTime);
    let at = match (&args.at, shown) {
        (_, Some(shown)) => clock.to_true(shown),
        (Some(at), None) => TrueTime(values::instant("--at", at, &site.zone)?),
        (None, None) => TrueTime(Timestamp::now()),
    };
    let told = Sighting {
        camera: camera.id.clone(),
        at,
        shown,
        recorded: None,
        uncertainty_s: entering::within("--within", values::length("--within", &args.within)?.as_secs_f64())?,
        leaving_deg: args.leaving,
        arriving_deg: args.arriving,
        confidence: args.confidence,
        note: plain("--note", args.note.as_deref())?,
        still: plain("--still", args.still.as_deref())?,
        despite: plain("--despite", args.despite.as_deref())?,
    };
    entering::kept(room.sight(), told, &site.trace)
}

/// Refuses what contradicts something, unless a word says why it stands.
fn accept(despite: Option<&str>, conflicts: &[Said]) -> Result<()> {
    let Some(Said { vi, en }) = entering::contradiction(despite, conflicts) else { return Ok(()) };
    Err(Error::new(Kind::Usage, say!("{vi} (--despite \"…\")", "{en} (--despite \"…\")")))
}

fn start(globals: &Globals, room: &Room, args: &StartArgs) -> Result<Ending> {
    if globals.purpose.is_none() && !globals.emergency {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "truy vết cần mục đích: thêm --purpose \"số vụ việc hoặc lý do\", hoặc --emergency",
                "a trace needs a purpose: add --purpose \"case number or reason\", or --emergency"
            ),
        ));
    }
    let first = sighting(room, &args.sighting)?;
    let conflicts = entering::without_footage(room.sight(), &first, Timestamp::now())?;
    accept(first.despite.as_deref(), &conflicts)?;
    let actor = context::actor();
    let head = TraceHead {
        id: 0,
        purpose: globals.purpose.clone(),
        emergency: globals.emergency,
        title: plain("--title", Some(&args.title))?.unwrap_or_default(),
        mover: args.kind,
        made_at: Timestamp::now(),
        made_by: actor.name.clone(),
    };
    let trace = context::store_beside(&room.site)?.start_trace(&head, &Entry::Seen(first), &actor)?;
    control::tell(&room.site.data, &Request::Entered { trace });
    let event = desk::read(room.sight(), trace)?.1.first().map_or(0, |event| event.id);
    entered(globals, &Entered { trace, event, conflicts }, args.json)
}

fn entered(globals: &Globals, told: &Entered, json: bool) -> Result<Ending> {
    if json {
        print::json(told)?;
        return Ok(Ending::Done);
    }
    let Entered { trace, event, conflicts } = told;
    for conflict in conflicts {
        print::warning(conflict.in_lang(globals.lang), globals.lang);
    }
    let said = say!("truy vết {trace}: đã ghi #{event}", "trace {trace}: #{event} is entered");
    print::line(said.in_lang(globals.lang));
    Ok(Ending::Done)
}

/// A trace as it was read.
type Kept = (TraceHead, Vec<TraceEvent>);

/// Adds an event to a trace, once what speaks against it was asked.
fn enter(
    globals: &Globals,
    room: &Room,
    trace: i64,
    entry: &Entry,
    json: bool,
    ask: impl Fn(Kept) -> Result<Vec<Said>>,
) -> Result<Ending> {
    let mut store = context::store_beside(&room.site)?;
    let (conflicts, event) = loop {
        let kept = desk::read(room.sight(), trace)?;
        let after = kept.1.last().map(|event| event.id);
        let conflicts = ask(kept)?;
        match store.add_to_trace(trace, entry, after, &context::actor(), Timestamp::now())? {
            Ok(event) => break (conflicts, event),
            // Somebody else entered something meanwhile.
            Err(NotAdded::Newer) => {}
            Err(why) => return Err(entering::not_added(trace, why)),
        }
    };
    control::tell(&room.site.data, &Request::Entered { trace });
    entered(globals, &Entered { trace, event, conflicts }, json)
}

fn seen(globals: &Globals, room: &Room, args: &SeenArgs) -> Result<Ending> {
    let sighting = sighting(room, &args.sighting)?;
    let tracer = room.tracer(desk::read(room.sight(), args.trace)?.0.mover)?;
    enter(globals, room, args.trace, &Entry::Seen(sighting.clone()), args.json, |kept| {
        let conflicts = Desk::of(room.sight(), &tracer, kept, Timestamp::now()).conflicts(&sighting)?;
        accept(sighting.despite.as_deref(), &conflicts)?;
        Ok(conflicts)
    })
}

fn answered(globals: &Globals, room: &Room, args: &AnswerArgs, verdict: Verdict) -> Result<Ending> {
    let camera = context::camera(&room.site, &args.camera)?;
    let window = window(&room.site, args)?;
    let note = plain("--note", args.note.as_deref())?;
    let despite = plain("--despite", args.despite.as_deref())?;
    let told = Looked { camera: camera.id.clone(), window, verdict, note, despite, own: None };
    let looked = entering::answered(room.sight(), told)?;
    enter(globals, room, args.trace, &Entry::Looked(looked.clone()), args.json, |(_, events)| {
        let about = entering::about(room.sight(), &Standing::of(&events), &looked)?;
        accept(looked.despite.as_deref(), &about.conflicts)?;
        Ok([about.conflicts, about.notes].concat())
    })
}

fn window(site: &Site, args: &AnswerArgs) -> Result<Window> {
    let [from, to] =
        [("--from", &args.from), ("--to", &args.to)].map(|(name, text)| values::instant(name, text, &site.zone));
    let window = Window { start: TrueTime(from?), end: TrueTime(to?) };
    if window.is_empty() {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "khoảng thời gian rỗng hoặc ngược: --to phải sau --from",
                "the window is empty or reversed: --to must come after --from"
            ),
        ));
    }
    entering::come(window.end, Timestamp::now())?;
    Ok(window)
}

fn undo(globals: &Globals, room: &Room, args: &UndoArgs) -> Result<Ending> {
    let reason = plain("--reason", args.reason.as_deref())?;
    let entry = Entry::Undone { event: args.event, reason };
    enter(globals, room, args.trace, &entry, args.json, |_| Ok(Vec::new()))
}

fn next(globals: &Globals, room: &Room, args: &NextArgs, before: bool) -> Result<Ending> {
    let kept = desk::read(room.sight(), args.trace)?;
    let tracer = room.tracer(kept.0.mover)?;
    let desk = Desk::of(room.sight(), &tracer, kept, Timestamp::now());
    let side = match (before, args.after) {
        (true, Some(_)) => {
            return Err(Error::new(
                Kind::Usage,
                say!("--after không đi cùng trace before", "--after does not go with trace before"),
            ));
        }
        (true, None) => Side::Before,
        (false, None) => Side::After,
        (false, Some(event)) => entering::after(&desk.standing, event)?,
    };
    let with_moments = if args.stills.is_some() { args.moments.max(1) } else { args.moments };
    let mut answer = desk.next(side, args.most.into(), with_moments.into())?;
    let detail = json!({ "trace": desk.head.id, "what": "next", "side": answer.side });
    look(globals, room, &desk.head, answer.shows(), detail)?;
    if let Some(folder) = &args.stills {
        for window in &mut answer.windows {
            strip::save_moments(&room.site, &room.store, folder, &mut window.moments)?;
        }
    }
    if args.json {
        print::json(&answer)?;
    } else {
        trace_tell::next(&answer, &room.site.zone, globals.lang);
    }
    Ok(Ending::Done)
}

/// Writes into the audit what is about to be shown.
fn look(
    globals: &Globals,
    room: &Room,
    head: &TraceHead,
    (cameras, window): (Vec<String>, Option<Window>),
    detail: serde_json::Value,
) -> Result<()> {
    // Who does not say why looks for the trace's own reason.
    let stated = globals.purpose.is_some() || globals.emergency;
    let purpose = if stated { globals.purpose.clone() } else { head.purpose.clone() };
    let emergency = if stated { globals.emergency } else { head.emergency };
    let globals = Globals { config: None, lang: globals.lang, purpose, emergency };
    context::note(&globals, &room.site, Shown { act: Act::Trace, cameras, window, detail })
}

fn show(globals: &Globals, room: &Room, args: &ShowArgs) -> Result<Ending> {
    let answer = room.answer(args.trace)?;
    look(globals, room, &answer.head, answer.shows(), json!({ "trace": answer.head.id, "what": "shown" }))?;
    if args.json {
        print::json(&answer)?;
    } else {
        trace_tell::trace(&answer, &room.site.zone, globals.lang);
    }
    Ok(Ending::Done)
}

fn list(globals: &Globals, room: &Room, args: &ListArgs) -> Result<Ending> {
    let heads = room.store.traces()?;
    if args.json {
        print::json(&heads)?;
        return Ok(Ending::Done);
    }
    for head in &heads {
        trace_tell::head(head, &room.site.zone, globals.lang);
    }
    if heads.is_empty() {
        print::line(say!("chưa có truy vết nào", "there is no trace yet").in_lang(globals.lang));
    }
    Ok(Ending::Done)
}

fn export_to(globals: &Globals, room: &Room, args: &ExportArgs) -> Result<Ending> {
    let mut forms = Vec::new();
    for file in &args.output {
        let form = file.extension().and_then(|ending| Form::of_ending(&ending.to_string_lossy()));
        let Some(form) = form else {
            let shown = file.display();
            return Err(Error::new(
                Kind::Usage,
                say!(
                    "{shown}: chỉ ghi được .geojson, .gpx, .kml, .csv, .txt (báo cáo)",
                    "{shown}: only .geojson, .gpx, .kml, .csv and .txt (a report) can be written"
                ),
            ));
        };
        frame::keep_out_of_footage(&room.site, file)?;
        forms.push((file, form));
    }
    let answer = room.answer(args.trace)?;
    look(globals, room, &answer.head, answer.shows(), json!({ "trace": answer.head.id, "what": "exported" }))?;
    let mut written = Vec::new();
    for (file, form) in forms {
        let shown = file.display().to_string();
        let text = export::write(&answer, form, &room.site.zone, globals.lang);
        std::fs::write(file, text).or_say(Kind::Io, || say!("không ghi được {shown}", "cannot write {shown}"))?;
        written.push(shown);
    }
    if args.json {
        print::json(&json!({ "trace": answer.head.id, "files": written }))?;
    } else {
        written.iter().for_each(|file| print::line(file));
    }
    Ok(Ending::Done)
}
