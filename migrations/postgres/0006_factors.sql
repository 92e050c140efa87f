-- How a sign-in was shown to be right, whether by a second factor, and when last.
ALTER TABLE sessions ADD COLUMN factor TEXT NOT NULL DEFAULT 'password';
ALTER TABLE sessions ADD COLUMN second_factor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN proven_at BIGINT NOT NULL DEFAULT 0;

-- When what someone may do last changed: other processes look for it.
ALTER TABLE users ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX users_by_change ON users (changed_at);

-- Codes from an app (RFC 6238). The seed is sealed; last_step is the newest time step whose code was used.
CREATE TABLE totp (
    user_id      TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    seed         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_step    BIGINT NOT NULL DEFAULT 0
);

-- Codes on paper, each good once, kept as SHA-256 digests.
CREATE TABLE backup_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    digest  TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (user_id, digest)
);

-- Sign-ins whose first step was right and whose second is to come. They are no sessions: nothing else knows them.
CREATE TABLE pending_sign_ins (
    token_hash TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    factor     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pending_sign_ins_by_user ON pending_sign_ins (user_id, created_at);
CREATE INDEX pending_sign_ins_by_expiry ON pending_sign_ins (expires_at);

-- Roles made here with their grants as JSON, and for every role whether it needs a second factor. A built-in role has a
-- row only if it does, and no grants in it.
CREATE TABLE roles (
    name                TEXT PRIMARY KEY,
    grants              TEXT,
    needs_second_factor BIGINT NOT NULL DEFAULT 0,
    created_at          BIGINT NOT NULL
);

-- Passkeys (Web Authentication Level 3). The credential is its public key with its counter, as JSON.
CREATE TABLE passkeys (
    id            TEXT PRIMARY KEY,
    user_id       TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_id TEXT NOT NULL UNIQUE,
    credential    TEXT NOT NULL,
    name          TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT
);
CREATE INDEX passkeys_by_user ON passkeys (user_id, created_at);

-- Passkey ceremonies under way: what the browser was asked, sealed, until it answers.
CREATE TABLE ceremonies (
    token_hash TEXT PRIMARY KEY,
    user_id    TEXT REFERENCES users (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    state      TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ceremonies_by_expiry ON ceremonies (expires_at);
