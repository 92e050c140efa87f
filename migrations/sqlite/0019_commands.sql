-- Commands that shells reported: a person's history. seq is the byte of the terminal's output where one started.
-- hidden: kept only until it ends, for the audit log. ended_at without exit_code: how it ended nobody can tell.
CREATE TABLE commands (
    id          TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    terminal_id TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    line        TEXT NOT NULL,
    cwd         TEXT NOT NULL,
    host        TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    exit_code   INTEGER,
    pinned      INTEGER NOT NULL DEFAULT 0,
    hidden      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (terminal_id, seq)
) STRICT;
CREATE INDEX commands_of_person ON commands (user_id, started_at);
CREATE INDEX commands_by_time ON commands (started_at);

-- Up to which byte a terminal's reports were heard: what is heard again after a restart is not taken down twice.
CREATE TABLE commands_heard (
    terminal_id TEXT PRIMARY KEY,
    seq         INTEGER NOT NULL,
    heard_at    INTEGER NOT NULL
) STRICT;

-- Command lines with places to fill in. Shared ones are everybody's to use.
CREATE TABLE command_templates (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    about      TEXT NOT NULL,
    body       TEXT NOT NULL,
    project    TEXT NOT NULL,
    shared     INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL,
    UNIQUE (user_id, name)
) STRICT;
CREATE INDEX command_templates_shared ON command_templates (shared, name);

-- A deleted account keeps its row, since messages name it, so the cascade does not see its end. What it shared stays the
-- team's, in nobody's name.
CREATE TRIGGER commands_end AFTER UPDATE OF kind ON users WHEN NEW.kind = 'deleted'
BEGIN
    DELETE FROM commands WHERE user_id = NEW.id;
    DELETE FROM command_templates WHERE user_id = NEW.id AND shared = 0;
END;
