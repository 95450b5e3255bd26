-- Groups of the team, who share the work on cases, and calendars of business hours. `name_folded` is the name without
-- case, for which it is unique.

CREATE TABLE user_group (
    id           BYTEA  NOT NULL,
    name         TEXT   NOT NULL,
    name_folded  TEXT   COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    CONSTRAINT pk_user_group PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_user_group__name_folded ON user_group (name_folded);

CREATE TABLE group_member (
    group_id  BYTEA NOT NULL,
    user_id   BYTEA NOT NULL,
    CONSTRAINT pk_group_member PRIMARY KEY (group_id, user_id),
    CONSTRAINT fk_group_member__group_id FOREIGN KEY (group_id) REFERENCES user_group (id) ON DELETE CASCADE,
    CONSTRAINT fk_group_member__user_id FOREIGN KEY (user_id) REFERENCES console_user (id) ON DELETE CASCADE
);
CREATE INDEX ix_group_member__user_id ON group_member (user_id);

CREATE TABLE calendar (
    id           BYTEA  NOT NULL,
    name         TEXT   NOT NULL,
    name_folded  TEXT   COLLATE "C" NOT NULL,
    body         JSONB  NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    CONSTRAINT pk_calendar PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_calendar__name_folded ON calendar (name_folded);
