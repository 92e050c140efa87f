-- When a link sent to the address was opened; NULL while the address is only claimed.
ALTER TABLE users ADD COLUMN email_verified_at INTEGER;
-- 1 while someone who registered has not opened the link sent to their address: they cannot sign in yet.
ALTER TABLE users ADD COLUMN unconfirmed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX users_unconfirmed ON users (unconfirmed, created_at);

-- One-time links: to verify an address, or to choose a new password. `email` is the address a link was sent to; NULL for
-- one that an admin hands over. A link is over once used_at is set, whether it was used or replaced. Rows stay at least an
-- hour, as mails are counted by them.
CREATE TABLE email_tokens (
    digest     TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    TEXT NOT NULL CHECK (purpose IN ('verify', 'reset')),
    email      TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;
CREATE INDEX email_tokens_by_user ON email_tokens (user_id, purpose, created_at);
CREATE INDEX email_tokens_by_expiry ON email_tokens (expires_at);
