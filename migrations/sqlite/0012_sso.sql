-- Identity providers. The client secret is sealed; kind, role_map and trusted_domains are JSON.
CREATE TABLE providers (
    id               TEXT PRIMARY KEY,
    name             TEXT NOT NULL,
    kind             TEXT NOT NULL,
    client_id        TEXT NOT NULL,
    client_secret    TEXT,
    scopes           TEXT NOT NULL,
    roles_claim      TEXT NOT NULL,
    role_map         TEXT NOT NULL,
    default_role     TEXT NOT NULL,
    creates_accounts INTEGER NOT NULL,
    trusted_domains  TEXT NOT NULL,
    created_at       INTEGER NOT NULL
) STRICT;

-- Who someone is at a provider: issuer and subject, never the e-mail address.
CREATE TABLE identities (
    issuer       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider     TEXT NOT NULL REFERENCES providers (id) ON DELETE CASCADE,
    email        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT;
CREATE INDEX identities_by_user ON identities (user_id);
CREATE INDEX identities_by_provider ON identities (provider);

-- Sign-ins that are at the provider just now, found by the digest of the browser's cookie. The flow is sealed.
CREATE TABLE sso_flows (
    token_hash TEXT PRIMARY KEY,
    provider   TEXT NOT NULL,
    flow       TEXT NOT NULL,
    user_id    TEXT REFERENCES users (id) ON DELETE CASCADE,
    next       TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sso_flows_by_expiry ON sso_flows (expires_at);
