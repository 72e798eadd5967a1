-- What only the API shows of a user: when it was added, a provisioning client's own handle, a name
-- to show other than given and family name ('' is none at all), and whether the client called the
-- address the primary one (NULL is yes).
ALTER TABLE users ADD COLUMN created_at INTEGER;
ALTER TABLE users ADD COLUMN external_id TEXT;
ALTER TABLE users ADD COLUMN display_name TEXT;
ALTER TABLE users ADD COLUMN email_primary INTEGER;
UPDATE users SET created_at = changed_at WHERE version = 1;
CREATE INDEX users_by_external_id ON users (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX users_by_display_name ON users (display_name) WHERE display_name IS NOT NULL;

-- The highest row that was ever removed: rows are never given twice, since the audit names them.
INSERT INTO counters VALUES ('highest removed row', 0);
