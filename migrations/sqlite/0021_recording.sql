-- How the shells of a role are recorded; a role without a row has model::recording::Policy::DEFAULT.
CREATE TABLE recording_policies (
    role      TEXT PRIMARY KEY,
    mode      TEXT NOT NULL,
    input     INTEGER NOT NULL,
    keep_days INTEGER
) STRICT;

-- Recordings. What was recorded lies in files called by the id; head is the digest of the newest sealed chunk noted here.
CREATE TABLE recordings (
    id           TEXT PRIMARY KEY,
    owner        TEXT NOT NULL REFERENCES users (id),
    terminal     TEXT NOT NULL,
    title        TEXT NOT NULL,
    started_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    keep_days    INTEGER,
    length_ms    INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,
    cols         INTEGER NOT NULL,
    rows         INTEGER NOT NULL,
    state        TEXT NOT NULL,
    required     INTEGER NOT NULL,
    input        INTEGER NOT NULL,
    parts        INTEGER NOT NULL,
    missed_bytes INTEGER NOT NULL,
    chunks       INTEGER NOT NULL,
    head         TEXT NOT NULL
) STRICT;
CREATE INDEX recordings_by_owner ON recordings (owner, id);
CREATE INDEX recordings_by_end ON recordings (ended_at);

-- Links to a recording; only a digest of the secret is kept.
CREATE TABLE recording_shares (
    id         TEXT PRIMARY KEY,
    recording  TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
    digest     TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX recording_shares_by_recording ON recording_shares (recording);
