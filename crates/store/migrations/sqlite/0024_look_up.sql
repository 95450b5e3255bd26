-- How the company's own systems are asked about callers. Secrets are sealed together, apart from the settings.
CREATE TABLE look_up (
    id              BLOB    NOT NULL,
    name            TEXT    NOT NULL,
    name_folded     TEXT    NOT NULL,
    body            TEXT    NOT NULL,
    secrets_sealed  BLOB,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    CONSTRAINT pk_look_up PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX uq_look_up__name_folded ON look_up (name_folded);
