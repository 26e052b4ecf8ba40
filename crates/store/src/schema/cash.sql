-- Receipts for cash, numbered without gaps; each is a line of the account `cash` in bank_lines.
CREATE TABLE cash_receipts (
    number BIGINT NOT NULL PRIMARY KEY,
    line TEXT NOT NULL UNIQUE,
    deposit TEXT
) STRICT, WITHOUT ROWID;

-- What was paid in at the bank: by one person, and found on a statement by another.
CREATE TABLE cash_deposits (
    deposit TEXT NOT NULL PRIMARY KEY,
    amount_minor BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    checked_by TEXT,
    checked_at BIGINT,
    line TEXT
) STRICT, WITHOUT ROWID;
