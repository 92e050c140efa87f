-- Sign-ins that failed or are being checked, by whom they were for and where they came from. A row is forgotten an hour
-- after its last attempt, and when the right password comes. `account` is a user's id; for names nobody has, a digest.
CREATE TABLE sign_in_attempts (
    account  TEXT NOT NULL,
    address  TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (account, address)
) STRICT;
CREATE INDEX sign_in_attempts_by_address ON sign_in_attempts (address);
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_at);
