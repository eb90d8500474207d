-- What the nightly report counts on. Nothing here refers to other tables, so that rows of footage may leave without asking.

-- How fast sampling goes on this machine: recordings sampled and the seconds that it took, both fading with every batch.
CREATE TABLE sampling_pace (
    only_row        INTEGER PRIMARY KEY CHECK (only_row = 1),
    recordings      REAL    NOT NULL,
    seconds         REAL    NOT NULL
) STRICT;

-- Recordings whose start was worked out anew, each with the last time that this happened.
CREATE TABLE retimed (
    recording       TEXT    PRIMARY KEY,
    camera          TEXT    NOT NULL,
    -- When, on our clock.
    at_us           INTEGER NOT NULL,
    -- The start that it had before, on the camera's clock.
    from_us         INTEGER NOT NULL
) STRICT;
CREATE INDEX retimed_camera ON retimed (camera, at_us);
