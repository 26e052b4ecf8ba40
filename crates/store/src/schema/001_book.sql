-- The book itself: one row.
CREATE TABLE book (
    name TEXT NOT NULL PRIMARY KEY,
    currency TEXT NOT NULL,
    zone TEXT NOT NULL,
    pack TEXT NOT NULL,
    shards BIGINT NOT NULL,
    verifying_key BYTEA NOT NULL,
    created_at BIGINT NOT NULL
) STRICT;

-- How far each shard's log has come. The fence is compared in every write, so that a writer that was overtaken cannot write.
CREATE TABLE shards (
    shard BIGINT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    head BYTEA NOT NULL,
    frontier BYTEA NOT NULL,
    fence BIGINT NOT NULL,
    holder TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The log. Rows are only ever added.
CREATE TABLE events (
    shard BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    person TEXT NOT NULL,
    version BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    command TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (shard, seq)
) STRICT;
CREATE UNIQUE INDEX events_of_person ON events (person, version);

-- How far each person's stream has come, and the last night their derived rows know of.
CREATE TABLE streams (
    person TEXT NOT NULL PRIMARY KEY,
    shard BIGINT NOT NULL,
    version BIGINT NOT NULL,
    night_on BIGINT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every command ever answered, by who sent it and their key, so that sending twice is doing once.
CREATE TABLE commands (
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    person TEXT NOT NULL,
    body_hash BYTEA NOT NULL,
    outcome TEXT NOT NULL,
    first_version BIGINT NOT NULL,
    last_version BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

-- Personal data and words, outside the log. Erasing empties salt and body and keeps the row.
CREATE TABLE notes (
    note TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    salt BYTEA,
    body TEXT,
    recorded_at BIGINT NOT NULL,
    erased_at BIGINT
) STRICT, WITHOUT ROWID;
CREATE INDEX notes_of_person ON notes (person);

-- Signed tree heads: one a shard and one for the book, each night.
CREATE TABLE seals (
    on_day BIGINT NOT NULL,
    origin TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (on_day, origin)
) STRICT, WITHOUT ROWID;

-- Nights, imports and other long work.
CREATE TABLE runs (
    run TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    as_of BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    counts TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_kind ON runs (kind, as_of);

CREATE TABLE staff (
    staff TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    sign_in TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    badge TEXT NOT NULL,
    certificate_until BIGINT,
    password TEXT,
    left_on BIGINT
) STRICT, WITHOUT ROWID;

-- Who is signed in: the token's hash, never the token.
CREATE TABLE sessions (
    token BYTEA NOT NULL PRIMARY KEY,
    actor TEXT NOT NULL,
    expires_at BIGINT NOT NULL
) STRICT, WITHOUT ROWID;

-- Links handed out: the token's hash, never the token.
CREATE TABLE links (
    token BYTEA NOT NULL PRIMARY KEY,
    actor TEXT NOT NULL,
    purpose TEXT NOT NULL,
    expires_at BIGINT NOT NULL
) STRICT, WITHOUT ROWID;
