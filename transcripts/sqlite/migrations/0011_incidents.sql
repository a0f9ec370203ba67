-- Incidents and planned work, what was told of them, and the addresses that hear of it by mail.
CREATE TABLE incidents (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    kind TEXT NOT NULL,
    service TEXT,
    department_ids TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    created_at INTEGER NOT NULL,
    created_by_kind TEXT NOT NULL,
    created_by_id TEXT,
    created_by_name TEXT,
    ended_at INTEGER,
    last_number INTEGER NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX incidents_going ON incidents (n) WHERE ended_at IS NULL;

-- upto_n: the newest subscriber when it was told; mailed_n: up to which subscriber its mails are queued.
CREATE TABLE incident_news (
    n INTEGER PRIMARY KEY,
    incident_id TEXT NOT NULL REFERENCES incidents (id),
    number INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_kind TEXT NOT NULL,
    by_id TEXT,
    by_name TEXT,
    over INTEGER NOT NULL,
    upto_n INTEGER NOT NULL,
    mailed_n INTEGER NOT NULL DEFAULT 0,
    UNIQUE (incident_id, number)
);
CREATE INDEX incident_news_pending ON incident_news (n) WHERE mailed_n < upto_n;

-- AUTOINCREMENT: a number is never given again, or who subscribed later would pass for one of before.
CREATE TABLE incident_subscribers (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    locale TEXT NOT NULL,
    everything INTEGER NOT NULL,
    incident_ids TEXT NOT NULL,
    confirmed_at INTEGER NOT NULL
);
