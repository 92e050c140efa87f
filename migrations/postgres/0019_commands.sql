-- Commands that shells reported: a person's history. seq is the byte of the terminal's output where one started.
-- hidden: kept only until it ends, for the audit log. ended_at without exit_code: how it ended nobody can tell.
CREATE TABLE commands (
    id          TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    terminal_id TEXT NOT NULL,
    seq         BIGINT NOT NULL,
    line        TEXT NOT NULL,
    cwd         TEXT NOT NULL,
    host        TEXT NOT NULL,
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT,
    exit_code   BIGINT,
    pinned      BIGINT NOT NULL DEFAULT 0,
    hidden      BIGINT NOT NULL DEFAULT 0,
    UNIQUE (terminal_id, seq)
);
CREATE INDEX commands_of_person ON commands (user_id, started_at);
CREATE INDEX commands_by_time ON commands (started_at);

-- Up to which byte a terminal's reports were heard: what is heard again after a restart is not taken down twice.
CREATE TABLE commands_heard (
    terminal_id TEXT PRIMARY KEY,
    seq         BIGINT NOT NULL,
    heard_at    BIGINT NOT NULL
);

-- Command lines with places to fill in. Shared ones are everybody's to use.
CREATE TABLE command_templates (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    about      TEXT NOT NULL,
    body       TEXT NOT NULL,
    project    TEXT NOT NULL,
    shared     BIGINT NOT NULL DEFAULT 0,
    changed_at BIGINT NOT NULL,
    UNIQUE (user_id, name)
);
CREATE INDEX command_templates_shared ON command_templates (shared, name);

-- A deleted account keeps its row, since messages name it, so the cascade does not see its end. What it shared stays the
-- team's, in nobody's name.
CREATE FUNCTION end_commands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM commands WHERE user_id = NEW.id;
    DELETE FROM command_templates WHERE user_id = NEW.id AND shared = 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER commands_end AFTER UPDATE OF kind ON users
    FOR EACH ROW WHEN (NEW.kind = 'deleted') EXECUTE FUNCTION end_commands();
