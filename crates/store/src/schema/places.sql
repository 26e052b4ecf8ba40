-- The log under one number an event, which orders all of them: its shard times 2^40, and its place in the shard's log. A key of two
-- columns has an index beside the rows, into which every event is written a second time.
CREATE TABLE events_by_place (
    place BIGINT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    version BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    command TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BYTEA NOT NULL
) STRICT;
INSERT INTO events_by_place (place, person, version, recorded_at, actor, command, body, hash)
SELECT shard * 1099511627776 + seq, person, version, recorded_at, actor, command, body, hash FROM events ORDER BY shard, seq;
DROP TABLE events;
ALTER TABLE events_by_place RENAME TO events;
CREATE UNIQUE INDEX events_of_person ON events (person, version);
