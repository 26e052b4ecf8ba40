-- What somebody is looked for by: name, its sounds, numbers. Made from the note of identity and erased with it.
CREATE TABLE sought (
    person TEXT NOT NULL PRIMARY KEY,
    words TEXT NOT NULL
) STRICT, WITHOUT ROWID;
