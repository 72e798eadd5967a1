-- Recoveries at the machine, by sequence number: a sign-in need not read the whole audit to name
-- those that an administrator has not seen. Kept by a trigger, so that none is done without it.
CREATE TABLE recoveries (
    seq INTEGER PRIMARY KEY
) STRICT;
CREATE TRIGGER audit_notes_a_recovery AFTER INSERT ON audit
    WHEN new.kind = 'recovered' AND new.intent <> new.seq
BEGIN INSERT INTO recoveries (seq) VALUES (new.seq); END;

-- Up to which record an administrator has confirmed to have seen them, by handle.
CREATE TABLE recoveries_seen (
    operator TEXT PRIMARY KEY,
    up_to    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
