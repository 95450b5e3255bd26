-- Flows of phone calls with their published versions, call widgets, and the company's phone numbers. `name_folded` is the
-- name without case, for which it is unique. Values of headers are never in a body: they stand sealed beside it.

CREATE TABLE ivr_flow (
    id              BYTEA NOT NULL,
    name            TEXT NOT NULL,
    name_folded     TEXT COLLATE "C" NOT NULL,
    draft           JSONB NOT NULL,
    secrets_sealed  BYTEA,
    version         BIGINT NOT NULL,
    published       BIGINT,
    published_from  BIGINT,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    CONSTRAINT pk_ivr_flow PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_ivr_flow__name_folded ON ivr_flow (name_folded);

CREATE TABLE ivr_flow_version (
    flow_id         BYTEA NOT NULL,
    number          BIGINT NOT NULL,
    body            JSONB NOT NULL,
    secrets_sealed  BYTEA,
    at              BIGINT NOT NULL,
    by_id           TEXT NOT NULL,
    by_name         TEXT NOT NULL,
    CONSTRAINT pk_ivr_flow_version PRIMARY KEY (flow_id, number),
    CONSTRAINT fk_ivr_flow_version__flow_id FOREIGN KEY (flow_id) REFERENCES ivr_flow (id) ON DELETE CASCADE
);

-- `made_by` is an API key's id: a widget of an integration outlives the key.
CREATE TABLE call_widget (
    id           BYTEA NOT NULL,
    name         TEXT NOT NULL,
    name_folded  TEXT COLLATE "C" NOT NULL,
    made_by      BYTEA,
    body         JSONB NOT NULL,
    version      BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    CONSTRAINT pk_call_widget PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_call_widget__name_folded ON call_widget (name_folded);

CREATE TABLE phone_number (
    id                 BYTEA NOT NULL,
    number             TEXT COLLATE "C" NOT NULL,
    name               TEXT NOT NULL,
    adapter            TEXT NOT NULL,
    provider           TEXT,
    flow_id            BYTEA,
    auth_token_sealed  BYTEA,
    created_at         BIGINT NOT NULL,
    updated_at         BIGINT NOT NULL,
    CONSTRAINT pk_phone_number PRIMARY KEY (id),
    CONSTRAINT fk_phone_number__flow_id FOREIGN KEY (flow_id) REFERENCES ivr_flow (id)
);
CREATE UNIQUE INDEX uq_phone_number__number ON phone_number (number);
CREATE INDEX ix_phone_number__flow_id ON phone_number (flow_id);
