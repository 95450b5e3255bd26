-- Guided verification: topics, the policies they are verified by, and who may act for whom.
-- A policy is a draft that goes on and versions that never change. One that was published is put away, not deleted:
-- records of verifications name its versions.

CREATE TABLE verification_policy (
    id              BLOB NOT NULL,
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL,
    draft           TEXT NOT NULL,
    revision        INTEGER NOT NULL,
    published       INTEGER,
    published_from  INTEGER,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    deleted_at      INTEGER,
    CONSTRAINT pk_verification_policy PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX uq_verification_policy__name_folded ON verification_policy (name_folded) WHERE deleted_at IS NULL;

CREATE TABLE verification_policy_version (
    policy_id     BLOB NOT NULL,
    number        INTEGER NOT NULL,
    body          TEXT NOT NULL,
    acknowledged  TEXT NOT NULL,
    at            INTEGER NOT NULL,
    by_id         TEXT NOT NULL,
    by_name       TEXT NOT NULL,
    CONSTRAINT pk_verification_policy_version PRIMARY KEY (policy_id, number),
    CONSTRAINT fk_verification_policy_version__policy_id FOREIGN KEY (policy_id) REFERENCES verification_policy (id)
) STRICT;

-- `body` is what is said and what comes next. Keys stay: mandates and records name them.
CREATE TABLE topic (
    id               BLOB NOT NULL,
    key              TEXT NOT NULL,
    name             TEXT NOT NULL,
    name_folded      TEXT NOT NULL,
    is_confidential  INTEGER NOT NULL CHECK (is_confidential IN (0, 1)),
    minimum_level    INTEGER NOT NULL,
    policy_id        BLOB,
    body             TEXT NOT NULL,
    is_active        INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    CONSTRAINT pk_topic PRIMARY KEY (id),
    CONSTRAINT fk_topic__policy_id FOREIGN KEY (policy_id) REFERENCES verification_policy (id)
) STRICT;
CREATE UNIQUE INDEX uq_topic__key ON topic (key);
CREATE UNIQUE INDEX uq_topic__name_folded ON topic (name_folded);
CREATE INDEX ix_topic__policy_id ON topic (policy_id);

-- `content_sealed` under the key of `represented_id`: papers, note, why it was revoked.
-- Profiles stand here as they were named; reading follows those that were merged, so that taking a merge back puts
-- each mandate where it was.
CREATE TABLE mandate (
    id                 BLOB NOT NULL,
    kind               TEXT NOT NULL,
    representative_id  BLOB NOT NULL,
    represented_id     BLOB NOT NULL,
    granted_by_id      BLOB,
    scope              TEXT NOT NULL,
    valid_from         INTEGER NOT NULL,
    valid_until        INTEGER,
    content_sealed     BLOB NOT NULL,
    created_at         INTEGER NOT NULL,
    created_by_kind    TEXT NOT NULL,
    created_by_id      TEXT NOT NULL,
    created_by_name    TEXT NOT NULL,
    updated_at         INTEGER NOT NULL,
    revoked_at         INTEGER,
    revoked_by_kind    TEXT,
    revoked_by_id      TEXT,
    revoked_by_name    TEXT,
    CONSTRAINT pk_mandate PRIMARY KEY (id),
    CONSTRAINT fk_mandate__representative_id FOREIGN KEY (representative_id) REFERENCES profile (id) ON DELETE CASCADE,
    CONSTRAINT fk_mandate__represented_id FOREIGN KEY (represented_id) REFERENCES profile (id) ON DELETE CASCADE,
    CONSTRAINT fk_mandate__granted_by_id FOREIGN KEY (granted_by_id) REFERENCES profile (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_mandate__created_at ON mandate (created_at, id);
CREATE INDEX ix_mandate__representative_id ON mandate (representative_id, created_at, id);
CREATE INDEX ix_mandate__represented_id ON mandate (represented_id, created_at, id);
CREATE INDEX ix_mandate__granted_by_id ON mandate (granted_by_id);
