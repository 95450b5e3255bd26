-- Who of the team is here, and which conversation they look at. Overwritten by each sign of life; nothing is kept of
-- before.

CREATE TABLE presence (
    user_id  BLOB    NOT NULL,
    state    TEXT    NOT NULL,
    case_id  BLOB,
    seen_at  INTEGER NOT NULL,
    CONSTRAINT pk_presence PRIMARY KEY (user_id),
    CONSTRAINT fk_presence__user_id FOREIGN KEY (user_id) REFERENCES console_user (id)
) STRICT;
