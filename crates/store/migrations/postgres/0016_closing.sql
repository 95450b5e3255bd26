-- Attributes without which people and programs close no conversation.
ALTER TABLE attribute ADD COLUMN is_required_to_close BOOLEAN NOT NULL DEFAULT FALSE;

-- One account of a provider is one channel: a keyed hash of what names it there, none once the channel is deleted.
ALTER TABLE channel ADD COLUMN account_hash BYTEA;
CREATE UNIQUE INDEX uq_channel__account_hash ON channel (account_hash) WHERE account_hash IS NOT NULL;

-- Views that are shared, and the order in which each person has theirs. What deletes a group gives its views back to
-- their owners.
ALTER TABLE saved_view ADD COLUMN audience TEXT NOT NULL DEFAULT 'personal';
ALTER TABLE saved_view ADD COLUMN group_id BYTEA;
CREATE INDEX ix_saved_view__group_id ON saved_view (group_id) WHERE group_id IS NOT NULL;

CREATE TABLE saved_view_place (
    user_id   BYTEA NOT NULL,
    view_id   BYTEA NOT NULL,
    position  BIGINT NOT NULL,
    CONSTRAINT pk_saved_view_place PRIMARY KEY (user_id, view_id),
    CONSTRAINT fk_saved_view_place__user_id FOREIGN KEY (user_id) REFERENCES console_user (id) ON DELETE CASCADE,
    CONSTRAINT fk_saved_view_place__view_id FOREIGN KEY (view_id) REFERENCES saved_view (id) ON DELETE CASCADE
);
CREATE INDEX ix_saved_view_place__view_id ON saved_view_place (view_id);
