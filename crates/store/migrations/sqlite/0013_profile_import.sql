-- Customers from a file: its rows in pieces, sealed under a key of the import's own that goes with them; what each row
-- that failed was. Who brought it and what came of it stays.
CREATE TABLE profile_import (
    id            BLOB    NOT NULL,
    state         TEXT    NOT NULL,
    actor_kind    TEXT    NOT NULL,
    actor_id      TEXT    NOT NULL,
    actor_name    TEXT    NOT NULL,
    about_sealed  BLOB,
    row_count     INTEGER NOT NULL,
    next_row      INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL,
    unchanged     INTEGER NOT NULL,
    failed        INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL,
    CONSTRAINT pk_profile_import PRIMARY KEY (id)
) STRICT;
CREATE INDEX ix_profile_import__created_at ON profile_import (created_at, id);

CREATE TABLE profile_import_piece (
    import_id    BLOB    NOT NULL,
    number       INTEGER NOT NULL,
    rows_sealed  BLOB    NOT NULL,
    CONSTRAINT pk_profile_import_piece PRIMARY KEY (import_id, number),
    CONSTRAINT fk_profile_import_piece__import_id FOREIGN KEY (import_id) REFERENCES profile_import (id) ON DELETE CASCADE
) STRICT;

CREATE TABLE profile_import_failure (
    import_id     BLOB    NOT NULL,
    line          INTEGER NOT NULL,
    about_sealed  BLOB    NOT NULL,
    CONSTRAINT pk_profile_import_failure PRIMARY KEY (import_id, line),
    CONSTRAINT fk_profile_import_failure__import_id FOREIGN KEY (import_id) REFERENCES profile_import (id) ON DELETE CASCADE
) STRICT;
