-- Files of conversations, in pieces sealed under the key of the account they belong to: erasing the account's key makes
-- every copy unreadable, backups too. A file without a message is one that was uploaded and not (yet) sent.
CREATE TABLE attachment (
    id            BYTEA    NOT NULL,
    account_id    BYTEA    NOT NULL,
    message_id    BYTEA,
    is_inbound    BOOLEAN NOT NULL,
    about_sealed  BYTEA,
    size_bytes    BIGINT NOT NULL,
    pieces        BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    completed_at  BIGINT,
    CONSTRAINT pk_attachment PRIMARY KEY (id),
    CONSTRAINT fk_attachment__account_id FOREIGN KEY (account_id) REFERENCES channel_account (id) ON DELETE CASCADE,
    CONSTRAINT fk_attachment__message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE CASCADE
);
CREATE INDEX ix_attachment__account_id ON attachment (account_id, created_at);
CREATE INDEX ix_attachment__message_id ON attachment (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX ix_attachment__created_at ON attachment (created_at) WHERE message_id IS NULL;

CREATE TABLE attachment_piece (
    attachment_id  BYTEA    NOT NULL,
    number         BIGINT NOT NULL,
    data_sealed    BYTEA    NOT NULL,
    CONSTRAINT pk_attachment_piece PRIMARY KEY (attachment_id, number),
    CONSTRAINT fk_attachment_piece__attachment_id FOREIGN KEY (attachment_id) REFERENCES attachment (id) ON DELETE CASCADE
);
