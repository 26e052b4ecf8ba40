-- People as folded from the first events of their streams, so that reading them is not reading everything that ever happened.
CREATE TABLE folds (
    person TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body BYTEA NOT NULL
) STRICT;
