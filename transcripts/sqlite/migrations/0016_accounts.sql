-- Accounts: sessions that can be told apart, a second factor, resets by mail, sign-in through a provider.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN used_at INTEGER;
ALTER TABLE sessions ADD COLUMN method TEXT NOT NULL DEFAULT 'password';

CREATE TABLE credentials (
    agent_id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    factor_secret TEXT,
    factor_since INTEGER,
    last_step INTEGER NOT NULL,
    recovery TEXT NOT NULL,
    reset_id TEXT,
    reset_until INTEGER
) WITHOUT ROWID;
