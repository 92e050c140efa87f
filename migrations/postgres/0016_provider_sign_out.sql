-- The provider a session came from, where one can sign out there too, and the sealed ID token by which it knows whom.
ALTER TABLE sessions ADD COLUMN provider TEXT REFERENCES providers (id) ON DELETE SET NULL;
ALTER TABLE sessions ADD COLUMN id_token TEXT;
-- The same while a second factor is still to be shown.
ALTER TABLE pending_sign_ins ADD COLUMN provider TEXT REFERENCES providers (id) ON DELETE SET NULL;
ALTER TABLE pending_sign_ins ADD COLUMN id_token TEXT;
