-- Why somebody allowed one more session of a locked customer: sealed under the customer's key, and gone with it.
CREATE TABLE verification_override (
    id             BYTEA NOT NULL,
    profile_id     BYTEA NOT NULL,
    user_id        BYTEA NOT NULL,
    reason_sealed  BYTEA NOT NULL,
    created_at     BIGINT NOT NULL,
    CONSTRAINT pk_verification_override PRIMARY KEY (id),
    CONSTRAINT fk_verification_override__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE
);
CREATE INDEX ix_verification_override__profile_id ON verification_override (profile_id, created_at);

-- Attributes whose values are found by their keyed hash, and after which profile those still have to be written; none: all are.
ALTER TABLE attribute ADD COLUMN is_searched BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE attribute ADD COLUMN searched_after BYTEA;
CREATE INDEX ix_profile_attribute__attribute_id__profile_id ON profile_attribute (attribute_id, profile_id);
