-- Mails on their way. The row is written with what the mail tells of, so one never exists without the other. `body` is
-- sealed (it holds one-time links) and erased when the mail is sent or given up. A worker has taken a row until
-- claimed_until: past that, the worker is gone and another takes it.
CREATE TABLE mail_outbox (
    id            TEXT PRIMARY KEY,
    recipient     TEXT NOT NULL,
    subject       TEXT NOT NULL,
    body          TEXT,
    state         TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    attempts      BIGINT NOT NULL DEFAULT 0,
    next_at       BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL DEFAULT 0,
    last_error    TEXT,
    created_at    BIGINT NOT NULL,
    sent_at       BIGINT
);
CREATE INDEX mail_outbox_by_turn ON mail_outbox (state, next_at);
CREATE INDEX mail_outbox_by_creation ON mail_outbox (created_at);
