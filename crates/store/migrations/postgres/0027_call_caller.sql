-- The caller's number as a blind index: calls in which nobody was identified are found by it when the customer whose
-- number it is asks for them, or is erased.
ALTER TABLE phone_call ADD COLUMN caller_hash BYTEA;
CREATE INDEX ix_phone_call__caller_hash ON phone_call (caller_hash) WHERE caller_hash IS NOT NULL;
