-- Flows of phone calls with their published versions, call widgets, and the company's phone numbers. `name_folded` is the
-- name without case, for which it is unique. Values of headers are never in a body: they stand sealed beside it.

CREATE TABLE ivr_flow (
    id              BLOB NOT NULL,
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL,
    draft           TEXT NOT NULL,
    secrets_sealed  BLOB,
    version         INTEGER NOT NULL,
    published       INTEGER,
    published_from  INTEGER,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    CONSTRAINT pk_ivr_flow PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX uq_ivr_flow__name_folded ON ivr_flow (name_folded);

CREATE TABLE ivr_flow_version (
    flow_id         BLOB NOT NULL,
    number          INTEGER NOT NULL,
    body            TEXT NOT NULL,
    secrets_sealed  BLOB,
    at              INTEGER NOT NULL,
    by_id           TEXT NOT NULL,
    by_name         TEXT NOT NULL,
    CONSTRAINT pk_ivr_flow_version PRIMARY KEY (flow_id, number),
    CONSTRAINT fk_ivr_flow_version__flow_id FOREIGN KEY (flow_id) REFERENCES ivr_flow (id) ON DELETE CASCADE
) STRICT;

-- `made_by` is an API key's id: a widget of an integration outlives the key.
CREATE TABLE call_widget (
    id           BLOB NOT NULL,
    name         TEXT NOT NULL,
    name_folded  TEXT NOT NULL,
    made_by      BLOB,
    body         TEXT NOT NULL,
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    CONSTRAINT pk_call_widget PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX uq_call_widget__name_folded ON call_widget (name_folded);

CREATE TABLE phone_number (
    id                 BLOB NOT NULL,
    number             TEXT NOT NULL,
    name               TEXT NOT NULL,
    adapter            TEXT NOT NULL,
    provider           TEXT,
    flow_id            BLOB,
    auth_token_sealed  BLOB,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    CONSTRAINT pk_phone_number PRIMARY KEY (id),
    CONSTRAINT fk_phone_number__flow_id FOREIGN KEY (flow_id) REFERENCES ivr_flow (id)
) STRICT;
CREATE UNIQUE INDEX uq_phone_number__number ON phone_number (number);
CREATE INDEX ix_phone_number__flow_id ON phone_number (flow_id);
