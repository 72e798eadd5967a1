-- Users. `row` is the handle that every other table, and the audit, refers to; it is never reused.
CREATE TABLE users (
    row          INTEGER PRIMARY KEY,
    login        TEXT NOT NULL,        -- the ID people know
    email        TEXT NOT NULL,        -- may be empty
    given        TEXT NOT NULL,
    family       TEXT NOT NULL,
    kind         INTEGER NOT NULL,     -- 0 staff, 1 residential, 2 commercial, 3 unit
    role         INTEGER NOT NULL,     -- 0 none … 4 administrator, in the order of Role::ALL
    active       INTEGER NOT NULL,
    version      INTEGER NOT NULL,     -- counts the changes
    changed_at   INTEGER,              -- milliseconds since 1970, UTC; as every time below
    changed_by   TEXT,
    changed_what TEXT
) STRICT;
CREATE INDEX users_by_role ON users (role) WHERE role > 0;

-- What a user may sign in with, the ID and the email, lower-cased: unique over both together.
CREATE TABLE sign_in_names (
    name TEXT PRIMARY KEY,
    row  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passwords (
    row         INTEGER PRIMARY KEY REFERENCES users (row),
    hash        TEXT NOT NULL,         -- PHC string
    changed_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    must_change INTEGER NOT NULL
) STRICT;

CREATE TABLE former_passwords (
    row  INTEGER NOT NULL REFERENCES users (row),
    nth  INTEGER NOT NULL,             -- 1, 2, 3 …, the newest is the highest
    hash TEXT NOT NULL,
    PRIMARY KEY (row, nth)
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_ins (
    row          INTEGER PRIMARY KEY REFERENCES users (row),
    last_at      INTEGER,
    locked_since INTEGER,              -- set: locked until an administrator unlocks
    failures     INTEGER               -- how many led to the lock
) STRICT;

-- Failed sign-ins since the last good one, as far as they count towards a lock.
CREATE TABLE failures (
    row INTEGER NOT NULL REFERENCES users (row),
    nth INTEGER NOT NULL,
    at  INTEGER NOT NULL,
    PRIMARY KEY (row, nth)
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('users', 0), ('refused sign-ins', 0);

-- The search index. `grams`: for each gram (a few folded characters and where they stand)
-- and each block of 65,536 rows, the users who have it. `key` is the gram, then the block.
CREATE TABLE grams (
    key  INTEGER PRIMARY KEY,
    rows BLOB NOT NULL
) STRICT;
-- Users whose grams are not up to date: what `grams` says of them does not count. `was` is what
-- they are found by there, `now` what they are to be found by; NULL is nothing at all.
CREATE TABLE unmerged (
    row INTEGER PRIMARY KEY,
    was TEXT,
    now TEXT
) STRICT;
-- IDs and emails whose folded text is not their sign-in name (accents, other scripts).
CREATE TABLE folded_names (
    name TEXT NOT NULL,
    row  INTEGER NOT NULL,
    PRIMARY KEY (name, row)
) STRICT, WITHOUT ROWID;
