-- Engagements: conversations in which somebody is verified. Where the verification stands is sealed under the workspace's
-- key: it names customers by id, fields and how they came out, never an answer. It stays when a customer is erased; what
-- people wrote about the conversation is a row of its own, under the engagement's own key, and goes then.
CREATE TABLE engagement (
    id                 BYTEA NOT NULL,
    channel            TEXT NOT NULL,
    direction          TEXT NOT NULL,
    status             TEXT NOT NULL,
    case_id            BYTEA,
    call_id            BYTEA,
    owner_kind         TEXT NOT NULL,
    owner_id           TEXT NOT NULL,
    owner_name         TEXT NOT NULL,
    attendee_id        BYTEA,
    attendee_source    TEXT,
    customer_id        BYTEA,
    representative_id  BYTEA,
    topic_id           BYTEA,
    outcome            TEXT,
    state_sealed       BYTEA NOT NULL,
    revision           BIGINT NOT NULL,
    idle_at            BIGINT,
    started_at         BIGINT NOT NULL,
    ended_at           BIGINT,
    created_at         BIGINT NOT NULL,
    updated_at         BIGINT NOT NULL,
    CONSTRAINT pk_engagement PRIMARY KEY (id)
);
-- A conversation and a call have one engagement at a time.
CREATE UNIQUE INDEX uq_engagement__case_id ON engagement (case_id) WHERE case_id IS NOT NULL AND outcome IS NULL;
CREATE UNIQUE INDEX uq_engagement__call_id ON engagement (call_id) WHERE call_id IS NOT NULL AND outcome IS NULL;
CREATE INDEX ix_engagement__created_at ON engagement (created_at, id);
CREATE INDEX ix_engagement__attendee_id ON engagement (attendee_id) WHERE attendee_id IS NOT NULL;
CREATE INDEX ix_engagement__customer_id ON engagement (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX ix_engagement__representative_id ON engagement (representative_id) WHERE representative_id IS NOT NULL;
CREATE INDEX ix_engagement__idle_at ON engagement (idle_at) WHERE idle_at IS NOT NULL;

CREATE TABLE engagement_text (
    engagement_id  BYTEA NOT NULL,
    about_sealed   BYTEA NOT NULL,
    CONSTRAINT pk_engagement_text PRIMARY KEY (engagement_id),
    CONSTRAINT fk_engagement_text__engagement_id FOREIGN KEY (engagement_id) REFERENCES engagement (id) ON DELETE CASCADE
);

-- Failed sessions of a customer, over all agents and channels.
CREATE TABLE verification_failure (
    profile_id    BYTEA NOT NULL,
    failures      JSONB NOT NULL,
    locked_until  BIGINT,
    updated_at    BIGINT NOT NULL,
    CONSTRAINT pk_verification_failure PRIMARY KEY (profile_id),
    CONSTRAINT fk_verification_failure__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE
);
CREATE INDEX ix_verification_failure__locked_until ON verification_failure (locked_until) WHERE locked_until IS NOT NULL;

-- Sessions of the last hour, of each agent and, under zeros, of everybody.
CREATE TABLE verification_tally (
    agent_id    BYTEA NOT NULL,
    tally       JSONB NOT NULL,
    told_at     BIGINT,
    updated_at  BIGINT NOT NULL,
    CONSTRAINT pk_verification_tally PRIMARY KEY (agent_id)
);

-- Fingerprints of requests are keyed from here on: a plain hash of what was said could be tried out.
DELETE FROM idempotency;
