-- Invitations of a website's visitors to a web chat: whom, with which words, how many at once; and what became of them.
CREATE TABLE chat_invitation (
    id          BYTEA NOT NULL,
    name        TEXT NOT NULL,
    is_active   BOOLEAN NOT NULL,
    site_id     BYTEA NOT NULL,
    channel_id  BYTEA NOT NULL,
    position    BIGINT NOT NULL,
    body        JSONB NOT NULL,
    offered     BIGINT NOT NULL,
    opened      BIGINT NOT NULL,
    answered    BIGINT NOT NULL,
    dismissed   BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    CONSTRAINT pk_chat_invitation PRIMARY KEY (id),
    CONSTRAINT fk_chat_invitation__site FOREIGN KEY (site_id) REFERENCES channel (id),
    CONSTRAINT fk_chat_invitation__channel FOREIGN KEY (channel_id) REFERENCES channel (id)
);

-- One for a visit: whoever comes second finds it taken. It goes with its visit.
CREATE TABLE chat_offer (
    id             BYTEA NOT NULL,
    invitation_id  BYTEA NOT NULL,
    visit_row      BIGINT NOT NULL,
    device_row     BIGINT,
    language       TEXT NOT NULL,
    state          TEXT NOT NULL,
    offered_at     BIGINT NOT NULL,
    state_at       BIGINT NOT NULL,
    case_id        BYTEA,
    CONSTRAINT pk_chat_offer PRIMARY KEY (id),
    CONSTRAINT uq_chat_offer__visit_row UNIQUE (visit_row),
    CONSTRAINT fk_chat_offer__invitation FOREIGN KEY (invitation_id) REFERENCES chat_invitation (id) ON DELETE CASCADE,
    CONSTRAINT fk_chat_offer__visit FOREIGN KEY (visit_row) REFERENCES visit (row_id) ON DELETE CASCADE,
    CONSTRAINT fk_chat_offer__case FOREIGN KEY (case_id) REFERENCES support_case (id) ON DELETE SET NULL
);
CREATE INDEX ix_chat_offer__invitation_id ON chat_offer (invitation_id, offered_at);
CREATE INDEX ix_chat_offer__device_row ON chat_offer (device_row, offered_at);
CREATE INDEX ix_chat_offer__case_id ON chat_offer (case_id);
