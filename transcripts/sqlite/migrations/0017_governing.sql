-- What an admin sets at the desk, and tokens for the API.
ALTER TABLE agents ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE departments ADD COLUMN tiers INTEGER NOT NULL DEFAULT 3;
ALTER TABLE departments ADD COLUMN service_target_s REAL;
ALTER TABLE departments ADD COLUMN first_news_s REAL;
ALTER TABLE departments ADD COLUMN escalate_after_s REAL;
ALTER TABLE departments ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE canned ADD COLUMN steps TEXT NOT NULL DEFAULT '[]';
ALTER TABLE canned ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
