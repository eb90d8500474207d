-- Traces: from one sighting to a whole route. What was entered is never changed or taken out: an undoing is an event too, so that two
-- officers at one trace lose nothing of each other's.

CREATE TABLE trace (
    id           INTEGER PRIMARY KEY,
    -- Who is traced, in words.
    title        TEXT    NOT NULL,
    -- What they move by.
    mover        TEXT    NOT NULL,
    -- The case or reason; null where none was stated.
    purpose      TEXT,
    emergency    INTEGER NOT NULL,
    made_us      INTEGER NOT NULL,
    made_by      TEXT    NOT NULL
) STRICT;

CREATE TABLE trace_event (
    id           INTEGER PRIMARY KEY,
    trace        INTEGER NOT NULL REFERENCES trace (id),
    at_us        INTEGER NOT NULL,
    by_whom      TEXT    NOT NULL,
    -- JSON: a sighting, what was looked at, or the undoing of an earlier event (`Entry` in src/model/trace.rs).
    entry        TEXT    NOT NULL
) STRICT;
CREATE INDEX trace_event_trace ON trace_event (trace, id);

CREATE TRIGGER trace_event_is_never_changed BEFORE UPDATE ON trace_event
BEGIN SELECT RAISE(ABORT, 'events of traces are never changed'); END;
CREATE TRIGGER trace_event_is_never_cut BEFORE DELETE ON trace_event
BEGIN SELECT RAISE(ABORT, 'events of traces are never cut'); END;
