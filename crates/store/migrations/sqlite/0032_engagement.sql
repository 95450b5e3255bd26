-- Engagements: conversations in which somebody is verified. Where the verification stands is sealed under the workspace's
-- key: it names customers by id, fields and how they came out, never an answer. It stays when a customer is erased; what
-- people wrote about the conversation is a row of its own, under the engagement's own key, and goes then.
CREATE TABLE engagement (
    id                 BLOB NOT NULL,
    channel            TEXT NOT NULL,
    direction          TEXT NOT NULL,
    status             TEXT NOT NULL,
    case_id            BLOB,
    call_id            BLOB,
    owner_kind         TEXT NOT NULL,
    owner_id           TEXT NOT NULL,
    owner_name         TEXT NOT NULL,
    attendee_id        BLOB,
    attendee_source    TEXT,
    customer_id        BLOB,
    representative_id  BLOB,
    topic_id           BLOB,
    outcome            TEXT,
    state_sealed       BLOB NOT NULL,
    revision           INTEGER NOT NULL,
    idle_at            INTEGER,
    started_at         INTEGER NOT NULL,
    ended_at           INTEGER,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    CONSTRAINT pk_engagement PRIMARY KEY (id)
) STRICT;
-- A conversation and a call have one engagement at a time.
CREATE UNIQUE INDEX uq_engagement__case_id ON engagement (case_id) WHERE case_id IS NOT NULL AND outcome IS NULL;
CREATE UNIQUE INDEX uq_engagement__call_id ON engagement (call_id) WHERE call_id IS NOT NULL AND outcome IS NULL;
CREATE INDEX ix_engagement__created_at ON engagement (created_at, id);
CREATE INDEX ix_engagement__attendee_id ON engagement (attendee_id) WHERE attendee_id IS NOT NULL;
CREATE INDEX ix_engagement__customer_id ON engagement (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX ix_engagement__representative_id ON engagement (representative_id) WHERE representative_id IS NOT NULL;
CREATE INDEX ix_engagement__idle_at ON engagement (idle_at) WHERE idle_at IS NOT NULL;

CREATE TABLE engagement_text (
    engagement_id  BLOB NOT NULL,
    about_sealed   BLOB NOT NULL,
    CONSTRAINT pk_engagement_text PRIMARY KEY (engagement_id),
    CONSTRAINT fk_engagement_text__engagement_id FOREIGN KEY (engagement_id) REFERENCES engagement (id) ON DELETE CASCADE
) STRICT;

-- Failed sessions of a customer, over all agents and channels.
CREATE TABLE verification_failure (
    profile_id    BLOB NOT NULL,
    failures      TEXT NOT NULL,
    locked_until  INTEGER,
    updated_at    INTEGER NOT NULL,
    CONSTRAINT pk_verification_failure PRIMARY KEY (profile_id),
    CONSTRAINT fk_verification_failure__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_verification_failure__locked_until ON verification_failure (locked_until) WHERE locked_until IS NOT NULL;

-- Sessions of the last hour, of each agent and, under zeros, of everybody.
CREATE TABLE verification_tally (
    agent_id    BLOB NOT NULL,
    tally       TEXT NOT NULL,
    told_at     INTEGER,
    updated_at  INTEGER NOT NULL,
    CONSTRAINT pk_verification_tally PRIMARY KEY (agent_id)
) STRICT;

-- Fingerprints of requests are keyed from here on: a plain hash of what was said could be tried out.
DELETE FROM idempotency;
