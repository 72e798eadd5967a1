-- Fields that the site adds to its users. `definition` is JSON; `place` is the order in which they are
-- shown. A field is never removed, so that no value is lost: it is retired.
CREATE TABLE site_fields (
    name       TEXT PRIMARY KEY COLLATE NOCASE,
    place      INTEGER NOT NULL,
    definition TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- What users have in them, as it was given, whatever the field holds by now.
CREATE TABLE site_values (
    row   INTEGER NOT NULL REFERENCES users (row),
    name  TEXT NOT NULL COLLATE NOCASE,
    value TEXT NOT NULL,
    PRIMARY KEY (row, name)
) STRICT, WITHOUT ROWID;
