-- Every name of a station that a user has or had; the sets of rows know its number.
CREATE TABLE stations (
    number INTEGER PRIMARY KEY,
    name   TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO stations (name) SELECT DISTINCT station FROM users WHERE station <> '';
CREATE TRIGGER station_of_new_user BEFORE INSERT ON users
WHEN NEW.station <> '' AND NOT EXISTS (SELECT 1 FROM stations WHERE name = NEW.station) BEGIN
    INSERT INTO stations (name) VALUES (NEW.station);
END;
CREATE TRIGGER station_of_changed_user BEFORE UPDATE OF station ON users
WHEN NEW.station <> '' AND NOT EXISTS (SELECT 1 FROM stations WHERE name = NEW.station) BEGIN
    INSERT INTO stations (name) VALUES (NEW.station);
END;

-- What users are filtered by. The sets stand among those of the search index, in `grams`; whose
-- facets have changed since waits here, with what the sets hold: nothing where `kind` is NULL.
CREATE VIEW facets AS
    SELECT u.row AS row, u.kind AS kind, u.role AS role, u.active AS active,
           p.row IS NOT NULL AS has_password, p.must_change AS must_change,
           p.changed_at AS changed_at, p.expires_at AS expires_at,
           s.last_at AS last_at, s.locked_since AS locked_since,
           t.number AS station, u.valid_until AS valid_until
    FROM users u LEFT JOIN passwords p ON p.row = u.row LEFT JOIN sign_ins s ON s.row = u.row
        LEFT JOIN stations t ON t.name = u.station;
CREATE TABLE facets_waiting (
    row          INTEGER PRIMARY KEY,
    kind         INTEGER,
    role         INTEGER,
    active       INTEGER,
    has_password INTEGER,
    must_change  INTEGER,
    changed_at   INTEGER,
    expires_at   INTEGER,
    last_at      INTEGER,
    locked_since INTEGER,
    station      INTEGER,
    valid_until  INTEGER
) STRICT;

-- Each takes down what was, once, before the change. (Not INSERT OR IGNORE: within a trigger the
-- policy of the statement outside would count, and OR REPLACE would forget what the sets hold.)
CREATE TRIGGER facets_of_new_user BEFORE INSERT ON users
WHEN NOT EXISTS (SELECT 1 FROM facets_waiting WHERE row = NEW.row) BEGIN
    INSERT INTO facets_waiting (row) VALUES (NEW.row);
END;
CREATE TRIGGER facets_of_changed_user
BEFORE UPDATE OF kind, role, active, station, valid_until ON users
WHEN (OLD.kind IS NOT NEW.kind OR OLD.role IS NOT NEW.role OR OLD.active IS NOT NEW.active
        OR OLD.station IS NOT NEW.station OR OLD.valid_until IS NOT NEW.valid_until)
    AND NOT EXISTS (SELECT 1 FROM facets_waiting WHERE row = OLD.row) BEGIN
    INSERT INTO facets_waiting SELECT * FROM facets WHERE row = OLD.row;
END;
CREATE TRIGGER facets_of_removed_user BEFORE DELETE ON users
WHEN NOT EXISTS (SELECT 1 FROM facets_waiting WHERE row = OLD.row) BEGIN
    INSERT INTO facets_waiting SELECT * FROM facets WHERE row = OLD.row;
END;
CREATE TRIGGER facets_of_new_password BEFORE INSERT ON passwords
WHEN NOT EXISTS (SELECT 1 FROM facets_waiting WHERE row = NEW.row) BEGIN
    INSERT INTO facets_waiting SELECT * FROM facets WHERE row = NEW.row;
END;
CREATE TRIGGER facets_of_changed_password
BEFORE UPDATE OF must_change, changed_at, expires_at ON passwords
WHEN NOT EXISTS (SELECT 1 FROM facets_waiting WHERE row = OLD.row) BEGIN
    INSERT INTO facets_waiting SELECT * FROM facets WHERE row = OLD.row;
END;
CREATE TRIGGER facets_of_removed_password BEFORE DELETE ON passwords
WHEN NOT EXISTS (SELECT 1 FROM facets_waiting WHERE row = OLD.row) BEGIN
    INSERT INTO facets_waiting SELECT * FROM facets WHERE row = OLD.row;
END;
CREATE TRIGGER facets_of_first_sign_in BEFORE INSERT ON sign_ins
WHEN NOT EXISTS (SELECT 1 FROM facets_waiting WHERE row = NEW.row) BEGIN
    INSERT INTO facets_waiting SELECT * FROM facets WHERE row = NEW.row;
END;
CREATE TRIGGER facets_of_sign_in BEFORE UPDATE OF last_at, locked_since ON sign_ins
WHEN (OLD.last_at IS NOT NEW.last_at OR OLD.locked_since IS NOT NEW.locked_since)
    AND NOT EXISTS (SELECT 1 FROM facets_waiting WHERE row = OLD.row) BEGIN
    INSERT INTO facets_waiting SELECT * FROM facets WHERE row = OLD.row;
END;
CREATE TRIGGER facets_of_removed_sign_ins BEFORE DELETE ON sign_ins
WHEN NOT EXISTS (SELECT 1 FROM facets_waiting WHERE row = OLD.row) BEGIN
    INSERT INTO facets_waiting SELECT * FROM facets WHERE row = OLD.row;
END;
