-- What the review of visits left open: the country of a visit, what colleagues decided and who they were, and how many
-- events a site sent on a day.
ALTER TABLE visit ADD COLUMN country TEXT;

-- Every decision stays; the newest one counts.
CREATE TABLE visit_decision (
    visit_row    BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    identity_row BIGINT NOT NULL,
    decision     TEXT    NOT NULL,
    by_kind      TEXT    NOT NULL,
    by_id        TEXT    NOT NULL,
    by_name      TEXT    NOT NULL,
    CONSTRAINT pk_visit_decision PRIMARY KEY (visit_row, at),
    CONSTRAINT fk_visit_decision__visit FOREIGN KEY (visit_row) REFERENCES visit (row_id) ON DELETE CASCADE,
    CONSTRAINT fk_visit_decision__identity FOREIGN KEY (identity_row) REFERENCES visit_identity (row_id) ON DELETE CASCADE
);
CREATE INDEX ix_visit_decision__identity_row ON visit_decision (identity_row);

-- One row for each server that counts, so that none waits for another.
CREATE TABLE visit_day (
    site_id    BYTEA   NOT NULL,
    day        BIGINT NOT NULL,
    server_id  BYTEA   NOT NULL,
    events     BIGINT NOT NULL,
    refused    BIGINT NOT NULL,
    CONSTRAINT pk_visit_day PRIMARY KEY (site_id, day, server_id),
    CONSTRAINT fk_visit_day__site FOREIGN KEY (site_id) REFERENCES channel (id)
);
