-- What callers hear as recordings. `audio` is one channel of 16-bit samples, 8,000 a second, without a header; `language`
-- is a tag or `und`. `spoken` is what the server's voice said, where it did.

CREATE TABLE prompt (
    id           BLOB NOT NULL,
    name         TEXT NOT NULL,
    name_folded  TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    CONSTRAINT pk_prompt PRIMARY KEY (id)
) STRICT;
CREATE UNIQUE INDEX uq_prompt__name_folded ON prompt (name_folded);

-- The sound stands last, so that lists read the row without it.
CREATE TABLE prompt_recording (
    prompt_id    BLOB NOT NULL,
    language     TEXT NOT NULL,
    source       TEXT NOT NULL,
    spoken       TEXT,
    duration_ms  INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    audio        BLOB NOT NULL,
    CONSTRAINT pk_prompt_recording PRIMARY KEY (prompt_id, language),
    CONSTRAINT fk_prompt_recording__prompt_id FOREIGN KEY (prompt_id) REFERENCES prompt (id) ON DELETE CASCADE
) STRICT;
