-- Machine clients of the API. The secret is drawn at random (256 bits), so a plain SHA-256 of it
-- cannot be turned back.
CREATE TABLE api_clients (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL COLLATE NOCASE UNIQUE,
    secret      BLOB NOT NULL UNIQUE,
    is_bearer   INTEGER NOT NULL,      -- 1: the secret itself is a bearer token; 0: for /oauth2/token
    permissions INTEGER NOT NULL,      -- bits as in Permissions::bits
    created_at  INTEGER NOT NULL,
    created_by  TEXT NOT NULL,
    expires_at  INTEGER,
    used_at     INTEGER,
    revoked_at  INTEGER
) STRICT;

-- Tokens of operators and of clients that gave their credentials; hashed as above.
CREATE TABLE api_tokens (
    hash        BLOB PRIMARY KEY,
    operator    INTEGER,               -- row of the operator, or
    client      INTEGER REFERENCES api_clients (id),
    permissions INTEGER NOT NULL,
    source      TEXT NOT NULL,         -- an operator's token is good from there only
    created_at  INTEGER NOT NULL,
    proved_at   INTEGER NOT NULL,      -- last proof of the password
    used_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_tokens_by_operator ON api_tokens (operator) WHERE operator IS NOT NULL;
CREATE INDEX api_tokens_by_expiry ON api_tokens (expires_at);
