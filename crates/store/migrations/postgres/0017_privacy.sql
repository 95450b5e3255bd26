-- What a person may ask of the company about themselves: their data, or that it goes. Requests stay as proof that they
-- were answered in time; they name ids and hold nothing else of the customer. The file of an export lies in pieces,
-- sealed under the customer's own key.
CREATE TABLE privacy_request (
    id            BYTEA   NOT NULL,
    kind          TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    profile_id    BYTEA   NOT NULL,
    number        BIGINT  NOT NULL,
    reason        TEXT    NOT NULL,
    actor_kind    TEXT    NOT NULL,
    actor_id      TEXT    NOT NULL,
    actor_name    TEXT    NOT NULL,
    received_at   BIGINT  NOT NULL,
    due_at        BIGINT  NOT NULL,
    created_at    BIGINT  NOT NULL,
    done_at       BIGINT,
    answer        TEXT,
    expires_at    BIGINT,
    made_of_hash  BYTEA,
    size_bytes    BIGINT  NOT NULL,
    pieces        BIGINT  NOT NULL,
    counts        JSONB   NOT NULL,
    CONSTRAINT pk_privacy_request PRIMARY KEY (id)
);
CREATE INDEX ix_privacy_request__created_at ON privacy_request (created_at, id);
CREATE INDEX ix_privacy_request__profile_id ON privacy_request (profile_id, created_at);
CREATE INDEX ix_privacy_request__state ON privacy_request (state, created_at, id);

CREATE TABLE privacy_export_piece (
    request_id   BYTEA   NOT NULL,
    number       BIGINT  NOT NULL,
    data_sealed  BYTEA   NOT NULL,
    CONSTRAINT pk_privacy_export_piece PRIMARY KEY (request_id, number),
    CONSTRAINT fk_privacy_export_piece__request_id FOREIGN KEY (request_id) REFERENCES privacy_request (id) ON DELETE CASCADE
);

-- Customers of whom nothing may go, whatever anybody asks.
CREATE TABLE profile_hold (
    profile_id  BYTEA   NOT NULL,
    reason      TEXT    NOT NULL,
    until       BIGINT,
    actor_kind  TEXT    NOT NULL,
    actor_id    TEXT    NOT NULL,
    actor_name  TEXT    NOT NULL,
    placed_at   BIGINT  NOT NULL,
    CONSTRAINT pk_profile_hold PRIMARY KEY (profile_id),
    CONSTRAINT fk_profile_hold__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE
);

-- Keyed hashes of what erased people were found by, so that it is noticed when a file or a channel brings them back.
CREATE TABLE erased_identifier (
    kind       TEXT    NOT NULL,
    key_hash   BYTEA   NOT NULL,
    erased_at  BIGINT  NOT NULL,
    CONSTRAINT pk_erased_identifier PRIMARY KEY (kind, key_hash)
);
CREATE INDEX ix_erased_identifier__erased_at ON erased_identifier (erased_at);
CREATE INDEX ix_erasure__erased_at ON erasure (erased_at, subject_id);

-- Rows of a file that bring back somebody who was erased.
ALTER TABLE profile_import ADD COLUMN warned BIGINT NOT NULL DEFAULT 0;
