-- Facts about this instance: the time of the last start, the shared room, the setup token.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
