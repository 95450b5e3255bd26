-- The minute of a visit's last event, for the indexes: with the moment itself each event moved the visit in three of them.
ALTER TABLE visit ADD COLUMN active_at INTEGER NOT NULL DEFAULT 0;
UPDATE visit SET active_at = last_at / 60000000 * 60000000;
DROP INDEX ix_visit__last_at;
DROP INDEX ix_visit__site_id__last_at;
DROP INDEX ix_visit__device_row;
CREATE INDEX ix_visit__active_at ON visit (active_at);
CREATE INDEX ix_visit__site_id__active_at ON visit (site_id, active_at);
CREATE INDEX ix_visit__device_row ON visit (device_row, active_at);
