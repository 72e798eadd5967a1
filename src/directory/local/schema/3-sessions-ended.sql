-- How often others have ended this user's sessions; a session remembers the number it began with.
ALTER TABLE users ADD COLUMN sessions_ended INTEGER NOT NULL DEFAULT 0;
