-- Clean-up without long scans; sessions of visitors that are idle; whether a machine wrote a message.
--
-- `erasure` is a record of what was erased, read by operators: nothing replays it by itself after a restore
-- (docs/operate/backup.md).

CREATE INDEX ix_limit_counter__seen_at ON limit_counter (seen_at);
CREATE INDEX ix_web_chat_session__last_seen_at ON web_chat_session (last_seen_at);
ALTER TABLE message ADD COLUMN is_automatic BOOLEAN NOT NULL DEFAULT FALSE;
-- A claim's end is `next_attempt_at`.
ALTER TABLE outbox DROP COLUMN lease_until;
