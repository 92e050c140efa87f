-- A service account is an account nobody signs in to.
ALTER TABLE users ADD COLUMN kind TEXT NOT NULL DEFAULT 'person';

-- API keys, kept as SHA-256 digests. scopes and networks are JSON lists.
CREATE TABLE api_keys (
    id             TEXT PRIMARY KEY,
    user_id        TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name           TEXT NOT NULL,
    prefix         TEXT NOT NULL,
    digest         TEXT NOT NULL UNIQUE,
    scopes         TEXT NOT NULL,
    networks       TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    expires_at     INTEGER,
    last_used_at   INTEGER,
    last_used_from TEXT NOT NULL DEFAULT '',
    ended_at       INTEGER
) STRICT;
CREATE INDEX api_keys_by_user ON api_keys (user_id, created_at);
CREATE INDEX api_keys_by_end ON api_keys (ended_at);
