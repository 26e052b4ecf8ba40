-- Phones: each belongs to one member of staff, and its chain of records has come so far.
CREATE TABLE devices (
    device TEXT NOT NULL PRIMARY KEY,
    staff TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    enrolled_at BIGINT NOT NULL,
    revoked_at BIGINT,
    pin TEXT,
    duress TEXT,
    sequence BIGINT NOT NULL,
    head TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What became of each record that a phone sent. What could not be taken is kept here, encrypted, until somebody has looked.
CREATE TABLE phone_receipts (
    record TEXT NOT NULL,
    hash TEXT NOT NULL,
    device TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    staff TEXT NOT NULL,
    visit TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    reasons TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    envelope BYTEA,
    PRIMARY KEY (record, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_receipts_of_device ON phone_receipts (device, sequence);
CREATE INDEX phone_receipts_by_state ON phone_receipts (state, received_at);

-- Photos, signatures and sound, encrypted, named by the hash of what the phone sent. Written once; erasing empties the body.
CREATE TABLE evidence (
    visit TEXT NOT NULL,
    sent TEXT NOT NULL,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    media TEXT NOT NULL,
    kept TEXT NOT NULL,
    body BYTEA,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (visit, sent)
) STRICT, WITHOUT ROWID;

-- Watches over people at doors: who, since when, due when, and who took care of it.
CREATE TABLE watches (
    watch TEXT NOT NULL PRIMARY KEY,
    staff TEXT NOT NULL,
    visit TEXT,
    began_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    raised TEXT,
    raised_at BIGINT,
    place TEXT,
    owner TEXT,
    owned_at BIGINT,
    ended_at BIGINT
) STRICT, WITHOUT ROWID;
CREATE INDEX watches_open ON watches (ended_at, due_at);
