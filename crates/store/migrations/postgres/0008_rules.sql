-- Rules: what happens in conversations without anybody at the keyboard; what fired where; what limits and timers need.

CREATE TABLE rule_group (
    id          BYTEA  NOT NULL,
    name        TEXT   NOT NULL,
    is_enabled  BOOLEAN NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    CONSTRAINT pk_rule_group PRIMARY KEY (id)
);

CREATE TABLE rule (
    id          BYTEA  NOT NULL,
    position    BIGINT NOT NULL,
    body        JSONB   NOT NULL,
    version     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    CONSTRAINT pk_rule PRIMARY KEY (id)
);

-- What a rule said before: whole bodies, so that any of them can be put back.
CREATE TABLE rule_version (
    rule_id     BYTEA  NOT NULL,
    version     BIGINT NOT NULL,
    body        JSONB   NOT NULL,
    at          BIGINT NOT NULL,
    by_id       TEXT   NOT NULL,
    by_name     TEXT   NOT NULL,
    CONSTRAINT pk_rule_version PRIMARY KEY (rule_id, version),
    CONSTRAINT fk_rule_version__rule_id FOREIGN KEY (rule_id) REFERENCES rule (id) ON DELETE CASCADE
);

-- A rule that is deleted later leaves its firings: they are the case's history.
CREATE TABLE rule_firing (
    id          BYTEA  NOT NULL,
    rule_id     BYTEA  NOT NULL,
    rule_name   TEXT   NOT NULL,
    case_id     BYTEA  NOT NULL,
    at          BIGINT NOT NULL,
    happened    TEXT   NOT NULL,
    depth       BIGINT NOT NULL,
    seed        BIGINT NOT NULL,
    done        JSONB   NOT NULL,
    CONSTRAINT pk_rule_firing PRIMARY KEY (id),
    CONSTRAINT fk_rule_firing__case_id FOREIGN KEY (case_id) REFERENCES support_case (id) ON DELETE CASCADE
);
CREATE INDEX ix_rule_firing__case_id ON rule_firing (case_id, at, id);
CREATE INDEX ix_rule_firing__rule_id ON rule_firing (rule_id, at, id);

CREATE TABLE notice (
    id           BYTEA  NOT NULL,
    user_id      BYTEA  NOT NULL,
    case_id      BYTEA  NOT NULL,
    rule_name    TEXT   NOT NULL,
    text_sealed  BYTEA  NOT NULL,
    created_at   BIGINT NOT NULL,
    read_at      BIGINT,
    CONSTRAINT pk_notice PRIMARY KEY (id),
    CONSTRAINT fk_notice__user_id FOREIGN KEY (user_id) REFERENCES console_user (id),
    CONSTRAINT fk_notice__case_id FOREIGN KEY (case_id) REFERENCES support_case (id) ON DELETE CASCADE
);
CREATE INDEX ix_notice__user_id ON notice (user_id, created_at, id);
CREATE INDEX ix_notice__created_at ON notice (created_at);

ALTER TABLE channel_account ADD COLUMN auto_replies JSONB;

ALTER TABLE support_case ADD COLUMN group_id BYTEA;
ALTER TABLE support_case ADD COLUMN message_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE support_case ADD COLUMN last_person_at BIGINT;
ALTER TABLE support_case ADD COLUMN rules_due_at BIGINT;
UPDATE support_case SET
    message_count = (SELECT COUNT(*) FROM message m WHERE m.case_id = support_case.id AND m.kind <> 'event'),
    last_person_at = (SELECT MAX(m.received_at) FROM message m WHERE m.case_id = support_case.id
                      AND m.author_kind IN ('customer', 'user') AND m.is_automatic = FALSE);
CREATE INDEX ix_support_case__rules_due_at ON support_case (rules_due_at) WHERE rules_due_at IS NOT NULL;
CREATE INDEX ix_support_case__assignee_id ON support_case (assignee_id, status) WHERE assignee_id IS NOT NULL;
