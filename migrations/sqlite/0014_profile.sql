-- How dates and times are written for someone; NULL is as their browser says.
ALTER TABLE users ADD COLUMN time_zone TEXT;
ALTER TABLE users ADD COLUMN locale TEXT;
-- Which picture is theirs just now: part of its address. Kept beside the name, which is read wherever the picture is shown.
ALTER TABLE users ADD COLUMN avatar TEXT;

-- Pictures as they were encoded here, in two sizes; nothing of what was sent is in them.
CREATE TABLE avatars (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    id      TEXT NOT NULL,
    large   BLOB NOT NULL,
    small   BLOB NOT NULL,
    set_at  INTEGER NOT NULL
) STRICT;
