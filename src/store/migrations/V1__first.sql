-- The truth about footage: which files there are, what they hold, and when they were made.
-- Times are microseconds since 1970-01-01T00:00:00Z. Times named *_us in `recording` and `time_claim` are readings of the
-- camera's own clock; all others are our clock's.

-- One row a file (a path below a footage folder), for ever: a file that vanished keeps its row.
CREATE TABLE file (
    id              INTEGER PRIMARY KEY,
    -- The id of the first camera of the site file that records into this folder. Not the folder's path: that may be mounted
    -- elsewhere tomorrow.
    folder          TEXT    NOT NULL,
    -- Path below the folder, the bytes that the file system gave (they need not be UTF-8).
    path            BLOB    NOT NULL,
    -- The camera that wrote it; null where a shared folder's path names no camera's channel.
    camera          TEXT,
    size            INTEGER NOT NULL,
    mtime_us        INTEGER NOT NULL,
    -- SHA-256 of size, head and tail: what a moved or copied file is recognised by. Null until it was read once.
    content         BLOB,
    -- settled: to be listed. listed: its recording is in this store, not yet surely in the index. indexed: in both.
    -- quarantined: could not be read (fault, detail, attempts, next_try_us). gone: no longer there (since gone_us).
    state           TEXT    NOT NULL CHECK (state IN ('settled', 'listed', 'indexed', 'quarantined', 'gone')),
    recording       TEXT    REFERENCES recording (id),
    fault           TEXT,
    detail          TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_try_us     INTEGER,
    -- What the path of an unreadable file claims, so that its absence can be shown at the right time.
    claimed_start_us INTEGER,
    claimed_end_us  INTEGER,
    first_seen_us   INTEGER NOT NULL,
    gone_us         INTEGER,
    UNIQUE (folder, path)
) STRICT;
CREATE INDEX file_recording ON file (recording) WHERE recording IS NOT NULL;
CREATE INDEX file_content ON file (content) WHERE content IS NOT NULL;
CREATE INDEX file_quarantined ON file (camera, claimed_start_us) WHERE state = 'quarantined';

-- One row a recording: content that one camera wrote, listed without decoding.
CREATE TABLE recording (
    id              TEXT    PRIMARY KEY,
    camera          TEXT    NOT NULL,
    -- From the first frame to the end of the last, by the claim that was believed.
    start_us        INTEGER NOT NULL,
    end_us          INTEGER NOT NULL,
    time_source     TEXT    NOT NULL,
    time_basis      TEXT    NOT NULL,
    uncertainty_s   REAL    NOT NULL,
    -- The recorder layout that read its path, where one did.
    layout          TEXT,
    container       TEXT    NOT NULL,
    codec           TEXT    NOT NULL,
    width           INTEGER NOT NULL,
    height          INTEGER NOT NULL,
    rotation        INTEGER NOT NULL,
    time_base_num   INTEGER NOT NULL,
    time_base_den   INTEGER NOT NULL,
    audio           TEXT,
    first_pts_us    INTEGER NOT NULL,
    packets         INTEGER NOT NULL,
    video_bytes     INTEGER NOT NULL,
    header_us       INTEGER,
    created_us      INTEGER,
    method          TEXT    NOT NULL,
    bytes_read      INTEGER NOT NULL,
    keyframes       INTEGER NOT NULL,
    -- The packed keyframe table (model/keytable.rs).
    keytable        BLOB    NOT NULL,
    -- Bytes per second between keyframes: the 20th percentile and the 99th of this recording. Null where it tells nothing.
    quiet_rate      REAL,
    busy_rate       REAL,
    -- Doubts, a JSON array (model/doubt.rs).
    doubts          TEXT    NOT NULL,
    -- 1 while the index may not yet show what this row says. Cleared only after the index has committed.
    index_pending   INTEGER NOT NULL DEFAULT 1 CHECK (index_pending IN (0, 1))
) STRICT;
CREATE INDEX recording_camera ON recording (camera, start_us);
CREATE INDEX recording_pending ON recording (index_pending) WHERE index_pending = 1;

-- Every candidate for when a recording was made; exactly one is believed.
CREATE TABLE time_claim (
    recording       TEXT    NOT NULL REFERENCES recording (id),
    source          TEXT    NOT NULL,
    basis           TEXT    NOT NULL,
    start_us        INTEGER NOT NULL,
    end_us          INTEGER,
    uncertainty_s   REAL    NOT NULL,
    evidence        TEXT    NOT NULL,
    believed        INTEGER NOT NULL CHECK (believed IN (0, 1)),
    PRIMARY KEY (recording, source)
) STRICT, WITHOUT ROWID;

-- Where a recording's sampled thumbnails lie. A row with an empty list says: looked, and there is nothing to show.
CREATE TABLE thumbnails (
    recording       TEXT    PRIMARY KEY REFERENCES recording (id),
    -- A JSON array of {pts_us, reel, offset, length, mean, change} by pts.
    places          TEXT    NOT NULL,
    -- Why there is none, where decoding failed.
    fault           TEXT,
    detail          TEXT
) STRICT;

-- A camera's own background of activity, over its latest recordings: what the bytes between keyframes are measured against.
CREATE TABLE background (
    camera          TEXT    PRIMARY KEY,
    quiet_rate      REAL    NOT NULL,
    busy_rate       REAL    NOT NULL,
    -- The median length of its latest recordings.
    typical_us      INTEGER NOT NULL
) STRICT;

-- When each footage folder was last looked through from end to end.
CREATE TABLE scan (
    folder          TEXT    PRIMARY KEY,
    finished_us     INTEGER NOT NULL,
    files           INTEGER NOT NULL
) STRICT;
