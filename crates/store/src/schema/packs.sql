-- Versions of law packs that were brought in after the program was made. Rows are only ever added.
CREATE TABLE packs (
    pack TEXT NOT NULL,
    version TEXT NOT NULL,
    in_force_from BIGINT NOT NULL,
    body TEXT NOT NULL,
    digest BYTEA NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    PRIMARY KEY (pack, version)
) STRICT, WITHOUT ROWID;

-- A second person's yes to a version. Without one it judges nothing.
CREATE TABLE pack_activations (
    pack TEXT NOT NULL,
    version TEXT NOT NULL,
    digest BYTEA NOT NULL,
    activated_by TEXT NOT NULL,
    activated_at BIGINT NOT NULL,
    PRIMARY KEY (pack, version)
) STRICT, WITHOUT ROWID;
