-- How the values of an attribute look to whoever sees them masked, and for which roles that differs from their toggle.

ALTER TABLE attribute ADD COLUMN mask TEXT NOT NULL DEFAULT '{}';
