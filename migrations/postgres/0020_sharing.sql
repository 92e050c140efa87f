-- What lets somebody else see a shell: a person (by name, by a link, by a permission) or a link, which names nobody.
CREATE TABLE terminal_shares (
    id          TEXT PRIMARY KEY,
    terminal_id TEXT NOT NULL,
    owner_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title       TEXT NOT NULL,
    guest_id    TEXT REFERENCES users (id) ON DELETE CASCADE,
    -- The link a guest came by; they go with it.
    link_id     TEXT REFERENCES terminal_shares (id) ON DELETE CASCADE,
    secret_hash TEXT UNIQUE,
    role        TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    -- Either somebody or a secret.
    CHECK ((guest_id IS NULL) <> (secret_hash IS NULL))
);
CREATE INDEX terminal_shares_of ON terminal_shares (terminal_id);
CREATE INDEX terminal_shares_with ON terminal_shares (guest_id);
CREATE INDEX terminal_shares_by ON terminal_shares (owner_id);
CREATE INDEX terminal_shares_until ON terminal_shares (expires_at);
CREATE INDEX terminal_shares_link ON terminal_shares (link_id);

-- A deleted account keeps its row, so the cascade does not see its end.
CREATE FUNCTION end_terminal_shares() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM terminal_shares WHERE owner_id = NEW.id OR guest_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER terminal_shares_end AFTER UPDATE OF kind ON users
    FOR EACH ROW WHEN (NEW.kind = 'deleted') EXECUTE FUNCTION end_terminal_shares();
