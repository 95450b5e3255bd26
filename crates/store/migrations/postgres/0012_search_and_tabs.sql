-- Presence by tab: a person may have several windows open, and none of them speaks for the others. It takes the place
-- of `presence`, which nothing reads any more.

CREATE TABLE presence_tab (
    user_id     BYTEA   NOT NULL,
    tab         BYTEA   NOT NULL,
    state       TEXT    NOT NULL,
    case_id     BYTEA,
    written_at  BIGINT,
    seen_at     BIGINT  NOT NULL,
    CONSTRAINT pk_presence_tab PRIMARY KEY (user_id, tab),
    CONSTRAINT fk_presence_tab__user_id FOREIGN KEY (user_id) REFERENCES console_user (id) ON DELETE CASCADE
);

-- Keyed hashes of the beginnings of the words of messages, for the search over conversations. They go with their message.

CREATE TABLE message_token (
    token       BIGINT  NOT NULL,
    message_id  BYTEA   NOT NULL,
    CONSTRAINT pk_message_token PRIMARY KEY (token, message_id),
    CONSTRAINT fk_message_token__message_id FOREIGN KEY (message_id) REFERENCES message (id) ON DELETE CASCADE
);

CREATE INDEX ix_message_token__message_id ON message_token (message_id);
