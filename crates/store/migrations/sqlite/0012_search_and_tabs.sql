-- Presence by tab: a person may have several windows open, and none of them speaks for the others. It takes the place
-- of `presence`, which nothing reads any more.

CREATE TABLE presence_tab (
    user_id     BLOB    NOT NULL,
    tab         BLOB    NOT NULL,
    state       TEXT    NOT NULL,
    case_id     BLOB,
    written_at  INTEGER,
    seen_at     INTEGER NOT NULL,
    CONSTRAINT pk_presence_tab PRIMARY KEY (user_id, tab),
    CONSTRAINT fk_presence_tab__user_id FOREIGN KEY (user_id) REFERENCES console_user (id) ON DELETE CASCADE
) STRICT;

-- Keyed hashes of the beginnings of the words of messages, for the search over conversations. They go with their message.

CREATE TABLE message_token (
    token       INTEGER NOT NULL,
    message_id  BLOB    NOT NULL,
    CONSTRAINT pk_message_token PRIMARY KEY (token, message_id),
    CONSTRAINT fk_message_token__message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX ix_message_token__message_id ON message_token (message_id);
