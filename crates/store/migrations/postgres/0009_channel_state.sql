-- What built-in connectors remember of a channel: how far they have read, and how the provider got on with us.

CREATE TABLE channel_state (
    channel_id   BYTEA  NOT NULL,
    read_until   TEXT,
    is_ok        BOOLEAN,
    detail       TEXT,
    changed_at   BIGINT,
    CONSTRAINT pk_channel_state PRIMARY KEY (channel_id),
    CONSTRAINT fk_channel_state__channel_id FOREIGN KEY (channel_id) REFERENCES channel (id) ON DELETE CASCADE
);
