-- Foundation: people and keys, profiles and evidence, codes, channels and cases, outbox, audit.
--
-- Conventions: times are microseconds since 1970; ids are the 16 bytes of a UUIDv7; `*_sealed`
-- is AES-256-GCM under the subject's or the workspace's key; `*_hash` is a keyed hash (a blind index) or the SHA-256
-- of a random secret. Unique indexes are named uq_<table>__<column>__<column>.

CREATE TABLE setting (
    name        TEXT   NOT NULL,
    value       TEXT   NOT NULL,
    updated_at  INTEGER NOT NULL,
    CONSTRAINT pk_setting PRIMARY KEY (name)
) STRICT;

CREATE TABLE subject_key (
    subject_id  BLOB  NOT NULL,
    wrapped     BLOB  NOT NULL,
    created_at  INTEGER NOT NULL,
    CONSTRAINT pk_subject_key PRIMARY KEY (subject_id)
) STRICT;

-- Subjects whose key was destroyed: replayed after a restore, so that erased stays erased.
CREATE TABLE erasure (
    subject_id  BLOB  NOT NULL,
    erased_at   INTEGER NOT NULL,
    CONSTRAINT pk_erasure PRIMARY KEY (subject_id)
) STRICT;

CREATE TABLE console_user (
    id            BLOB  NOT NULL,
    email         TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    role          TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    language      TEXT   NOT NULL,
    theme         TEXT   NOT NULL,
    password_hash TEXT,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    last_seen_at  INTEGER,
    CONSTRAINT pk_console_user PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX uq_console_user__email ON console_user (email);

CREATE TABLE session (
    id            BLOB  NOT NULL,
    user_id       BLOB  NOT NULL,
    token_hash    BLOB  NOT NULL,
    user_agent    TEXT   NOT NULL,
    created_at    INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    ended_at      INTEGER,
    CONSTRAINT pk_session PRIMARY KEY (id),
    CONSTRAINT fk_session__user_id FOREIGN KEY (user_id) REFERENCES console_user (id)
) STRICT;
CREATE UNIQUE INDEX uq_session__token_hash ON session (token_hash);
CREATE INDEX ix_session__user_id ON session (user_id, ended_at);

CREATE TABLE invitation (
    id          BLOB  NOT NULL,
    user_id     BLOB,
    purpose     TEXT   NOT NULL,
    token_hash  BLOB  NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    used_at     INTEGER,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT fk_invitation__user_id FOREIGN KEY (user_id) REFERENCES console_user (id)
) STRICT;
CREATE UNIQUE INDEX uq_invitation__token_hash ON invitation (token_hash);

CREATE TABLE api_key (
    id           BLOB  NOT NULL,
    name         TEXT   NOT NULL,
    scopes       TEXT   NOT NULL,
    secret_hash  BLOB  NOT NULL,
    last4        TEXT   NOT NULL,
    allowed_ips  TEXT   NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    revoked_at   INTEGER,
    last_used_at INTEGER,
    CONSTRAINT pk_api_key PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX uq_api_key__secret_hash ON api_key (secret_hash);

-- Limits that survive restarts (C-5, X-1): one row per counted subject.
CREATE TABLE limit_counter (
    scope         TEXT   NOT NULL,
    subject_hash  BLOB  NOT NULL,
    short_count   INTEGER NOT NULL,
    short_since   INTEGER NOT NULL,
    long_count    INTEGER NOT NULL,
    long_since    INTEGER NOT NULL,
    strikes       INTEGER NOT NULL,
    locked_until  INTEGER NOT NULL,
    seen_at       INTEGER NOT NULL,
    CONSTRAINT pk_limit_counter PRIMARY KEY (scope, subject_hash)
) STRICT;

CREATE TABLE profile (
    id                  BLOB  NOT NULL,
    number              INTEGER NOT NULL,
    kind                TEXT   NOT NULL,
    state               TEXT   NOT NULL,
    is_anonymous        INTEGER NOT NULL CHECK (is_anonymous IN (0, 1)),
    name_sealed         BLOB,
    email_sealed        BLOB,
    phone_sealed        BLOB,
    external_id_sealed  BLOB,
    external_id_hash    BLOB,
    claims_sealed       BLOB,
    language            TEXT,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    last_seen_at        INTEGER,
    CONSTRAINT pk_profile PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX uq_profile__number ON profile (number);
CREATE UNIQUE INDEX uq_profile__external_id_hash ON profile (external_id_hash);
CREATE INDEX ix_profile__created_at ON profile (is_anonymous, created_at, id);

CREATE TABLE identifier (
    id            BLOB  NOT NULL,
    profile_id    BLOB  NOT NULL,
    kind          TEXT   NOT NULL,
    key_hash      BLOB  NOT NULL,
    value_sealed  BLOB  NOT NULL,
    is_proved     INTEGER NOT NULL CHECK (is_proved IN (0, 1)),
    source        TEXT   NOT NULL,
    recorded_at   INTEGER NOT NULL,
    CONSTRAINT pk_identifier PRIMARY KEY (id),
    CONSTRAINT fk_identifier__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX uq_identifier__profile_id__kind__key_hash ON identifier (profile_id, kind, key_hash);
CREATE INDEX ix_identifier__key_hash ON identifier (kind, key_hash);

-- Keyed hashes of the beginnings of the words of a name, for the search box.
CREATE TABLE search_token (
    profile_id  BLOB NOT NULL,
    token       BLOB NOT NULL,
    CONSTRAINT pk_search_token PRIMARY KEY (token, profile_id),
    CONSTRAINT fk_search_token__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_search_token__profile_id ON search_token (profile_id);

CREATE TABLE attribute (
    id          BLOB  NOT NULL,
    attr_key    TEXT   NOT NULL,
    label       TEXT   NOT NULL,
    level       TEXT   NOT NULL,
    type        TEXT   NOT NULL,
    options     TEXT   NOT NULL,
    pii         TEXT   NOT NULL,
    forms       TEXT   NOT NULL,
    position    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    CONSTRAINT pk_attribute PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX uq_attribute__level__attr_key ON attribute (level, attr_key);

CREATE TABLE profile_attribute (
    profile_id    BLOB  NOT NULL,
    attribute_id  BLOB  NOT NULL,
    value_sealed  BLOB  NOT NULL,
    is_proved     INTEGER NOT NULL CHECK (is_proved IN (0, 1)),
    source        TEXT   NOT NULL,
    updated_at    INTEGER NOT NULL,
    CONSTRAINT pk_profile_attribute PRIMARY KEY (profile_id, attribute_id),
    CONSTRAINT fk_profile_attribute__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE,
    CONSTRAINT fk_profile_attribute__attribute_id FOREIGN KEY (attribute_id) REFERENCES attribute (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_profile_attribute__attribute_id ON profile_attribute (attribute_id);

CREATE TABLE channel (
    id             BLOB  NOT NULL,
    kind           TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    state          TEXT   NOT NULL,
    config         TEXT   NOT NULL,
    secret_sealed  BLOB,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    deleted_at     INTEGER,
    CONSTRAINT pk_channel PRIMARY KEY (id)
) STRICT;

CREATE TABLE channel_account (
    id               BLOB  NOT NULL,
    channel_id       BLOB  NOT NULL,
    user_hash        BLOB  NOT NULL,
    user_sealed      BLOB  NOT NULL,
    name_sealed      BLOB,
    profile_id       BLOB  NOT NULL,
    home_profile_id  BLOB  NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    CONSTRAINT pk_channel_account PRIMARY KEY (id),
    CONSTRAINT fk_channel_account__channel_id FOREIGN KEY (channel_id) REFERENCES channel (id),
    CONSTRAINT fk_channel_account__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id),
    CONSTRAINT fk_channel_account__home_profile_id FOREIGN KEY (home_profile_id) REFERENCES profile (id)
) STRICT;
CREATE UNIQUE INDEX uq_channel_account__channel_id__user_hash ON channel_account (channel_id, user_hash);
CREATE INDEX ix_channel_account__profile_id ON channel_account (profile_id);
CREATE INDEX ix_channel_account__home_profile_id ON channel_account (home_profile_id);

CREATE TABLE link (
    id                BLOB  NOT NULL,
    profile_id        BLOB  NOT NULL,
    account_id        BLOB  NOT NULL,
    assurance         INTEGER NOT NULL,
    replaced_link_id  BLOB,
    linked_at         INTEGER NOT NULL,
    expires_at        INTEGER,
    ended_at          INTEGER,
    ended_reason      TEXT,
    CONSTRAINT pk_link PRIMARY KEY (id),
    CONSTRAINT fk_link__profile_id FOREIGN KEY (profile_id) REFERENCES profile (id) ON DELETE CASCADE,
    CONSTRAINT fk_link__account_id FOREIGN KEY (account_id) REFERENCES channel_account (id) ON DELETE CASCADE
) STRICT;
-- One live link an account: whoever races for it, one wins (C-3).
CREATE UNIQUE INDEX uq_link__account_id ON link (account_id) WHERE ended_at IS NULL;
CREATE INDEX ix_link__profile_id ON link (profile_id, linked_at);
CREATE INDEX ix_link__account ON link (account_id, linked_at);
CREATE INDEX ix_link__expires_at ON link (expires_at) WHERE ended_at IS NULL;
CREATE INDEX ix_link__replaced_link_id ON link (replaced_link_id) WHERE replaced_link_id IS NOT NULL;

CREATE TABLE evidence (
    id           BLOB  NOT NULL,
    profile_id   BLOB  NOT NULL,
    account_id   BLOB  NOT NULL,
    link_id      BLOB  NOT NULL,
    method       TEXT   NOT NULL,
    assurance    INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    expires_at   INTEGER,
    ended_at     INTEGER,
    by_kind      TEXT   NOT NULL,
    by_id        TEXT   NOT NULL,
    by_name      TEXT   NOT NULL,
    CONSTRAINT pk_evidence PRIMARY KEY (id),
    CONSTRAINT fk_evidence__link_id FOREIGN KEY (link_id) REFERENCES link (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_evidence__profile_id ON evidence (profile_id, recorded_at);
CREATE INDEX ix_evidence__link_id ON evidence (link_id);

CREATE TABLE identification_code (
    id             BLOB  NOT NULL,
    code_hash      BLOB  NOT NULL,
    subject_hash   BLOB  NOT NULL,
    profile_id     BLOB,
    form           TEXT   NOT NULL,
    issuer_kind    TEXT   NOT NULL,
    issuer_id      BLOB  NOT NULL,
    channels       TEXT   NOT NULL,
    pushed_sealed  BLOB,
    status_hash    BLOB,
    issued_at      INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    used_at        INTEGER,
    ended_at       INTEGER,
    is_superseded  INTEGER NOT NULL CHECK (is_superseded IN (0, 1)),
    link_id        BLOB,
    used_case_id   BLOB,
    CONSTRAINT pk_identification_code PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX uq_identification_code__code_hash ON identification_code (code_hash);
CREATE INDEX ix_identification_code__subject_hash ON identification_code (subject_hash, issued_at);
CREATE INDEX ix_identification_code__profile_id ON identification_code (profile_id, issued_at);
CREATE INDEX ix_identification_code__issued_at ON identification_code (issued_at, id);
CREATE INDEX ix_identification_code__expires_at ON identification_code (expires_at);
CREATE INDEX ix_identification_code__link_id ON identification_code (link_id) WHERE link_id IS NOT NULL;

CREATE TABLE widget (
    id                BLOB  NOT NULL,
    name              TEXT   NOT NULL,
    origins           TEXT   NOT NULL,
    mode              TEXT   NOT NULL,
    plain_reason      TEXT,
    default_language  TEXT   NOT NULL,
    languages         TEXT   NOT NULL,
    phrases           TEXT   NOT NULL,
    theme             TEXT   NOT NULL,
    channels          TEXT   NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    deleted_at        INTEGER,
    CONSTRAINT pk_widget PRIMARY KEY (id)
) STRICT;

CREATE TABLE widget_key (
    id            BLOB  NOT NULL,
    widget_id     BLOB  NOT NULL,
    algorithm     TEXT   NOT NULL,
    key_sealed    BLOB  NOT NULL,
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER,
    ended_at      INTEGER,
    CONSTRAINT pk_widget_key PRIMARY KEY (id),
    CONSTRAINT fk_widget_key__widget_id FOREIGN KEY (widget_id) REFERENCES widget (id)
) STRICT;
CREATE INDEX ix_widget_key__widget_id ON widget_key (widget_id);

-- Tokens that issued a code: each does so once (W-1).
CREATE TABLE token_use (
    token_hash  BLOB  NOT NULL,
    expires_at  INTEGER NOT NULL,
    CONSTRAINT pk_token_use PRIMARY KEY (token_hash)
) STRICT;
CREATE INDEX ix_token_use__expires_at ON token_use (expires_at);

CREATE TABLE support_case (
    id                 BLOB  NOT NULL,
    number             INTEGER NOT NULL,
    channel_id         BLOB  NOT NULL,
    account_id         BLOB  NOT NULL,
    status             TEXT   NOT NULL,
    chat               TEXT   NOT NULL,
    assignee_id        BLOB,
    labels             TEXT   NOT NULL,
    priority           TEXT   NOT NULL,
    attributes_sealed  BLOB,
    unread_count       INTEGER NOT NULL,
    waiting_since      INTEGER,
    last_message_id    BLOB,
    last_message_at    INTEGER,
    last_inbound_at    INTEGER,
    last_outbound_at   INTEGER,
    code_requested_at  INTEGER,
    last_code_outcome  TEXT,
    last_code_at       INTEGER,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    CONSTRAINT pk_support_case PRIMARY KEY (id),
    CONSTRAINT fk_support_case__channel_id FOREIGN KEY (channel_id) REFERENCES channel (id),
    CONSTRAINT fk_support_case__account_id FOREIGN KEY (account_id) REFERENCES channel_account (id) ON DELETE CASCADE,
    CONSTRAINT fk_support_case__assignee_id FOREIGN KEY (assignee_id) REFERENCES console_user (id)
) STRICT;
CREATE UNIQUE INDEX uq_support_case__number ON support_case (number);
CREATE INDEX ix_support_case__account_id ON support_case (account_id, created_at);
CREATE INDEX ix_support_case__last_message_at ON support_case (status, last_message_at, id);
CREATE INDEX ix_support_case__channel_id ON support_case (channel_id, last_inbound_at);

CREATE TABLE message (
    id                  BLOB  NOT NULL,
    case_id             BLOB  NOT NULL,
    channel_id          BLOB  NOT NULL,
    provider_id         TEXT,
    direction           TEXT   NOT NULL,
    kind                TEXT   NOT NULL,
    author_kind         TEXT   NOT NULL,
    author_id           TEXT,
    author_name         TEXT,
    text_sealed         BLOB  NOT NULL,
    attachments_sealed  BLOB,
    delivery            TEXT,
    delivery_detail     TEXT,
    outcome             TEXT,
    assurance           INTEGER NOT NULL,
    sent_at             INTEGER,
    received_at         INTEGER NOT NULL,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT fk_message__case_id FOREIGN KEY (case_id) REFERENCES support_case (id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX uq_message__channel_id__provider_id ON message (channel_id, provider_id);
CREATE INDEX ix_message__case_id ON message (case_id, received_at, id);

CREATE TABLE web_chat_session (
    id            BLOB  NOT NULL,
    channel_id    BLOB  NOT NULL,
    account_id    BLOB  NOT NULL,
    token_hash    BLOB  NOT NULL,
    created_at    INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL,
    ended_at      INTEGER,
    CONSTRAINT pk_web_chat_session PRIMARY KEY (id),
    CONSTRAINT fk_web_chat_session__account_id FOREIGN KEY (account_id) REFERENCES channel_account (id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX uq_web_chat_session__token_hash ON web_chat_session (token_hash);

CREATE TABLE event (
    id          BLOB  NOT NULL,
    kind        TEXT   NOT NULL,
    at          INTEGER NOT NULL,
    actor_kind  TEXT   NOT NULL,
    actor_id    TEXT   NOT NULL,
    actor_name  TEXT   NOT NULL,
    profile_id  BLOB,
    account_id  BLOB,
    case_id     BLOB,
    message_id  BLOB,
    link_id     BLOB,
    code_id     BLOB,
    details     TEXT  NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (id)
) STRICT;
CREATE INDEX ix_event__profile_id ON event (profile_id, at, id);
CREATE INDEX ix_event__account_id ON event (account_id, at, id);

CREATE TABLE webhook (
    id                      BLOB  NOT NULL,
    url                     TEXT   NOT NULL,
    events                  TEXT   NOT NULL,
    description             TEXT   NOT NULL,
    with_personal_data      INTEGER NOT NULL CHECK (with_personal_data IN (0, 1)),
    state                   TEXT   NOT NULL,
    disabled_reason         TEXT,
    secret_sealed           BLOB  NOT NULL,
    previous_secret_sealed  BLOB,
    previous_until          INTEGER,
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL,
    deleted_at              INTEGER,
    CONSTRAINT pk_webhook PRIMARY KEY (id)
) STRICT;

-- Everything that leaves the server: webhook events and replies to channels. Claimed with leases; may run twice and
-- has one effect, because receivers get the same id.
CREATE TABLE outbox (
    id               BLOB  NOT NULL,
    kind             TEXT   NOT NULL,
    target_id        BLOB  NOT NULL,
    event_id         BLOB  NOT NULL,
    event_type       TEXT   NOT NULL,
    body_sealed      BLOB  NOT NULL,
    subject_id       BLOB,
    state            TEXT   NOT NULL,
    attempt_count    INTEGER NOT NULL,
    attempts         TEXT   NOT NULL,
    next_attempt_at  INTEGER,
    lease_owner      BLOB,
    lease_until      INTEGER,
    created_at       INTEGER NOT NULL,
    done_at          INTEGER,
    CONSTRAINT pk_outbox PRIMARY KEY (id)
) STRICT;
CREATE INDEX ix_outbox__subject_id ON outbox (subject_id);
CREATE INDEX ix_outbox__due ON outbox (target_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX ix_outbox__lane ON outbox (target_id, subject_id, created_at, id) WHERE state = 'pending';
CREATE INDEX ix_outbox__done_at ON outbox (done_at) WHERE state <> 'pending';
CREATE INDEX ix_outbox__target_id ON outbox (target_id, created_at, id);
CREATE INDEX ix_outbox__state ON outbox (state, created_at, id);

CREATE TABLE audit (
    id          BLOB  NOT NULL,
    at          INTEGER NOT NULL,
    action      TEXT   NOT NULL,
    actor_kind  TEXT   NOT NULL,
    actor_id    TEXT   NOT NULL,
    actor_name  TEXT   NOT NULL,
    object      TEXT   NOT NULL,
    outcome     TEXT   NOT NULL,
    details     TEXT   NOT NULL,
    seq         INTEGER,
    hash        BLOB,
    CONSTRAINT pk_audit PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX uq_audit__seq ON audit (seq);
CREATE INDEX ix_audit__unsealed ON audit (at, id) WHERE seq IS NULL;
CREATE INDEX ix_audit__at ON audit (at, id);
CREATE INDEX ix_audit__object ON audit (object, at);

-- Append-only (X-9): rows are never removed, and change once, when they get their place.
CREATE TRIGGER tr_audit__delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER tr_audit__update BEFORE UPDATE ON audit
WHEN OLD.seq IS NOT NULL OR NEW.seq IS NULL OR NEW.hash IS NULL
    OR (NEW.id, NEW.at, NEW.action, NEW.actor_kind, NEW.actor_id, NEW.actor_name, NEW.object, NEW.outcome, NEW.details)
    IS NOT (OLD.id, OLD.at, OLD.action, OLD.actor_kind, OLD.actor_id, OLD.actor_name, OLD.object, OLD.outcome, OLD.details)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TABLE audit_head (
    seq        INTEGER NOT NULL,
    hash       BLOB  NOT NULL,
    signature  BLOB  NOT NULL,
    signed_at  INTEGER NOT NULL,
    CONSTRAINT pk_audit_head PRIMARY KEY (seq)
) STRICT;

-- Jobs that run on one server at a time.
CREATE TABLE lease (
    name   TEXT   NOT NULL,
    owner  BLOB  NOT NULL,
    until  INTEGER NOT NULL,
    CONSTRAINT pk_lease PRIMARY KEY (name)
) STRICT;

CREATE TABLE idempotency (
    key_hash        BLOB  NOT NULL,
    fingerprint     BLOB  NOT NULL,
    receipt_sealed  BLOB  NOT NULL,
    created_at      INTEGER NOT NULL,
    CONSTRAINT pk_idempotency PRIMARY KEY (key_hash)
) STRICT;
CREATE INDEX ix_idempotency__created_at ON idempotency (created_at);

CREATE TABLE server (
    id          BLOB  NOT NULL,
    version     TEXT   NOT NULL,
    started_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL,
    CONSTRAINT pk_server PRIMARY KEY (id)
) STRICT;

CREATE TABLE sequence (
    name   TEXT    NOT NULL,
    value  INTEGER NOT NULL,
    CONSTRAINT pk_sequence PRIMARY KEY (name)
) STRICT;
INSERT INTO sequence (name, value) VALUES ('profile', 1000), ('support_case', 100);
