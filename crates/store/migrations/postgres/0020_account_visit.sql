-- Which visit of a website stands beside a chat: what the chat's page said of itself, in the newest of its words. It says
-- where somebody is, and nothing of who it is.
CREATE TABLE account_visit (
    account_id  BYTEA   NOT NULL,
    visit_row   BIGINT  NOT NULL,
    at          BIGINT  NOT NULL,
    CONSTRAINT pk_account_visit PRIMARY KEY (account_id),
    CONSTRAINT fk_account_visit__account FOREIGN KEY (account_id) REFERENCES channel_account (id) ON DELETE CASCADE,
    CONSTRAINT fk_account_visit__visit FOREIGN KEY (visit_row) REFERENCES visit (row_id) ON DELETE CASCADE
);
CREATE INDEX ix_account_visit__visit_row ON account_visit (visit_row);
