-- The console: which requests programs made, where widgets were seen, views that people saved, and events read in the
-- order of time.

CREATE TABLE request_line (
    id               BLOB  NOT NULL,
    request_id       TEXT   NOT NULL,
    at               INTEGER NOT NULL,
    api_key_id       BLOB  NOT NULL,
    method           TEXT   NOT NULL,
    path             TEXT   NOT NULL,
    status           INTEGER NOT NULL,
    duration_micros  INTEGER NOT NULL,
    problem          TEXT,
    CONSTRAINT pk_request_line PRIMARY KEY (id),
    CONSTRAINT fk_request_line__api_key_id FOREIGN KEY (api_key_id) REFERENCES api_key (id)
) STRICT;
CREATE INDEX ix_request_line__at ON request_line (at, id);
CREATE INDEX ix_request_line__api_key_id ON request_line (api_key_id, at, id);

CREATE TABLE widget_sighting (
    widget_id      BLOB  NOT NULL,
    first_seen_at  INTEGER NOT NULL,
    last_seen_at   INTEGER NOT NULL,
    CONSTRAINT pk_widget_sighting PRIMARY KEY (widget_id),
    CONSTRAINT fk_widget_sighting__widget_id FOREIGN KEY (widget_id) REFERENCES widget (id)
) STRICT;

CREATE TABLE saved_view (
    id          BLOB  NOT NULL,
    user_id     BLOB  NOT NULL,
    page        TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    query       TEXT   NOT NULL,
    created_at  INTEGER NOT NULL,
    CONSTRAINT pk_saved_view PRIMARY KEY (id),
    CONSTRAINT fk_saved_view__user_id FOREIGN KEY (user_id) REFERENCES console_user (id)
) STRICT;
CREATE UNIQUE INDEX uq_saved_view__user_id__page__name ON saved_view (user_id, page, name);

CREATE INDEX ix_event__at ON event (at, id);
CREATE INDEX ix_event__kind ON event (kind, at, id);
