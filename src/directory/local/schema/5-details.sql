-- Phone, station and job title of a user, and from and until when the account is valid. The display
-- name, which only clients of the API wrote until now, is in a column since version 2.
ALTER TABLE users ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN station TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN job_title TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN valid_from INTEGER;
ALTER TABLE users ADD COLUMN valid_until INTEGER;
