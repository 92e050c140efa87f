-- The audit log. Each entry's hash covers the hash before it, so that changing, removing or adding one shows. Entries are
-- only ever added at the end, and removed (by retention) from the beginning; audit_head says where both ends are.
CREATE TABLE audit_events (
    seq         INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    actor_name  TEXT NOT NULL,
    behalf      TEXT NOT NULL,
    action      TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object      TEXT NOT NULL,
    object_name TEXT NOT NULL,
    address     TEXT NOT NULL,
    session     TEXT NOT NULL,
    factor      TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    detail      TEXT NOT NULL,
    hash        TEXT NOT NULL
) STRICT;
CREATE INDEX audit_events_by_time ON audit_events (at);
CREATE INDEX audit_events_by_actor ON audit_events (actor, seq);
CREATE INDEX audit_events_by_object ON audit_events (object, seq);
CREATE INDEX audit_events_by_action ON audit_events (action, seq);

-- One row: the newest entry's number and hash, and the hash before the oldest one kept.
CREATE TABLE audit_head (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    seq         INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    first_seq   INTEGER NOT NULL,
    before_hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head (id, seq, hash, first_seq, before_hash) VALUES (1, 0, '', 1, '');
