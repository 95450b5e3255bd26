-- What callers say to a voicemail is a file of their call, sealed under the key of its account as other files are. It goes
-- with the call.
ALTER TABLE attachment ADD COLUMN call_id BLOB CONSTRAINT fk_attachment__call_id REFERENCES phone_call (id) ON DELETE CASCADE;
CREATE INDEX ix_attachment__call_id ON attachment (call_id) WHERE call_id IS NOT NULL;

-- How recordings are fetched where the secret that signs is not the one that opens; and whether they are removed there.
ALTER TABLE phone_number ADD COLUMN api_key_sealed BLOB;
ALTER TABLE phone_number ADD COLUMN removes_recordings INTEGER NOT NULL DEFAULT 0 CHECK (removes_recordings IN (0, 1));
