-- Accounts with an end date and without search or export; what the audit log is asked for.
ALTER TABLE agents ADD COLUMN ends_at INTEGER;
ALTER TABLE agents ADD COLUMN may_search INTEGER NOT NULL DEFAULT 1;
ALTER TABLE agents ADD COLUMN may_export INTEGER NOT NULL DEFAULT 1;

CREATE INDEX audit_of_actor ON audit (actor, n);
CREATE INDEX audit_of_action ON audit (action, n);
CREATE INDEX audit_of_subject ON audit (subject, n);

-- How many entries there are and the last one's hash, apart from them: cut off entries are missed.
CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    n INTEGER NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, n, hash) SELECT 1, n, hash FROM audit ORDER BY n DESC LIMIT 1;
