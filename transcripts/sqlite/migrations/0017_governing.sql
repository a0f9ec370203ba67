-- What an admin sets at the desk, and tokens for the API.
ALTER TABLE agents ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE departments ADD COLUMN tiers INTEGER NOT NULL DEFAULT 3;
ALTER TABLE departments ADD COLUMN service_target_s REAL;
ALTER TABLE departments ADD COLUMN first_news_s REAL;
ALTER TABLE departments ADD COLUMN escalate_after_s REAL;
ALTER TABLE departments ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE canned ADD COLUMN steps TEXT NOT NULL DEFAULT '[]';
ALTER TABLE canned ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    role TEXT NOT NULL,
    department_ids TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    ended_at INTEGER
);
