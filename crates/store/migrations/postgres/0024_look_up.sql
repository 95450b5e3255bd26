-- How the company's own systems are asked about callers. Secrets are sealed together, apart from the settings.
CREATE TABLE look_up (
    id              BYTEA  NOT NULL,
    name            TEXT   NOT NULL,
    name_folded     TEXT   COLLATE "C" NOT NULL,
    body            JSONB  NOT NULL,
    secrets_sealed  BYTEA,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    CONSTRAINT pk_look_up PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_look_up__name_folded ON look_up (name_folded);
