-- Customers from a file: its rows in pieces, sealed under a key of the import's own that goes with them; what each row
-- that failed was. Who brought it and what came of it stays.
CREATE TABLE profile_import (
    id            BYTEA    NOT NULL,
    state         TEXT    NOT NULL,
    actor_kind    TEXT    NOT NULL,
    actor_id      TEXT    NOT NULL,
    actor_name    TEXT    NOT NULL,
    about_sealed  BYTEA,
    row_count     BIGINT NOT NULL,
    next_row      BIGINT NOT NULL,
    created       BIGINT NOT NULL,
    updated       BIGINT NOT NULL,
    unchanged     BIGINT NOT NULL,
    failed        BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    CONSTRAINT pk_profile_import PRIMARY KEY (id)
);
CREATE INDEX ix_profile_import__created_at ON profile_import (created_at, id);

CREATE TABLE profile_import_piece (
    import_id    BYTEA    NOT NULL,
    number       BIGINT NOT NULL,
    rows_sealed  BYTEA    NOT NULL,
    CONSTRAINT pk_profile_import_piece PRIMARY KEY (import_id, number),
    CONSTRAINT fk_profile_import_piece__import_id FOREIGN KEY (import_id) REFERENCES profile_import (id) ON DELETE CASCADE
);

CREATE TABLE profile_import_failure (
    import_id     BYTEA    NOT NULL,
    line          BIGINT NOT NULL,
    about_sealed  BYTEA    NOT NULL,
    CONSTRAINT pk_profile_import_failure PRIMARY KEY (import_id, line),
    CONSTRAINT fk_profile_import_failure__import_id FOREIGN KEY (import_id) REFERENCES profile_import (id) ON DELETE CASCADE
);
