-- Invitations of a website's visitors to a web chat: whom, with which words, how many at once; and what became of them.
CREATE TABLE chat_invitation (
    id          BLOB NOT NULL,
    name        TEXT NOT NULL,
    is_active   INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    site_id     BLOB NOT NULL,
    channel_id  BLOB NOT NULL,
    position    INTEGER NOT NULL,
    body        TEXT NOT NULL,
    offered     INTEGER NOT NULL,
    opened      INTEGER NOT NULL,
    answered    INTEGER NOT NULL,
    dismissed   INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    CONSTRAINT pk_chat_invitation PRIMARY KEY (id),
    CONSTRAINT fk_chat_invitation__site FOREIGN KEY (site_id) REFERENCES channel (id),
    CONSTRAINT fk_chat_invitation__channel FOREIGN KEY (channel_id) REFERENCES channel (id)
) STRICT;

-- One for a visit: whoever comes second finds it taken. It goes with its visit.
CREATE TABLE chat_offer (
    id             BLOB NOT NULL,
    invitation_id  BLOB NOT NULL,
    visit_row      INTEGER NOT NULL,
    device_row     INTEGER,
    language       TEXT NOT NULL,
    state          TEXT NOT NULL,
    offered_at     INTEGER NOT NULL,
    state_at       INTEGER NOT NULL,
    case_id        BLOB,
    CONSTRAINT pk_chat_offer PRIMARY KEY (id),
    CONSTRAINT uq_chat_offer__visit_row UNIQUE (visit_row),
    CONSTRAINT fk_chat_offer__invitation FOREIGN KEY (invitation_id) REFERENCES chat_invitation (id) ON DELETE CASCADE,
    CONSTRAINT fk_chat_offer__visit FOREIGN KEY (visit_row) REFERENCES visit (row_id) ON DELETE CASCADE,
    CONSTRAINT fk_chat_offer__case FOREIGN KEY (case_id) REFERENCES support_case (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX ix_chat_offer__invitation_id ON chat_offer (invitation_id, offered_at);
CREATE INDEX ix_chat_offer__device_row ON chat_offer (device_row, offered_at);
CREATE INDEX ix_chat_offer__case_id ON chat_offer (case_id);
