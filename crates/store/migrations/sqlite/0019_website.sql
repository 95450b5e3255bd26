-- Visits of the company's website. Rows have numbers made by the servers (time, and which server), so that what comes
-- late costs no more than what comes in time, and a visit's events stand together in one index.
CREATE TABLE visit_device (
    row_id    INTEGER NOT NULL,
    id        BLOB    NOT NULL,
    site_id   BLOB    NOT NULL,
    key_hash  BLOB    NOT NULL,
    first_at  INTEGER NOT NULL,
    CONSTRAINT pk_visit_device PRIMARY KEY (row_id),
    CONSTRAINT uq_visit_device__id UNIQUE (id),
    CONSTRAINT uq_visit_device__site_id__key_hash UNIQUE (site_id, key_hash),
    CONSTRAINT fk_visit_device__site FOREIGN KEY (site_id) REFERENCES channel (id)
) STRICT;

-- Somebody as a site names them: an account of the site's channel.
CREATE TABLE visit_identity (
    row_id      INTEGER NOT NULL,
    account_id  BLOB    NOT NULL,
    CONSTRAINT pk_visit_identity PRIMARY KEY (row_id),
    CONSTRAINT uq_visit_identity__account_id UNIQUE (account_id),
    CONSTRAINT fk_visit_identity__account FOREIGN KEY (account_id) REFERENCES channel_account (id) ON DELETE CASCADE
) STRICT;

-- How a visit stands after its newest event; see the crate `visits`.
CREATE TABLE visit (
    row_id       INTEGER NOT NULL,
    id           BLOB    NOT NULL,
    site_id      BLOB    NOT NULL,
    key_hash     BLOB    NOT NULL,
    device_row   INTEGER,
    started_at   INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    newest_key   BLOB    NOT NULL,
    newest_at    INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    identity_row INTEGER,
    is_signed    INTEGER NOT NULL CHECK (is_signed IN (0, 1)),
    since        INTEGER NOT NULL,
    session_row  INTEGER,
    open_pages   BLOB,
    idle_minutes INTEGER NOT NULL,
    left_at      INTEGER,
    pages        INTEGER NOT NULL,
    events       INTEGER NOT NULL,
    page_url     TEXT,
    page_title   TEXT,
    page_at      INTEGER,
    entry_url    TEXT,
    entry_title  TEXT,
    referrer     TEXT,
    source       TEXT,
    language     TEXT,
    agent        TEXT,
    offset_ms    INTEGER NOT NULL,
    CONSTRAINT pk_visit PRIMARY KEY (row_id),
    CONSTRAINT uq_visit__id UNIQUE (id),
    CONSTRAINT uq_visit__site_id__key_hash UNIQUE (site_id, key_hash),
    CONSTRAINT fk_visit__site FOREIGN KEY (site_id) REFERENCES channel (id),
    CONSTRAINT fk_visit__identity FOREIGN KEY (identity_row) REFERENCES visit_identity (row_id) ON DELETE SET NULL
) STRICT;
CREATE INDEX ix_visit__last_at ON visit (last_at);
CREATE INDEX ix_visit__site_id__last_at ON visit (site_id, last_at);
CREATE INDEX ix_visit__device_row ON visit (device_row, last_at);
CREATE INDEX ix_visit__identity_row ON visit (identity_row);

CREATE TABLE visit_event (
    row_id       INTEGER NOT NULL,
    visit_row    INTEGER NOT NULL,
    key          BLOB    NOT NULL,
    kind         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    received_at  INTEGER NOT NULL,
    page_key     BLOB,
    identity_row INTEGER,
    is_signed    INTEGER NOT NULL CHECK (is_signed IN (0, 1)),
    is_leaving   INTEGER NOT NULL CHECK (is_leaving IN (0, 1)),
    active_ms    INTEGER,
    url          TEXT,
    title        TEXT,
    categories   TEXT,
    language     TEXT,
    data         TEXT,
    warning      TEXT,
    CONSTRAINT pk_visit_event PRIMARY KEY (row_id),
    CONSTRAINT uq_visit_event__visit_row__key UNIQUE (visit_row, key)
) STRICT;

-- Which identities took part in a visit, by the event that said so; and what colleagues decided about it.
CREATE TABLE visit_contact (
    visit_row    INTEGER NOT NULL,
    identity_row INTEGER NOT NULL,
    event_row    INTEGER NOT NULL,
    device_row   INTEGER,
    association  TEXT    NOT NULL,
    is_signed    INTEGER NOT NULL CHECK (is_signed IN (0, 1)),
    at           INTEGER NOT NULL,
    CONSTRAINT pk_visit_contact PRIMARY KEY (visit_row, identity_row, event_row),
    CONSTRAINT fk_visit_contact__visit FOREIGN KEY (visit_row) REFERENCES visit (row_id) ON DELETE CASCADE,
    CONSTRAINT fk_visit_contact__identity FOREIGN KEY (identity_row) REFERENCES visit_identity (row_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX ix_visit_contact__identity_row ON visit_contact (identity_row, at);
CREATE INDEX ix_visit_contact__device_row ON visit_contact (device_row, at);
CREATE INDEX ix_visit_contact__at ON visit_contact (at, event_row);

-- Events that were not taken, for the inspector: names and reasons, not what was in them.
CREATE TABLE visit_refused (
    row_id   INTEGER NOT NULL,
    site_id  BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    CONSTRAINT pk_visit_refused PRIMARY KEY (row_id),
    CONSTRAINT fk_visit_refused__site FOREIGN KEY (site_id) REFERENCES channel (id)
) STRICT;
CREATE INDEX ix_visit_refused__site_id ON visit_refused (site_id, row_id);
