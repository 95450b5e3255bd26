-- The telephones on which colleagues take calls that come by a provider.
CREATE TABLE user_telephone (
    user_id      BYTEA NOT NULL,
    number       TEXT COLLATE "C" NOT NULL,
    takes_calls  BOOLEAN NOT NULL,
    updated_at   BIGINT NOT NULL,
    CONSTRAINT pk_user_telephone PRIMARY KEY (user_id),
    CONSTRAINT fk_user_telephone__user_id FOREIGN KEY (user_id) REFERENCES console_user (id) ON DELETE CASCADE
);
-- Whose turn it is: who took a call longest ago.
CREATE INDEX ix_phone_call__agent_id ON phone_call (agent_id, started_at) WHERE agent_id IS NOT NULL;
