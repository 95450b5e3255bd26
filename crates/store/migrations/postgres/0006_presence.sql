-- Who of the team is here, and which conversation they look at. Overwritten by each sign of life; nothing is kept of
-- before.

CREATE TABLE presence (
    user_id  BYTEA  NOT NULL,
    state    TEXT   NOT NULL,
    case_id  BYTEA,
    seen_at  BIGINT NOT NULL,
    CONSTRAINT pk_presence PRIMARY KEY (user_id),
    CONSTRAINT fk_presence__user_id FOREIGN KEY (user_id) REFERENCES console_user (id)
);
