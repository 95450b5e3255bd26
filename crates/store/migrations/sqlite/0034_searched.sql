-- Why somebody allowed one more session of a locked customer: sealed under the customer's key, and gone with it.
CREATE TABLE verification_override (
    id             BLOB NOT NULL,
    profile_id     BLOB NOT NULL,
    user_id        BLOB NOT NULL,
    reason_sealed  BLOB NOT NULL,
    created_at     INTEGER NOT NULL,
    CONSTRAINT pk_verification_override PRIMARY KEY (id),
    CONSTRAINT fk_verification_override__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_verification_override__profile_id ON verification_override (profile_id, created_at);

-- Attributes whose values are found by their keyed hash, and after which profile those still have to be written; none: all are.
ALTER TABLE attribute ADD COLUMN is_searched INTEGER NOT NULL DEFAULT 0 CHECK (is_searched IN (0, 1));
ALTER TABLE attribute ADD COLUMN searched_after BLOB;
CREATE INDEX ix_profile_attribute__attribute_id__profile_id ON profile_attribute (attribute_id, profile_id);
