-- Guided verification: topics, the policies they are verified by, and who may act for whom.
-- A policy is a draft that goes on and versions that never change. One that was published is put away, not deleted:
-- records of verifications name its versions.

CREATE TABLE verification_policy (
    id              BYTEA NOT NULL,
    name            TEXT NOT NULL,
    name_folded     TEXT COLLATE "C" NOT NULL,
    draft           JSONB NOT NULL,
    revision        BIGINT NOT NULL,
    published       BIGINT,
    published_from  BIGINT,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    deleted_at      BIGINT,
    CONSTRAINT pk_verification_policy PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_verification_policy__name_folded ON verification_policy (name_folded) WHERE deleted_at IS NULL;

CREATE TABLE verification_policy_version (
    policy_id     BYTEA NOT NULL,
    number        BIGINT NOT NULL,
    body          JSONB NOT NULL,
    acknowledged  JSONB NOT NULL,
    at            BIGINT NOT NULL,
    by_id         TEXT NOT NULL,
    by_name       TEXT NOT NULL,
    CONSTRAINT pk_verification_policy_version PRIMARY KEY (policy_id, number),
    CONSTRAINT fk_verification_policy_version__policy_id FOREIGN KEY (policy_id) REFERENCES verification_policy (id)
);

-- `body` is what is said and what comes next. Keys stay: mandates and records name them.
CREATE TABLE topic (
    id               BYTEA NOT NULL,
    key              TEXT COLLATE "C" NOT NULL,
    name             TEXT NOT NULL,
    name_folded      TEXT COLLATE "C" NOT NULL,
    is_confidential  BOOLEAN NOT NULL,
    minimum_level    BIGINT NOT NULL,
    policy_id        BYTEA,
    body             JSONB NOT NULL,
    is_active        BOOLEAN NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    CONSTRAINT pk_topic PRIMARY KEY (id),
    CONSTRAINT fk_topic__policy_id FOREIGN KEY (policy_id) REFERENCES verification_policy (id)
);
CREATE UNIQUE INDEX uq_topic__key ON topic (key);
CREATE UNIQUE INDEX uq_topic__name_folded ON topic (name_folded);
CREATE INDEX ix_topic__policy_id ON topic (policy_id);

-- `content_sealed` under the key of `represented_id`: papers, note, why it was revoked.
-- Profiles stand here as they were named; reading follows those that were merged, so that taking a merge back puts
-- each mandate where it was.
CREATE TABLE mandate (
    id                 BYTEA NOT NULL,
    kind               TEXT NOT NULL,
    representative_id  BYTEA NOT NULL,
    represented_id     BYTEA NOT NULL,
    granted_by_id      BYTEA,
    scope              JSONB NOT NULL,
    valid_from         BIGINT NOT NULL,
    valid_until        BIGINT,
    content_sealed     BYTEA NOT NULL,
    created_at         BIGINT NOT NULL,
    created_by_kind    TEXT NOT NULL,
    created_by_id      TEXT NOT NULL,
    created_by_name    TEXT NOT NULL,
    updated_at         BIGINT NOT NULL,
    revoked_at         BIGINT,
    revoked_by_kind    TEXT,
    revoked_by_id      TEXT,
    revoked_by_name    TEXT,
    CONSTRAINT pk_mandate PRIMARY KEY (id),
    CONSTRAINT fk_mandate__representative_id FOREIGN KEY (representative_id) REFERENCES profile (id) ON DELETE CASCADE,
    CONSTRAINT fk_mandate__represented_id FOREIGN KEY (represented_id) REFERENCES profile (id) ON DELETE CASCADE,
    CONSTRAINT fk_mandate__granted_by_id FOREIGN KEY (granted_by_id) REFERENCES profile (id) ON DELETE CASCADE
);
CREATE INDEX ix_mandate__created_at ON mandate (created_at, id);
CREATE INDEX ix_mandate__representative_id ON mandate (representative_id, created_at, id);
CREATE INDEX ix_mandate__represented_id ON mandate (represented_id, created_at, id);
CREATE INDEX ix_mandate__granted_by_id ON mandate (granted_by_id);
