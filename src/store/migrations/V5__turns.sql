-- Whose turn it is: recordings that wait for thumbnails, and files that were still being written when they were listed.

-- Recordings whose file is there and that were never sampled. Kept by the triggers below, so that counting them, and finding
-- the next ones, does not grow with what was sampled long ago.
CREATE TABLE unsampled (
    recording       TEXT    PRIMARY KEY,
    camera          TEXT    NOT NULL,
    start_us        INTEGER NOT NULL,
    -- When somebody's search last touched it, on our clock; 0 where none did. Those come first.
    wanted_us       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX unsampled_turn ON unsampled (wanted_us DESC, start_us DESC, recording);

INSERT INTO unsampled (recording, camera, start_us)
    SELECT id, camera, start_us FROM recording
    WHERE NOT EXISTS (SELECT 1 FROM thumbnails WHERE recording = recording.id)
      AND EXISTS (SELECT 1 FROM file WHERE recording = recording.id AND state <> 'gone');

CREATE TRIGGER recording_to_sample AFTER INSERT ON recording
WHEN NOT EXISTS (SELECT 1 FROM thumbnails WHERE recording = NEW.id) BEGIN
    INSERT INTO unsampled (recording, camera, start_us) VALUES (NEW.id, NEW.camera, NEW.start_us)
        ON CONFLICT (recording) DO UPDATE SET camera = NEW.camera, start_us = NEW.start_us;
END;
CREATE TRIGGER recording_forgotten AFTER DELETE ON recording BEGIN
    DELETE FROM unsampled WHERE recording = OLD.id;
END;
CREATE TRIGGER recording_sampled AFTER INSERT ON thumbnails BEGIN
    DELETE FROM unsampled WHERE recording = NEW.recording;
END;
CREATE TRIGGER recording_to_sample_again AFTER DELETE ON thumbnails BEGIN
    INSERT INTO unsampled (recording, camera, start_us)
        SELECT id, camera, start_us FROM recording WHERE id = OLD.recording
          AND EXISTS (SELECT 1 FROM file WHERE recording = OLD.recording AND state <> 'gone')
        ON CONFLICT (recording) DO NOTHING;
END;
CREATE TRIGGER recording_without_file AFTER UPDATE OF state, recording ON file
WHEN OLD.recording IS NOT NULL AND (NEW.state = 'gone' OR NEW.recording IS NOT OLD.recording) BEGIN
    DELETE FROM unsampled WHERE recording = OLD.recording
        AND NOT EXISTS (SELECT 1 FROM file WHERE recording = OLD.recording AND state <> 'gone');
END;

-- 1 while the file was being written when it was listed: what is known of it goes only so far.
ALTER TABLE file ADD COLUMN growing INTEGER NOT NULL DEFAULT 0 CHECK (growing IN (0, 1));
CREATE INDEX file_growing ON file (camera) WHERE growing = 1;
