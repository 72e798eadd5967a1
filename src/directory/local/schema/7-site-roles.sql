-- The roles that the site has made, beside those that are built in (0 to 4). A number is never
-- given twice; `users.role` holds it.
CREATE TABLE site_roles (
    number      INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    comparable  TEXT NOT NULL UNIQUE,  -- the name in lower case
    permissions INTEGER NOT NULL,      -- bit n is the n-th of Permission::ALL
    kinds       INTEGER,               -- bit n is the n-th of AccountKind::ALL; NULL is every kind
    stations    TEXT,                  -- a JSON list; NULL is every station
    version     INTEGER NOT NULL,      -- counts the changes
    changed_at  INTEGER NOT NULL,      -- milliseconds since 1970, UTC
    changed_by  TEXT NOT NULL
) STRICT;
INSERT INTO counters VALUES ('highest role', 4);
