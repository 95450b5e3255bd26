-- Foundation: people and keys, profiles and evidence, codes, channels and cases, outbox, audit.
--
-- Conventions: times are microseconds since 1970; ids are the 16 bytes of a UUIDv7; `*_sealed`
-- is AES-256-GCM under the subject's or the workspace's key; `*_hash` is a keyed hash (a blind index) or the SHA-256
-- of a random secret. Unique indexes are named uq_<table>__<column>__<column>.

CREATE TABLE setting (
    name        TEXT   NOT NULL,
    value       TEXT   NOT NULL,
    updated_at  BIGINT NOT NULL,
    CONSTRAINT pk_setting PRIMARY KEY (name)
);

CREATE TABLE subject_key (
    subject_id  BYTEA  NOT NULL,
    wrapped     BYTEA  NOT NULL,
    created_at  BIGINT NOT NULL,
    CONSTRAINT pk_subject_key PRIMARY KEY (subject_id)
);

-- Subjects whose key was destroyed: replayed after a restore, so that erased stays erased.
CREATE TABLE erasure (
    subject_id  BYTEA  NOT NULL,
    erased_at   BIGINT NOT NULL,
    CONSTRAINT pk_erasure PRIMARY KEY (subject_id)
);

CREATE TABLE console_user (
    id            BYTEA  NOT NULL,
    email         TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    role          TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    language      TEXT   NOT NULL,
    theme         TEXT    NOT NULL,
    password_hash TEXT,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    last_seen_at  BIGINT,
    CONSTRAINT pk_console_user PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_console_user__email ON console_user (email);

CREATE TABLE session (
    id            BYTEA  NOT NULL,
    user_id       BYTEA  NOT NULL,
    token_hash    BYTEA  NOT NULL,
    user_agent    TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    last_seen_at  BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    ended_at      BIGINT,
    CONSTRAINT pk_session PRIMARY KEY (id),
    CONSTRAINT fk_session__user_id FOREIGN KEY (user_id) REFERENCES console_user (id)
);
CREATE UNIQUE INDEX uq_session__token_hash ON session (token_hash);
CREATE INDEX ix_session__user_id ON session (user_id, ended_at);

CREATE TABLE invitation (
    id          BYTEA  NOT NULL,
    user_id     BYTEA,
    purpose     TEXT   NOT NULL,
    token_hash  BYTEA  NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT fk_invitation__user_id FOREIGN KEY (user_id) REFERENCES console_user (id)
);
CREATE UNIQUE INDEX uq_invitation__token_hash ON invitation (token_hash);

CREATE TABLE api_key (
    id           BYTEA  NOT NULL,
    name         TEXT   NOT NULL,
    scopes       JSONB   NOT NULL,
    secret_hash  BYTEA  NOT NULL,
    last4        TEXT   NOT NULL,
    allowed_ips  JSONB   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    revoked_at   BIGINT,
    last_used_at BIGINT,
    CONSTRAINT pk_api_key PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_api_key__secret_hash ON api_key (secret_hash);

-- Limits that survive restarts (C-5, X-1): one row per counted subject.
CREATE TABLE limit_counter (
    scope         TEXT   NOT NULL,
    subject_hash  BYTEA  NOT NULL,
    short_count   BIGINT NOT NULL,
    short_since   BIGINT NOT NULL,
    long_count    BIGINT NOT NULL,
    long_since    BIGINT NOT NULL,
    strikes       BIGINT NOT NULL,
    locked_until  BIGINT NOT NULL,
    seen_at       BIGINT NOT NULL,
    CONSTRAINT pk_limit_counter PRIMARY KEY (scope, subject_hash)
);

CREATE TABLE profile (
    id                  BYTEA  NOT NULL,
    number              BIGINT NOT NULL,
    kind                TEXT   NOT NULL,
    state               TEXT   NOT NULL,
    is_anonymous        BOOLEAN NOT NULL,
    name_sealed         BYTEA,
    email_sealed        BYTEA,
    phone_sealed        BYTEA,
    external_id_sealed  BYTEA,
    external_id_hash    BYTEA,
    claims_sealed       BYTEA,
    language            TEXT,
    created_at          BIGINT NOT NULL,
    updated_at          BIGINT NOT NULL,
    last_seen_at        BIGINT,
    CONSTRAINT pk_profile PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_profile__number ON profile (number);
CREATE UNIQUE INDEX uq_profile__external_id_hash ON profile (external_id_hash);
CREATE INDEX ix_profile__created_at ON profile (is_anonymous, created_at, id);

CREATE TABLE identifier (
    id            BYTEA  NOT NULL,
    profile_id    BYTEA  NOT NULL,
    kind          TEXT   NOT NULL,
    key_hash      BYTEA  NOT NULL,
    value_sealed  BYTEA  NOT NULL,
    is_proved     BOOLEAN NOT NULL,
    source        TEXT   NOT NULL,
    recorded_at   BIGINT NOT NULL,
    CONSTRAINT pk_identifier PRIMARY KEY (id),
    CONSTRAINT fk_identifier__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_identifier__profile_id__kind__key_hash ON identifier (profile_id, kind, key_hash);
CREATE INDEX ix_identifier__key_hash ON identifier (kind, key_hash);

-- Keyed hashes of the beginnings of the words of a name, for the search box.
CREATE TABLE search_token (
    profile_id  BYTEA NOT NULL,
    token       BYTEA NOT NULL,
    CONSTRAINT pk_search_token PRIMARY KEY (token, profile_id),
    CONSTRAINT fk_search_token__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE
);
CREATE INDEX ix_search_token__profile_id ON search_token (profile_id);

CREATE TABLE attribute (
    id          BYTEA  NOT NULL,
    attr_key    TEXT   NOT NULL,
    label       TEXT   NOT NULL,
    level       TEXT   NOT NULL,
    type        TEXT   NOT NULL,
    options     JSONB   NOT NULL,
    pii         TEXT   NOT NULL,
    forms       JSONB   NOT NULL,
    position    BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    CONSTRAINT pk_attribute PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_attribute__level__attr_key ON attribute (level, attr_key);

CREATE TABLE profile_attribute (
    profile_id    BYTEA  NOT NULL,
    attribute_id  BYTEA  NOT NULL,
    value_sealed  BYTEA  NOT NULL,
    is_proved     BOOLEAN NOT NULL,
    source        TEXT   NOT NULL,
    updated_at    BIGINT NOT NULL,
    CONSTRAINT pk_profile_attribute PRIMARY KEY (profile_id, attribute_id),
    CONSTRAINT fk_profile_attribute__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE,
    CONSTRAINT fk_profile_attribute__attribute_id FOREIGN KEY (attribute_id) REFERENCES attribute (id) ON DELETE CASCADE
);
CREATE INDEX ix_profile_attribute__attribute_id ON profile_attribute (attribute_id);

CREATE TABLE channel (
    id             BYTEA  NOT NULL,
    kind           TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    state          TEXT   NOT NULL,
    config         JSONB   NOT NULL,
    secret_sealed  BYTEA,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    deleted_at     BIGINT,
    CONSTRAINT pk_channel PRIMARY KEY (id)
);

CREATE TABLE channel_account (
    id               BYTEA  NOT NULL,
    channel_id       BYTEA  NOT NULL,
    user_hash        BYTEA  NOT NULL,
    user_sealed      BYTEA  NOT NULL,
    name_sealed      BYTEA,
    profile_id       BYTEA  NOT NULL,
    home_profile_id  BYTEA  NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    CONSTRAINT pk_channel_account PRIMARY KEY (id),
    CONSTRAINT fk_channel_account__channel_id FOREIGN KEY (channel_id) REFERENCES channel (id),
    CONSTRAINT fk_channel_account__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id),
    CONSTRAINT fk_channel_account__home_profile_id FOREIGN KEY (home_profile_id) REFERENCES profile (id)
);
CREATE UNIQUE INDEX uq_channel_account__channel_id__user_hash ON channel_account (channel_id, user_hash);
CREATE INDEX ix_channel_account__profile_id ON channel_account (profile_id);
CREATE INDEX ix_channel_account__home_profile_id ON channel_account (home_profile_id);

CREATE TABLE link (
    id                BYTEA  NOT NULL,
    profile_id        BYTEA  NOT NULL,
    account_id        BYTEA  NOT NULL,
    assurance         BIGINT NOT NULL,
    replaced_link_id  BYTEA,
    linked_at         BIGINT NOT NULL,
    expires_at        BIGINT,
    ended_at          BIGINT,
    ended_reason      TEXT,
    CONSTRAINT pk_link PRIMARY KEY (id),
    CONSTRAINT fk_link__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE,
    CONSTRAINT fk_link__account_id FOREIGN KEY (account_id) REFERENCES channel_account (id) ON DELETE CASCADE
);
-- One live link an account: whoever races for it, one wins (C-3).
CREATE UNIQUE INDEX uq_link__account_id ON link (account_id) WHERE ended_at IS NULL;
CREATE INDEX ix_link__profile_id ON link (profile_id, linked_at);
CREATE INDEX ix_link__account ON link (account_id, linked_at);
CREATE INDEX ix_link__expires_at ON link (expires_at) WHERE ended_at IS NULL;
CREATE INDEX ix_link__replaced_link_id ON link (replaced_link_id) WHERE replaced_link_id IS NOT NULL;

CREATE TABLE evidence (
    id           BYTEA  NOT NULL,
    profile_id   BYTEA  NOT NULL,
    account_id   BYTEA  NOT NULL,
    link_id      BYTEA  NOT NULL,
    method       TEXT   NOT NULL,
    assurance    BIGINT NOT NULL,
    recorded_at  BIGINT NOT NULL,
    expires_at   BIGINT,
    ended_at     BIGINT,
    by_kind      TEXT   NOT NULL,
    by_id        TEXT   NOT NULL,
    by_name      TEXT   NOT NULL,
    CONSTRAINT pk_evidence PRIMARY KEY (id),
    CONSTRAINT fk_evidence__link_id FOREIGN KEY (link_id) REFERENCES link (id) ON DELETE CASCADE
);
CREATE INDEX ix_evidence__profile_id ON evidence (profile_id, recorded_at);
CREATE INDEX ix_evidence__link_id ON evidence (link_id);

CREATE TABLE identification_code (
    id             BYTEA  NOT NULL,
    code_hash      BYTEA  NOT NULL,
    subject_hash   BYTEA  NOT NULL,
    profile_id     BYTEA,
    form           TEXT   NOT NULL,
    issuer_kind    TEXT   NOT NULL,
    issuer_id      BYTEA  NOT NULL,
    channels       JSONB   NOT NULL,
    pushed_sealed  BYTEA,
    status_hash    BYTEA,
    issued_at      BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    used_at        BIGINT,
    ended_at       BIGINT,
    is_superseded  BOOLEAN NOT NULL,
    link_id        BYTEA,
    used_case_id   BYTEA,
    CONSTRAINT pk_identification_code PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_identification_code__code_hash ON identification_code (code_hash);
CREATE INDEX ix_identification_code__subject_hash ON identification_code (subject_hash, issued_at);
CREATE INDEX ix_identification_code__profile_id ON identification_code (profile_id, issued_at);
CREATE INDEX ix_identification_code__issued_at ON identification_code (issued_at, id);
CREATE INDEX ix_identification_code__expires_at ON identification_code (expires_at);
CREATE INDEX ix_identification_code__link_id ON identification_code (link_id) WHERE link_id IS NOT NULL;

CREATE TABLE widget (
    id                BYTEA  NOT NULL,
    name              TEXT   NOT NULL,
    origins           JSONB   NOT NULL,
    mode              TEXT   NOT NULL,
    plain_reason      TEXT,
    default_language  TEXT   NOT NULL,
    languages         JSONB   NOT NULL,
    phrases           JSONB   NOT NULL,
    theme             JSONB   NOT NULL,
    channels          JSONB   NOT NULL,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    deleted_at        BIGINT,
    CONSTRAINT pk_widget PRIMARY KEY (id)
);

CREATE TABLE widget_key (
    id            BYTEA  NOT NULL,
    widget_id     BYTEA  NOT NULL,
    algorithm     TEXT   NOT NULL,
    key_sealed    BYTEA  NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT,
    ended_at      BIGINT,
    CONSTRAINT pk_widget_key PRIMARY KEY (id),
    CONSTRAINT fk_widget_key__widget_id FOREIGN KEY (widget_id) REFERENCES widget (id)
);
CREATE INDEX ix_widget_key__widget_id ON widget_key (widget_id);

-- Tokens that issued a code: each does so once (W-1).
CREATE TABLE token_use (
    token_hash  BYTEA  NOT NULL,
    expires_at  BIGINT NOT NULL,
    CONSTRAINT pk_token_use PRIMARY KEY (token_hash)
);
CREATE INDEX ix_token_use__expires_at ON token_use (expires_at);

CREATE TABLE support_case (
    id                 BYTEA  NOT NULL,
    number             BIGINT NOT NULL,
    channel_id         BYTEA  NOT NULL,
    account_id         BYTEA  NOT NULL,
    status             TEXT   NOT NULL,
    chat               TEXT   NOT NULL,
    assignee_id        BYTEA,
    labels             JSONB   NOT NULL,
    priority           TEXT   NOT NULL,
    attributes_sealed  BYTEA,
    unread_count       BIGINT NOT NULL,
    waiting_since      BIGINT,
    last_message_id    BYTEA,
    last_message_at    BIGINT,
    last_inbound_at    BIGINT,
    last_outbound_at   BIGINT,
    code_requested_at  BIGINT,
    last_code_outcome  TEXT,
    last_code_at       BIGINT,
    created_at         BIGINT NOT NULL,
    updated_at         BIGINT NOT NULL,
    CONSTRAINT pk_support_case PRIMARY KEY (id),
    CONSTRAINT fk_support_case__channel_id FOREIGN KEY (channel_id) REFERENCES channel (id),
    CONSTRAINT fk_support_case__account_id FOREIGN KEY (account_id) REFERENCES channel_account (id) ON DELETE CASCADE,
    CONSTRAINT fk_support_case__assignee_id FOREIGN KEY (assignee_id) REFERENCES console_user (id)
);
CREATE UNIQUE INDEX uq_support_case__number ON support_case (number);
CREATE INDEX ix_support_case__account_id ON support_case (account_id, created_at);
CREATE INDEX ix_support_case__last_message_at ON support_case (status, last_message_at, id);
CREATE INDEX ix_support_case__channel_id ON support_case (channel_id, last_inbound_at);

CREATE TABLE message (
    id                  BYTEA  NOT NULL,
    case_id             BYTEA  NOT NULL,
    channel_id          BYTEA  NOT NULL,
    provider_id         TEXT,
    direction           TEXT   NOT NULL,
    kind                TEXT   NOT NULL,
    author_kind         TEXT   NOT NULL,
    author_id           TEXT,
    author_name         TEXT,
    text_sealed         BYTEA  NOT NULL,
    attachments_sealed  BYTEA,
    delivery            TEXT,
    delivery_detail     TEXT,
    outcome             TEXT,
    assurance           BIGINT NOT NULL,
    sent_at             BIGINT,
    received_at         BIGINT NOT NULL,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT fk_message__case_id FOREIGN KEY (case_id) REFERENCES support_case (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_message__channel_id__provider_id ON message (channel_id, provider_id);
CREATE INDEX ix_message__case_id ON message (case_id, received_at, id);

CREATE TABLE web_chat_session (
    id            BYTEA  NOT NULL,
    channel_id    BYTEA  NOT NULL,
    account_id    BYTEA  NOT NULL,
    token_hash    BYTEA  NOT NULL,
    created_at    BIGINT NOT NULL,
    last_seen_at  BIGINT NOT NULL,
    ended_at      BIGINT,
    CONSTRAINT pk_web_chat_session PRIMARY KEY (id),
    CONSTRAINT fk_web_chat_session__account_id FOREIGN KEY (account_id) REFERENCES channel_account (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_web_chat_session__token_hash ON web_chat_session (token_hash);

CREATE TABLE event (
    id          BYTEA  NOT NULL,
    kind        TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    actor_kind  TEXT   NOT NULL,
    actor_id    TEXT   NOT NULL,
    actor_name  TEXT   NOT NULL,
    profile_id  BYTEA,
    account_id  BYTEA,
    case_id     BYTEA,
    message_id  BYTEA,
    link_id     BYTEA,
    code_id     BYTEA,
    details     JSONB  NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (id)
);
CREATE INDEX ix_event__profile_id ON event (profile_id, at, id);
CREATE INDEX ix_event__account_id ON event (account_id, at, id);

CREATE TABLE webhook (
    id                      BYTEA  NOT NULL,
    url                     TEXT   NOT NULL,
    events                  JSONB   NOT NULL,
    description             TEXT   NOT NULL,
    with_personal_data      BOOLEAN NOT NULL,
    state                   TEXT   NOT NULL,
    disabled_reason         TEXT,
    secret_sealed           BYTEA  NOT NULL,
    previous_secret_sealed  BYTEA,
    previous_until          BIGINT,
    created_at              BIGINT NOT NULL,
    updated_at              BIGINT NOT NULL,
    deleted_at              BIGINT,
    CONSTRAINT pk_webhook PRIMARY KEY (id)
);

-- Everything that leaves the server: webhook events and replies to channels. Claimed with leases; may run twice and
-- has one effect, because receivers get the same id.
CREATE TABLE outbox (
    id               BYTEA  NOT NULL,
    kind             TEXT   NOT NULL,
    target_id        BYTEA  NOT NULL,
    event_id         BYTEA  NOT NULL,
    event_type       TEXT   NOT NULL,
    body_sealed      BYTEA  NOT NULL,
    subject_id       BYTEA,
    state            TEXT   NOT NULL,
    attempt_count    BIGINT NOT NULL,
    attempts         JSONB   NOT NULL,
    next_attempt_at  BIGINT,
    lease_owner      BYTEA,
    lease_until      BIGINT,
    created_at       BIGINT NOT NULL,
    done_at          BIGINT,
    CONSTRAINT pk_outbox PRIMARY KEY (id)
);
CREATE INDEX ix_outbox__subject_id ON outbox (subject_id);
CREATE INDEX ix_outbox__due ON outbox (target_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX ix_outbox__lane ON outbox (target_id, subject_id, created_at, id) WHERE state = 'pending';
CREATE INDEX ix_outbox__done_at ON outbox (done_at) WHERE state <> 'pending';
CREATE INDEX ix_outbox__target_id ON outbox (target_id, created_at, id);
CREATE INDEX ix_outbox__state ON outbox (state, created_at, id);

CREATE TABLE audit (
    id          BYTEA  NOT NULL,
    at          BIGINT NOT NULL,
    action      TEXT   NOT NULL,
    actor_kind  TEXT   NOT NULL,
    actor_id    TEXT   NOT NULL,
    actor_name  TEXT   NOT NULL,
    object      TEXT   NOT NULL,
    outcome     TEXT   NOT NULL,
    details     TEXT   NOT NULL,
    seq         BIGINT,
    hash        BYTEA,
    CONSTRAINT pk_audit PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_audit__seq ON audit (seq);
CREATE INDEX ix_audit__unsealed ON audit (at, id) WHERE seq IS NULL;
CREATE INDEX ix_audit__at ON audit (at, id);
CREATE INDEX ix_audit__object ON audit (object, at);

-- Append-only (X-9): rows are never removed, and change once, when they get their place.
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER tr_audit__delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER tr_audit__update BEFORE UPDATE ON audit FOR EACH ROW
WHEN (OLD.seq IS NOT NULL OR NEW.seq IS NULL OR NEW.hash IS NULL
    OR (NEW.id, NEW.at, NEW.action, NEW.actor_kind, NEW.actor_id, NEW.actor_name, NEW.object, NEW.outcome, NEW.details)
    IS DISTINCT FROM (OLD.id, OLD.at, OLD.action, OLD.actor_kind, OLD.actor_id, OLD.actor_name, OLD.object, OLD.outcome, OLD.details))
EXECUTE FUNCTION audit_append_only();

CREATE TABLE audit_head (
    seq        BIGINT NOT NULL,
    hash       BYTEA  NOT NULL,
    signature  BYTEA  NOT NULL,
    signed_at  BIGINT NOT NULL,
    CONSTRAINT pk_audit_head PRIMARY KEY (seq)
);

-- Jobs that run on one server at a time.
CREATE TABLE lease (
    name   TEXT   NOT NULL,
    owner  BYTEA  NOT NULL,
    until  BIGINT NOT NULL,
    CONSTRAINT pk_lease PRIMARY KEY (name)
);

CREATE TABLE idempotency (
    key_hash        BYTEA  NOT NULL,
    fingerprint     BYTEA  NOT NULL,
    receipt_sealed  BYTEA  NOT NULL,
    created_at      BIGINT NOT NULL,
    CONSTRAINT pk_idempotency PRIMARY KEY (key_hash)
);
CREATE INDEX ix_idempotency__created_at ON idempotency (created_at);

CREATE TABLE server (
    id          BYTEA  NOT NULL,
    version     TEXT   NOT NULL,
    started_at  BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL,
    CONSTRAINT pk_server PRIMARY KEY (id)
);

CREATE SEQUENCE profile_number START 1001;
CREATE SEQUENCE support_case_number START 101;
