-- Canned replies: texts of the team, of a group, or of one person. And the end of chats in which nobody answers.

CREATE TABLE canned_reply (
    id            BYTEA NOT NULL,
    name          TEXT NOT NULL,
    name_folded   TEXT COLLATE "C" NOT NULL,
    title         TEXT NOT NULL,
    text          TEXT NOT NULL,
    language      TEXT,
    group_id      BYTEA,
    owner_id      BYTEA,
    use_count     BIGINT NOT NULL DEFAULT 0,
    last_used_at  BIGINT,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    CONSTRAINT pk_canned_reply PRIMARY KEY (id),
    CONSTRAINT fk_canned_reply__group_id FOREIGN KEY (group_id) REFERENCES user_group (id),
    CONSTRAINT fk_canned_reply__owner_id FOREIGN KEY (owner_id) REFERENCES console_user (id),
    CONSTRAINT ck_canned_reply__audience CHECK (group_id IS NULL OR owner_id IS NULL)
);
CREATE UNIQUE INDEX uq_canned_reply__name_folded ON canned_reply (name_folded) WHERE owner_id IS NULL;
CREATE UNIQUE INDEX uq_canned_reply__owner_id__name_folded ON canned_reply (owner_id, name_folded)
    WHERE owner_id IS NOT NULL;
CREATE INDEX ix_canned_reply__group_id ON canned_reply (group_id) WHERE group_id IS NOT NULL;

-- When the chat ends unless the customer answers, and when its assignee is told that it soon will.
ALTER TABLE support_case ADD COLUMN chat_ends_at BIGINT;
ALTER TABLE support_case ADD COLUMN chat_warns_at BIGINT;
CREATE INDEX ix_support_case__chat_ends_at ON support_case (chat_ends_at) WHERE chat_ends_at IS NOT NULL;
CREATE INDEX ix_support_case__chat_warns_at ON support_case (chat_warns_at) WHERE chat_warns_at IS NOT NULL;
ALTER TABLE notice ADD COLUMN kind TEXT NOT NULL DEFAULT 'rule';
