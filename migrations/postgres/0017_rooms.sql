-- Shared rooms are made by people: what they are about, what they are part of, and since when they are only read.
ALTER TABLE rooms ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN project TEXT;
ALTER TABLE rooms ADD COLUMN archived_at BIGINT;
-- By what two names of shared rooms are the same: the name in lower case. Direct rooms have none.
ALTER TABLE rooms ADD COLUMN name_key TEXT;
UPDATE rooms SET name_key = lower(name) WHERE kind = 'shared';
CREATE UNIQUE INDEX rooms_by_name ON rooms (name_key);
-- A deleted message keeps its row and its number; its body is empty.
ALTER TABLE messages ADD COLUMN deleted_at BIGINT;
ALTER TABLE messages ADD COLUMN deleted_by TEXT REFERENCES users (id);
