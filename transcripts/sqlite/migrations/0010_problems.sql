-- Problems, and the tickets and chats that have one in common.
CREATE TABLE problems (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by_kind TEXT NOT NULL,
    created_by_id TEXT,
    created_by_name TEXT,
    status TEXT NOT NULL,
    cause TEXT,
    solution TEXT,
    answer TEXT,
    solved_at INTEGER,
    solved_by_id TEXT,
    solved_by_name TEXT,
    answered_at INTEGER,
    links_n INTEGER NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX problems_by_status ON problems (status, n);
CREATE INDEX problems_unanswered ON problems (n) WHERE status = 'solved' AND answered_at IS NULL;

CREATE TABLE problem_links (
    n INTEGER PRIMARY KEY,
    problem_id TEXT NOT NULL REFERENCES problems (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (kind, subject)
);
CREATE INDEX problem_links_of ON problem_links (problem_id, n);
