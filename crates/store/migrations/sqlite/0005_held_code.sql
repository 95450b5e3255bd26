-- While codes are being guessed, one that a page issued links nobody before the page says so: who sent it waits here.

ALTER TABLE identification_code ADD COLUMN held_account_id BLOB;
ALTER TABLE identification_code ADD COLUMN held_case_id BLOB;
