-- What built-in connectors remember of a channel: how far they have read, and how the provider got on with us.

CREATE TABLE channel_state (
    channel_id   BLOB  NOT NULL,
    read_until   TEXT,
    is_ok        INTEGER CHECK (is_ok IN (0, 1)),
    detail       TEXT,
    changed_at   INTEGER,
    CONSTRAINT pk_channel_state PRIMARY KEY (channel_id),
    CONSTRAINT fk_channel_state__channel_id FOREIGN KEY (channel_id) REFERENCES channel (id) ON DELETE CASCADE
) STRICT;
