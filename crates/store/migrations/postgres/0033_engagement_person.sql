-- Whom an engagement ever named: who began it, whoever was selected in it, and whom its conversation's account stood for or was
-- at home in. When one of them is erased, what people wrote of the engagement goes, also where its row names somebody else by then.
CREATE TABLE engagement_person (
    engagement_id  BYTEA NOT NULL,
    profile_id     BYTEA NOT NULL,
    CONSTRAINT pk_engagement_person PRIMARY KEY (engagement_id, profile_id),
    CONSTRAINT fk_engagement_person__engagement_id FOREIGN KEY (engagement_id) REFERENCES engagement (id) ON DELETE CASCADE
);
CREATE INDEX ix_engagement_person__profile_id ON engagement_person (profile_id);

INSERT INTO engagement_person (engagement_id, profile_id)
SELECT id, attendee_id FROM engagement WHERE attendee_id IS NOT NULL
UNION SELECT id, customer_id FROM engagement WHERE customer_id IS NOT NULL
UNION SELECT id, representative_id FROM engagement WHERE representative_id IS NOT NULL
UNION SELECT e.id, a.profile_id FROM engagement e JOIN support_case c ON c.id = e.case_id
      JOIN channel_account a ON a.id = c.account_id
UNION SELECT e.id, a.home_profile_id FROM engagement e JOIN support_case c ON c.id = e.case_id
      JOIN channel_account a ON a.id = c.account_id
UNION SELECT e.id, a.profile_id FROM engagement e JOIN phone_call c ON c.id = e.call_id
      JOIN channel_account a ON a.id = c.account_id
UNION SELECT e.id, a.home_profile_id FROM engagement e JOIN phone_call c ON c.id = e.call_id
      JOIN channel_account a ON a.id = c.account_id;

-- One that opened by itself has no time to be idle until somebody takes it up: those whose conversation is over are looked for.
CREATE INDEX ix_engagement__waiting ON engagement (created_at) WHERE outcome IS NULL AND idle_at IS NULL;
CREATE INDEX ix_engagement__case_id ON engagement (case_id, created_at) WHERE case_id IS NOT NULL;
-- What is kept no longer.
CREATE INDEX ix_engagement__updated_at ON engagement (updated_at) WHERE outcome IS NOT NULL;
