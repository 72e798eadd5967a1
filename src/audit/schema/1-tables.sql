-- The record of everything that was done, refused or tried. Only ever appended: not even this
-- program can change or remove a line through SQL.
CREATE TABLE audit (
    seq    INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,           -- milliseconds since 1970, UTC
    kind   TEXT NOT NULL,
    target TEXT,                       -- handle of the user that it concerns
    intent INTEGER,                    -- the intent that this opens (its own number) or closes
    body   TEXT NOT NULL,              -- canonical JSON of the event
    hash   BLOB NOT NULL               -- SHA-256 over the hash before it and this record
) STRICT;
CREATE INDEX audit_by_target ON audit (target, seq) WHERE target IS NOT NULL;
CREATE INDEX audit_by_intent ON audit (intent) WHERE intent IS NOT NULL;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only ever appended'); END;
CREATE TRIGGER audit_is_never_removed BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only ever appended'); END;
