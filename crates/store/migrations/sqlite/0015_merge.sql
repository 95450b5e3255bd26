-- Two profiles that became one. The one merged away keeps its rows under its own key and points at the survivor; what the
-- survivor took over is remembered, sealed under the survivor's key, until it can no longer be taken back.
ALTER TABLE profile ADD COLUMN merged_into BLOB;
CREATE INDEX ix_profile__merged_into ON profile (merged_into) WHERE merged_into IS NOT NULL;
-- New identifiers are looked at once: whether they say that two profiles are one person.
CREATE INDEX ix_identifier__recorded_at ON identifier (recorded_at, id);

CREATE TABLE profile_merge (
    id              BLOB   NOT NULL,
    into_id         BLOB   NOT NULL,
    from_id         BLOB   NOT NULL,
    ground          TEXT   NOT NULL,
    reason          TEXT,
    actor_kind      TEXT   NOT NULL,
    actor_id        TEXT   NOT NULL,
    actor_name      TEXT   NOT NULL,
    merged_at       INTEGER NOT NULL,
    undone_at       INTEGER,
    conflicts       TEXT   NOT NULL,
    journal_sealed  BLOB,
    CONSTRAINT pk_profile_merge PRIMARY KEY (id),
    CONSTRAINT fk_profile_merge__into_id FOREIGN KEY (into_id) REFERENCES profile (id) ON DELETE CASCADE,
    CONSTRAINT fk_profile_merge__from_id FOREIGN KEY (from_id) REFERENCES profile (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_profile_merge__merged_at ON profile_merge (merged_at, id);
CREATE INDEX ix_profile_merge__into_id ON profile_merge (into_id, merged_at, id);
CREATE INDEX ix_profile_merge__from_id ON profile_merge (from_id, merged_at, id);
CREATE INDEX ix_profile_merge__actor_id ON profile_merge (actor_id, merged_at);

-- Two profiles that may be one person; the smaller id first, so that a pair has one row.
CREATE TABLE merge_suggestion (
    id          BLOB   NOT NULL,
    profile_id  BLOB   NOT NULL,
    other_id    BLOB   NOT NULL,
    score       INTEGER NOT NULL,
    reasons     TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    created_at  INTEGER NOT NULL,
    decided_at  INTEGER,
    CONSTRAINT pk_merge_suggestion PRIMARY KEY (id),
    CONSTRAINT fk_merge_suggestion__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE,
    CONSTRAINT fk_merge_suggestion__other_id FOREIGN KEY (other_id) REFERENCES profile (id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX uq_merge_suggestion__profile_id__other_id ON merge_suggestion (profile_id, other_id);
CREATE INDEX ix_merge_suggestion__other_id ON merge_suggestion (other_id);
CREATE INDEX ix_merge_suggestion__state ON merge_suggestion (state, created_at, id);
