-- Calls. Whose a call is says its account; numbers, variables and notes are sealed under that account's key. Secrets stand
-- nowhere. The transcript names nodes, exits and variables, and holds nobody's data.
CREATE TABLE phone_call (
    id             BYTEA NOT NULL,
    account_id     BYTEA NOT NULL,
    number_id      BYTEA,
    flow_id        BYTEA,
    flow_version   BIGINT,
    adapter        TEXT NOT NULL,
    provider_id    TEXT,
    state          TEXT NOT NULL,
    outcome        TEXT,
    agent_id       BYTEA,
    about_sealed   BYTEA NOT NULL,
    note_sealed    BYTEA,
    transcript     JSONB NOT NULL,
    started_at     BIGINT NOT NULL,
    answered_at    BIGINT,
    ended_at       BIGINT,
    updated_at     BIGINT NOT NULL,
    CONSTRAINT pk_phone_call PRIMARY KEY (id),
    CONSTRAINT fk_phone_call__account_id FOREIGN KEY (account_id) REFERENCES channel_account (id) ON DELETE CASCADE
);
-- A provider that tells of a call twice makes one.
CREATE UNIQUE INDEX uq_phone_call__adapter__provider_id ON phone_call (adapter, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX ix_phone_call__started_at ON phone_call (started_at);
CREATE INDEX ix_phone_call__account_id ON phone_call (account_id, started_at);
CREATE INDEX ix_phone_call__live ON phone_call (state, started_at) WHERE ended_at IS NULL;

CREATE TABLE call_look_up (
    id          BYTEA NOT NULL,
    call_id     BYTEA NOT NULL,
    node        TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    why         TEXT,
    status      BIGINT,
    latency_ms  BIGINT NOT NULL,
    host        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    CONSTRAINT pk_call_look_up PRIMARY KEY (id),
    CONSTRAINT fk_call_look_up__call_id FOREIGN KEY (call_id) REFERENCES phone_call (id) ON DELETE CASCADE
);
CREATE INDEX ix_call_look_up__call_id ON call_look_up (call_id, at);
