-- Reports: what happened, as facts that name no customer, and their sums by day. Whoever does something adds a fact in the
-- same transaction and waits for nobody; a job moves facts into the sums. Erasure and retention find nothing here.
CREATE TABLE metric_fact (
    id          BLOB    NOT NULL,
    day         INTEGER NOT NULL,
    metric      TEXT    NOT NULL,
    word        TEXT    NOT NULL,
    channel_id  BLOB,
    group_id    BLOB,
    user_id     BLOB,
    bucket      INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    CONSTRAINT pk_metric_fact PRIMARY KEY (id)
) STRICT;

CREATE TABLE metric_day (
    dimension  TEXT    NOT NULL,
    metric     TEXT    NOT NULL,
    day        INTEGER NOT NULL,
    item       BLOB    NOT NULL,
    word       TEXT    NOT NULL,
    bucket     INTEGER NOT NULL,
    amount     INTEGER NOT NULL,
    CONSTRAINT pk_metric_day PRIMARY KEY (dimension, metric, day, item, word, bucket)
) STRICT, WITHOUT ROWID;

-- What was counted of a conversation, so that it is counted once: the day of its beginning (none: it began before anything
-- was counted), the highest level that was proved in it, its first reply by a colleague, its first closing.
ALTER TABLE support_case ADD COLUMN begun_day INTEGER;
ALTER TABLE support_case ADD COLUMN identified_level INTEGER NOT NULL DEFAULT 0;
ALTER TABLE support_case ADD COLUMN first_reply_at INTEGER;
ALTER TABLE support_case ADD COLUMN resolved_at INTEGER;
