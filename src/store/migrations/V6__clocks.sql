-- What is known of cameras' clocks, and how long a recording's video is beside the time that it covers.

-- Checks of clocks: what a camera's clock showed at an instant known by a better clock. Never deleted: a check that was taken
-- back says when, by whom and why.
CREATE TABLE clock_check (
    id              INTEGER PRIMARY KEY,
    camera          TEXT    NOT NULL,
    -- On the camera's clock.
    shown_us        INTEGER NOT NULL,
    -- True time.
    truth_us        INTEGER NOT NULL,
    -- Half-width of the interval that the offset lies in, seconds.
    uncertainty_s   REAL    NOT NULL CHECK (uncertainty_s >= 0),
    method          TEXT    NOT NULL,
    by_whom         TEXT    NOT NULL,
    -- A picture in the data folder's clock-photos, by its file name (the SHA-256 of its bytes).
    photo           TEXT,
    note            TEXT,
    -- When it was entered, on our clock.
    made_us         INTEGER NOT NULL,
    removed_us      INTEGER,
    removed_by      TEXT,
    removed_reason  TEXT
) STRICT;
CREATE INDEX clock_check_camera ON clock_check (camera, truth_us) WHERE removed_us IS NULL;

-- When the file's inode last changed, on our clock or the file server's (ctime; nobody can set it). A modification time long
-- before it was brought along from elsewhere. Null for files listed before this was known.
ALTER TABLE file ADD COLUMN changed_us INTEGER;

-- Length of the video, microseconds. Equal to end_us − start_us but where the path claims both ends and the video runs faster or
-- slower than the clock between them.
ALTER TABLE recording ADD COLUMN media_us INTEGER NOT NULL DEFAULT 0;
UPDATE recording SET media_us = end_us - start_us;
