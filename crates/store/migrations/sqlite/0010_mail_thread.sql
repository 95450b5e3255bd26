-- Conversations by mail: what they are about, and where the next mail stands among those before it. The hash finds the
-- conversation that a mail goes on with, by the mail that began it.

ALTER TABLE support_case ADD COLUMN subject_sealed BLOB;
ALTER TABLE support_case ADD COLUMN thread_sealed BLOB;
ALTER TABLE support_case ADD COLUMN thread_hash BLOB;
CREATE INDEX ix_support_case__thread_hash ON support_case (account_id, thread_hash) WHERE thread_hash IS NOT NULL;
