-- How a person wants their terminals: model::terminal::settings as JSON.
CREATE TABLE terminal_settings (
    user_id    TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    settings   TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- Themes a person imported; palette is JSON.
CREATE TABLE terminal_themes (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    palette    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (user_id, name)
) STRICT;

-- A deleted account keeps its row, since messages name it, so the cascade does not see its end.
CREATE TRIGGER terminal_preferences_end AFTER UPDATE OF kind ON users WHEN NEW.kind = 'deleted'
BEGIN
    DELETE FROM terminal_settings WHERE user_id = NEW.id;
    DELETE FROM terminal_themes WHERE user_id = NEW.id;
END;
