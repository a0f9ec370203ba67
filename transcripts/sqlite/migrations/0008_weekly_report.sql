-- Which managers asked for last week's figures by mail.
ALTER TABLE agents ADD COLUMN weekly_report INTEGER NOT NULL DEFAULT 0;
