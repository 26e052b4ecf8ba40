-- Statements of banks as they were received, by the SHA-256 of their bytes.
CREATE TABLE bank_files (
    file TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    received_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Their lines. What payers wrote and who they are stands here, outside the log, and can be erased. A line is known by
-- account, statement and reference, so that reading it twice is reading it once.
CREATE TABLE bank_lines (
    line TEXT NOT NULL PRIMARY KEY,
    file TEXT NOT NULL,
    account TEXT NOT NULL,
    statement TEXT NOT NULL,
    reference TEXT NOT NULL,
    on_day BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    is_credit BIGINT NOT NULL,
    is_reversal BIGINT NOT NULL,
    known_as TEXT NOT NULL,
    words TEXT,
    payer TEXT,
    state TEXT NOT NULL,
    because TEXT NOT NULL,
    person TEXT,
    loan TEXT,
    entry TEXT,
    decided_by TEXT,
    decided_at BIGINT
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_lines_by_state ON bank_lines (state, on_day);
CREATE INDEX bank_lines_by_amount ON bank_lines (amount_minor, state);
