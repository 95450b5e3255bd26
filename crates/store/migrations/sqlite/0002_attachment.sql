-- Files of conversations, in pieces sealed under the key of the account they belong to: erasing the account's key makes
-- every copy unreadable, backups too. A file without a message is one that was uploaded and not (yet) sent.
CREATE TABLE attachment (
    id            BLOB    NOT NULL,
    account_id    BLOB    NOT NULL,
    message_id    BLOB,
    is_inbound    INTEGER NOT NULL CHECK (is_inbound IN (0, 1)),
    about_sealed  BLOB,
    size_bytes    INTEGER NOT NULL,
    pieces        INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    completed_at  INTEGER,
    CONSTRAINT pk_attachment PRIMARY KEY (id),
    CONSTRAINT fk_attachment__account_id FOREIGN KEY (account_id) REFERENCES channel_account (id) ON DELETE CASCADE,
    CONSTRAINT fk_attachment__message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_attachment__account_id ON attachment (account_id, created_at);
CREATE INDEX ix_attachment__message_id ON attachment (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX ix_attachment__created_at ON attachment (created_at) WHERE message_id IS NULL;

CREATE TABLE attachment_piece (
    attachment_id  BLOB    NOT NULL,
    number         INTEGER NOT NULL,
    data_sealed    BLOB    NOT NULL,
    CONSTRAINT pk_attachment_piece PRIMARY KEY (attachment_id, number),
    CONSTRAINT fk_attachment_piece__attachment_id FOREIGN KEY (attachment_id) REFERENCES attachment (id) ON DELETE CASCADE
) STRICT;
