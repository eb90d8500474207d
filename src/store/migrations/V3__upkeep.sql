-- A quarantined file that somebody decided to leave alone: since when, who, and why. It stays in quarantine and is not tried
-- again while its size and modification time stay as they are. Where ignored_us is null the other two mean nothing.
ALTER TABLE file ADD COLUMN ignored_us INTEGER;
ALTER TABLE file ADD COLUMN ignored_by TEXT;
ALTER TABLE file ADD COLUMN ignored_reason TEXT;

-- Files that are gone, by when they were missed: they are forgotten after the time that the site file names.
CREATE INDEX file_gone ON file (gone_us) WHERE state = 'gone';

-- When the recording's path began to hold other content. Tells its age only while no file holds it.
ALTER TABLE recording ADD COLUMN forsaken_us INTEGER;
CREATE INDEX recording_forsaken ON recording (forsaken_us) WHERE forsaken_us IS NOT NULL;

-- How many recordings have a thumbnail in each reel. One that counts 0 may be deleted; one that is not here was never known
-- to this store and is left alone.
CREATE TABLE reel (
    name            TEXT    PRIMARY KEY,
    recordings      INTEGER NOT NULL CHECK (recordings >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO reel (name, recordings)
    SELECT place.value ->> 'reel', count(DISTINCT thumbnails.recording) FROM thumbnails, json_each(thumbnails.places) AS place
    GROUP BY 1;
CREATE TRIGGER thumbnails_saved AFTER INSERT ON thumbnails BEGIN
    INSERT INTO reel (name, recordings) SELECT DISTINCT value ->> 'reel', 1 FROM json_each(NEW.places) WHERE true
        ON CONFLICT (name) DO UPDATE SET recordings = recordings + 1;
END;
CREATE TRIGGER thumbnails_dropped AFTER DELETE ON thumbnails BEGIN
    UPDATE reel SET recordings = recordings - 1
        WHERE name IN (SELECT value ->> 'reel' FROM json_each(OLD.places));
END;

-- When a piece of upkeep that is due now and then was last done.
CREATE TABLE upkeep (
    task            TEXT    PRIMARY KEY,
    done_us         INTEGER NOT NULL
) STRICT;
