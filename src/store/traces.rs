//! Traces and their events. Events are added, never changed; each with its audit row in the same transaction.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde_json::json;

use super::{Store, audit, bad_json, unknown_word};
use crate::base::Result;
use crate::model::{Act, Actor, Deed, Entry, Mover, Purpose, Span, TraceEvent, TraceHead, Window};

/// Why an event was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAdded {
    /// There is no such trace.
    NoTrace,
    /// What is to be undone is no event of the trace, an undoing itself, or was undone already.
    NothingToUndo,
    /// Somebody entered something since the entry was checked.
    Newer,
}

const HEADS: &str = "SELECT id, title, mover, purpose, emergency, made_us, made_by FROM trace";

fn head(row: &Row<'_>) -> rusqlite::Result<TraceHead> {
    let mover: String = row.get(2)?;
    Ok(TraceHead {
        id: row.get(0)?,
        title: row.get(1)?,
        mover: Mover::from_word(&mover).ok_or_else(|| unknown_word("trace.mover", &mover))?,
        purpose: row.get(3)?,
        emergency: row.get(4)?,
        made_at: Timestamp::from_microsecond(row.get(5)?).unwrap_or_default(),
        made_by: row.get(6)?,
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<TraceEvent> {
    let entry: String = row.get(3)?;
    Ok(TraceEvent {
        id: row.get(0)?,
        entered_at: Timestamp::from_microsecond(row.get(1)?).unwrap_or_default(),
        by: row.get(2)?,
        entry: serde_json::from_str(&entry).map_err(bad_json)?,
    })
}

impl Store {
    /// Begins a trace with its first sighting; gives its number. The number in `new` is not looked at.
    ///
    /// # Errors
    /// When the store fails.
    pub fn start_trace(&mut self, new: &TraceHead, first: &Entry, actor: &Actor) -> Result<i64> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO trace (title, mover, purpose, emergency, made_us, made_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    new.title,
                    new.mover.as_str(),
                    new.purpose,
                    new.emergency,
                    new.made_at.as_microsecond(),
                    new.made_by
                ],
            )?;
            let head = TraceHead { id: tx.last_insert_rowid(), ..new.clone() };
            add(tx, &head, first, new.made_at, actor)?;
            Ok(head.id)
        })
    }

    /// Adds an event to a trace; gives its number. Where `after` is given, the trace's last event that was reckoned with, an event that came
    /// since stands in the way: what contradicts the entry has to be asked anew.
    ///
    /// # Errors
    /// When the store fails.
    pub fn add_to_trace(
        &mut self,
        trace: i64,
        entry: &Entry,
        after: Option<i64>,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<Result<i64, NotAdded>> {
        self.write(|tx| {
            let known = tx.query_row(&format!("{HEADS} WHERE id = ?1"), [trace], head).optional()?;
            let Some(head) = known else { return Ok(Err(NotAdded::NoTrace)) };
            if let Entry::Undone { event, .. } = entry
                && !stands(tx, trace, *event)?
            {
                return Ok(Err(NotAdded::NothingToUndo));
            }
            if let Some(after) = after
                && last(tx, trace)?.is_some_and(|last| last > after)
            {
                return Ok(Err(NotAdded::Newer));
            }
            add(tx, &head, entry, at, actor).map(Ok)
        })
    }

    /// Every trace, the latest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn traces(&self) -> Result<Vec<TraceHead>> {
        self.read(|db| {
            let mut statement = db.prepare(&format!("{HEADS} ORDER BY id DESC"))?;
            let rows = statement.query_map([], head)?;
            rows.collect()
        })
    }

    /// A trace and all its events, in the order in which they were entered.
    ///
    /// # Errors
    /// When the store fails.
    pub fn trace(&self, id: i64) -> Result<Option<(TraceHead, Vec<TraceEvent>)>> {
        self.read(|db| {
            let Some(head) = db.query_row(&format!("{HEADS} WHERE id = ?1"), [id], head).optional()? else {
                return Ok(None);
            };
            let mut statement =
                db.prepare("SELECT id, at_us, by_whom, entry FROM trace_event WHERE trace = ?1 ORDER BY id")?;
            let rows = statement.query_map([id], event)?;
            Ok(Some((head, rows.collect::<rusqlite::Result<_>>()?)))
        })
    }
}

/// The number of a trace's last event.
fn last(tx: &Transaction<'_>, trace: i64) -> rusqlite::Result<Option<i64>> {
    tx.query_row("SELECT max(id) FROM trace_event WHERE trace = ?1", [trace], |row| row.get(0))
}

/// Whether an event of a trace can be undone.
fn stands(tx: &Transaction<'_>, trace: i64, event: i64) -> rusqlite::Result<bool> {
    tx.query_row(
        "SELECT EXISTS (SELECT 1 FROM trace_event WHERE id = ?2 AND trace = ?1 AND entry ->> '$.what' <> 'undone')
            AND NOT EXISTS (SELECT 1 FROM trace_event WHERE trace = ?1 AND entry ->> '$.what' = 'undone'
                AND entry ->> '$.event' = ?2)",
        [trace, event],
        |row| row.get(0),
    )
}

fn add(tx: &Transaction<'_>, head: &TraceHead, entry: &Entry, at: Timestamp, actor: &Actor) -> rusqlite::Result<i64> {
    let text = serde_json::to_string(entry).map_err(bad_json)?;
    tx.execute(
        "INSERT INTO trace_event (trace, at_us, by_whom, entry) VALUES (?1, ?2, ?3, ?4)",
        params![head.id, at.as_microsecond(), actor.name, text],
    )?;
    let number = tx.last_insert_rowid();
    let mut deed = Deed::new(actor.clone(), Act::Trace, json!({ "trace": head.id, "event": number, "entry": entry }));
    deed.purpose = Purpose { text: head.purpose.clone(), emergency: head.emergency };
    (deed.cameras, deed.window) = match entry {
        // What is taken back is about the same.
        Entry::Undone { event, .. } => {
            let text: String =
                tx.query_row("SELECT entry FROM trace_event WHERE id = ?1", [event], |row| row.get(0))?;
            about(&serde_json::from_str(&text).map_err(bad_json)?)
        }
        entry => about(entry),
    };
    audit::add(tx, &deed, at)?;
    Ok(number)
}

/// The camera that an entry is about, and when.
fn about(entry: &Entry) -> (Vec<String>, Option<Window>) {
    match entry {
        Entry::Seen(sighting) => {
            let us = (sighting.uncertainty_s * 1e6) as i64;
            let window = Span::new(sighting.at.plus_micros(-us), sighting.at.plus_micros(us));
            (vec![sighting.camera.clone()], Some(window))
        }
        Entry::Looked(looked) => (vec![looked.camera.clone()], Some(looked.window)),
        Entry::Undone { .. } => (Vec::new(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Looked, Sighting, TrueTime, Verdict};

    fn seen(camera: &str) -> Entry {
        Entry::Seen(Sighting {
            camera: camera.into(),
            at: TrueTime::from_micros(1_000_000),
            shown: None,
            recorded: None,
            uncertainty_s: 2.0,
            leaving_deg: None,
            arriving_deg: Some(90.0),
            confidence: None,
            note: Some("xe đỏ".into()),
            still: None,
            despite: None,
        })
    }

    fn head() -> TraceHead {
        TraceHead {
            id: 0,
            purpose: Some("12/2024".into()),
            emergency: false,
            title: "xe đỏ".into(),
            mover: Mover::Motorbike,
            made_at: Timestamp::UNIX_EPOCH,
            made_by: "An".into(),
        }
    }

    #[test]
    fn what_two_officers_enter_at_once_is_all_kept_and_audited() {
        let data = tempfile::tempdir().unwrap();
        let mut one = Store::open(data.path()).unwrap();
        let [an, binh] = ["An", "Bình"].map(|name| Actor { name: name.into(), ..Actor::service("test") });
        let trace = one.start_trace(&head(), &seen("a"), &an).unwrap();
        let window = Span::new(TrueTime::from_micros(0), TrueTime::from_micros(9));
        let looked = Entry::Looked(Looked {
            camera: "b".into(),
            window,
            verdict: Verdict::NotSeen { share: 1.0 },
            note: None,
            despite: None,
            own: None,
        });
        let mut threads = Vec::new();
        for (actor, entry) in [(an.clone(), seen("c")), (binh.clone(), looked.clone())] {
            let mut store = Store::open_beside(data.path()).unwrap().unwrap();
            threads.push(std::thread::spawn(move || {
                for _ in 0..10 {
                    store.add_to_trace(trace, &entry, None, &actor, Timestamp::UNIX_EPOCH).unwrap().unwrap();
                }
            }));
        }
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        let (kept, events) = one.trace(trace).unwrap().unwrap();
        assert_eq!(kept, TraceHead { id: trace, ..head() });
        assert_eq!(events.len(), 21);
        assert_eq!(events.iter().filter(|event| event.entry == looked && event.by == "Bình").count(), 10);
        let rows = one.audit(&audit::AuditAsk { act: Some(Act::Trace), ..Default::default() }).unwrap();
        assert_eq!(rows.len(), 21);
        assert!(rows.iter().all(|row| row.deed.purpose.text.as_deref() == Some("12/2024")));
        assert_eq!(one.verify_audit().unwrap().breaks, []);
    }

    #[test]
    fn an_event_is_undone_once_and_stays_on_record() {
        let data = tempfile::tempdir().unwrap();
        let mut store = Store::open(data.path()).unwrap();
        let an = Actor::service("test");
        let trace = store.start_trace(&head(), &seen("a"), &an).unwrap();
        let mut add =
            |trace, entry: &Entry| store.add_to_trace(trace, entry, None, &an, Timestamp::UNIX_EPOCH).unwrap();
        let second = add(trace, &seen("b")).unwrap();
        let undo = Entry::Undone { event: second, reason: Some("nhầm xe".into()) };
        let undone = add(trace, &undo).unwrap();
        assert_eq!(add(trace, &undo), Err(NotAdded::NothingToUndo), "twice");
        let of_undoing = Entry::Undone { event: undone, reason: None };
        assert_eq!(add(trace, &of_undoing), Err(NotAdded::NothingToUndo), "an undoing");
        assert_eq!(add(trace, &Entry::Undone { event: 99, reason: None }), Err(NotAdded::NothingToUndo));
        assert_eq!(add(trace + 1, &seen("b")), Err(NotAdded::NoTrace));
        // Somebody entered something since it was asked what speaks against it.
        let mut after = |event| store.add_to_trace(trace, &seen("c"), Some(event), &an, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(after(second), Err(NotAdded::Newer));
        let third = after(undone).unwrap();
        assert_eq!(after(undone), Err(NotAdded::Newer));
        assert!(after(third).is_ok());
        assert_eq!(store.trace(trace).unwrap().unwrap().1.len(), 5);
        assert_eq!(store.traces().unwrap().len(), 1);
        let change = |sql: &str| store.read(|db| db.execute(sql, [])).is_err();
        assert!(change("DELETE FROM trace_event") && change("UPDATE trace_event SET entry = '{}'"));
    }
}
