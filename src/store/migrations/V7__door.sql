-- The door: who may come in, who is in, and what everybody looked at.

-- People and programs with an account. Never deleted: the audit names them.
CREATE TABLE user (
    id           INTEGER PRIMARY KEY,
    -- What is typed to come in: lower case, unique.
    name         TEXT    NOT NULL UNIQUE,
    -- As people call them.
    full_name    TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    -- A JSON list of group ids; null: every group.
    groups       TEXT,
    -- Argon2id, as a PHC string.
    password     TEXT    NOT NULL,
    -- Whether the password was given by somebody else and has to be changed first.
    must_change  INTEGER NOT NULL,
    made_us      INTEGER NOT NULL,
    disabled_us  INTEGER
) STRICT;

-- Who is in. The key itself is nowhere but in the browser: here is its SHA-256.
CREATE TABLE session (
    key_hash     TEXT    PRIMARY KEY,
    user         INTEGER NOT NULL REFERENCES user (id),
    -- What a page must send with every change, so that no other site's page can make one.
    csrf         TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    made_us      INTEGER NOT NULL,
    used_us      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user);

-- Keys of programs.
CREATE TABLE token (
    id           INTEGER PRIMARY KEY,
    key_hash     TEXT    NOT NULL UNIQUE,
    user         INTEGER NOT NULL REFERENCES user (id),
    -- What it is for.
    name         TEXT    NOT NULL,
    made_us      INTEGER NOT NULL,
    expires_us   INTEGER,
    used_us      INTEGER,
    revoked_us   INTEGER
) STRICT;

-- Why somebody looks: a case or a reason, stated once and named by its number with every look.
CREATE TABLE purpose (
    id           INTEGER PRIMARY KEY,
    user         INTEGER NOT NULL REFERENCES user (id),
    text         TEXT    NOT NULL,
    emergency    INTEGER NOT NULL,
    made_us      INTEGER NOT NULL
) STRICT;
CREATE INDEX purpose_user ON purpose (user, made_us);

-- Logins that failed, to slow down whoever guesses; old ones are forgotten.
CREATE TABLE failed_login (
    id           INTEGER PRIMARY KEY,
    at_us        INTEGER NOT NULL,
    -- As typed, cut to 64 characters.
    name         TEXT    NOT NULL,
    address      TEXT    NOT NULL
) STRICT;
CREATE INDEX failed_login_name ON failed_login (name, at_us);
CREATE INDEX failed_login_address ON failed_login (address, at_us);

-- What everybody did. Each row's hash covers the row and the hash of the one before: a row that is changed or cut out shows.
-- Numbers have no holes.
CREATE TABLE audit (
    id           INTEGER PRIMARY KEY,
    at_us        INTEGER NOT NULL,
    -- The account, or the person at the command line.
    actor        TEXT    NOT NULL,
    -- The account's role then; null at the command line.
    role         TEXT,
    -- From where: 'cli', or the address of the other side.
    origin       TEXT    NOT NULL,
    act          TEXT    NOT NULL,
    -- A JSON list of camera ids.
    cameras      TEXT    NOT NULL,
    -- The interval looked at, true time.
    start_us     INTEGER,
    end_us       INTEGER,
    -- The case or reason; null where none was stated.
    purpose      TEXT,
    -- Whether it was done at once, to be looked over later.
    emergency    INTEGER NOT NULL,
    -- JSON: what else is known.
    detail       TEXT    NOT NULL,
    -- SHA-256 in hex, see src/store/audit.rs.
    hash         TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at_us);
CREATE INDEX audit_actor ON audit (actor, at_us);

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is never changed'); END;
CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is never cut'); END;
