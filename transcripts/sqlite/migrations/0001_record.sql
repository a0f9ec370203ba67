-- The record's first shape. Moments (*_at) are whole microseconds since the Unix epoch, UTC; JSON is text.
-- Columns carry the names of the records' fields (records.py), an author is three of them.

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE chats (
    line INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    department_id TEXT NOT NULL,
    tier INTEGER NOT NULL,
    topic TEXT,
    priority TEXT NOT NULL,
    visitor_id TEXT NOT NULL,
    visitor_name TEXT,
    visitor_email TEXT,
    visitor_verified TEXT,
    locale TEXT NOT NULL,
    question TEXT NOT NULL,
    returned INTEGER NOT NULL,
    route_version INTEGER NOT NULL,
    agent_id TEXT,
    created_at INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    assigned_at INTEGER,
    first_assigned_at INTEGER,
    first_reply_at INTEGER,
    replied_since_assigned INTEGER NOT NULL,
    closed_at INTEGER,
    closed_by TEXT,
    resolution TEXT,
    ticket_number TEXT,
    last_seq INTEGER NOT NULL,
    last_note_seq INTEGER NOT NULL,
    agent_read_seq INTEGER NOT NULL,
    visitor_read_seq INTEGER NOT NULL,
    last_visitor_at INTEGER,
    last_agent_at INTEGER,
    unanswered_since INTEGER,
    idle_warned_at INTEGER,
    visitor_left_at INTEGER,
    exchanges INTEGER NOT NULL,
    summary TEXT,
    tags TEXT NOT NULL,
    rating TEXT,
    fields TEXT NOT NULL
);
-- A visitor never has two open chats, whatever the code above believes.
CREATE UNIQUE INDEX chats_open_of_visitor ON chats (visitor_id) WHERE state <> 'closed';
CREATE INDEX chats_open ON chats (state, agent_id) WHERE state <> 'closed';
CREATE INDEX chats_of_visitor ON chats (visitor_id, closed_at);
CREATE INDEX chats_of_agent ON chats (agent_id, closed_at);
CREATE INDEX chats_unresolved ON chats (agent_id, closed_at) WHERE state = 'closed' AND resolution IS NULL;
CREATE INDEX chats_by_time ON chats (created_at);

-- Every start a visitor ever asked for, and the chat it was answered with.
CREATE TABLE starts (
    visitor_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    chat_id TEXT NOT NULL REFERENCES chats (id),
    PRIMARY KEY (visitor_id, client_id)
) WITHOUT ROWID;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    chat_id TEXT NOT NULL REFERENCES chats (id),
    seq INTEGER NOT NULL,
    client_id TEXT,
    author_kind TEXT NOT NULL,
    author_id TEXT,
    author_name TEXT,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    file TEXT,
    event TEXT,
    UNIQUE (chat_id, seq)
);
CREATE UNIQUE INDEX messages_once ON messages (chat_id, client_id, author_kind, author_id) WHERE client_id IS NOT NULL;

CREATE TABLE notes (
    chat_id TEXT NOT NULL REFERENCES chats (id),
    note_seq INTEGER NOT NULL,
    after_seq INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author_id TEXT,
    author_name TEXT,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, note_seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX notes_once ON notes (chat_id, client_id, author_kind, author_id);

-- Words, folded (words.py) and without their text: the rows they come from have it.
CREATE VIRTUAL TABLE message_words USING fts5 (body, content = '', tokenize = 'unicode61');
CREATE TRIGGER messages_words AFTER INSERT ON messages WHEN new.kind = 'text' BEGIN
    INSERT INTO message_words (rowid, body) VALUES (new.id, folded(new.body));
END;
CREATE VIRTUAL TABLE name_words USING fts5 (visitor_name, content = '', tokenize = 'unicode61');
CREATE TRIGGER chats_words AFTER INSERT ON chats BEGIN
    INSERT INTO name_words (rowid, visitor_name) VALUES (new.line, folded(new.visitor_name));
END;
CREATE TRIGGER chats_words_changed AFTER UPDATE OF visitor_name ON chats BEGIN
    INSERT INTO name_words (name_words, rowid, visitor_name) VALUES ('delete', old.line, folded(old.visitor_name));
    INSERT INTO name_words (rowid, visitor_name) VALUES (new.line, folded(new.visitor_name));
END;

CREATE TABLE visitors (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    name TEXT,
    email TEXT,
    verified TEXT,
    subject TEXT,
    locale TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX visitors_by_subject ON visitors (subject, created_at, id) WHERE subject IS NOT NULL;

CREATE TABLE identities (
    jti TEXT PRIMARY KEY,
    visitor_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    visitor_id TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX pages_of_visitor ON pages (visitor_id, at, id);

-- id: the number as a number, the key of its words.
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    priority TEXT NOT NULL,
    department_id TEXT NOT NULL,
    tier INTEGER NOT NULL,
    topic TEXT,
    subject TEXT NOT NULL,
    channel TEXT NOT NULL,
    requester_name TEXT,
    requester_email TEXT NOT NULL,
    requester_verified TEXT,
    locale TEXT NOT NULL,
    assignee TEXT,
    checkpoint_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    chat_id TEXT REFERENCES chats (id),
    visitor_id TEXT,
    tags TEXT NOT NULL,
    version INTEGER NOT NULL,
    phone TEXT,
    call_at INTEGER,
    solved_at INTEGER
);
CREATE INDEX tickets_of_visitor ON tickets (visitor_id) WHERE visitor_id IS NOT NULL;

CREATE TABLE ticket_requests (
    creator TEXT NOT NULL,
    client_id TEXT NOT NULL,
    fingerprint TEXT,
    ticket_number TEXT NOT NULL REFERENCES tickets (number),
    PRIMARY KEY (creator, client_id)
) WITHOUT ROWID;

CREATE TABLE ticket_messages (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    ticket_number TEXT NOT NULL REFERENCES tickets (number),
    author_kind TEXT NOT NULL,
    author_id TEXT,
    author_name TEXT,
    verified TEXT,
    channel TEXT NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    client_id TEXT,
    internal INTEGER NOT NULL,
    mail_id TEXT
);
CREATE INDEX ticket_messages_of ON ticket_messages (ticket_number, n);

CREATE VIRTUAL TABLE ticket_words USING fts5 (
    number, subject, requester_name, requester_email, content = '', tokenize = 'unicode61'
);
CREATE TRIGGER tickets_words AFTER INSERT ON tickets BEGIN
    INSERT INTO ticket_words (rowid, number, subject, requester_name, requester_email)
    VALUES (new.id, new.number, folded(new.subject), folded(new.requester_name), folded(new.requester_email));
END;
CREATE VIRTUAL TABLE ticket_message_words USING fts5 (body, content = '', tokenize = 'unicode61');
CREATE TRIGGER ticket_messages_words AFTER INSERT ON ticket_messages BEGIN
    INSERT INTO ticket_message_words (rowid, body) VALUES (new.n, folded(new.body));
END;

CREATE TABLE mails (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    "to" TEXT NOT NULL,
    locale TEXT NOT NULL,
    message_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT,
    sent_at INTEGER,
    ticket_number TEXT,
    chat_id TEXT,
    upto_seq INTEGER,
    context TEXT NOT NULL,
    subject TEXT,
    raw BLOB,
    leased_until INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX mails_due ON mails (due_at, n) WHERE state = 'due';
CREATE INDEX mails_by_state ON mails (state, n);

CREATE TABLE agents (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    department_ids TEXT NOT NULL,
    tier INTEGER NOT NULL,
    capacity INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    status TEXT NOT NULL,
    status_reason TEXT,
    status_since INTEGER,
    disabled_at INTEGER,
    locale TEXT NOT NULL
);

CREATE TABLE departments (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    hours TEXT,
    tz TEXT NOT NULL,
    topics TEXT NOT NULL,
    closed_at INTEGER
);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    agent_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_of_agent ON sessions (agent_id);

CREATE TABLE canned (
    n INTEGER PRIMARY KEY,
    shortcut TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    department_id TEXT
);

CREATE TABLE named_values (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE presence (
    written INTEGER PRIMARY KEY,
    agent_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    department_ids TEXT NOT NULL,
    status TEXT NOT NULL,
    accepting INTEGER NOT NULL,
    free INTEGER NOT NULL,
    reason TEXT,
    process_id TEXT NOT NULL
);
CREATE INDEX presence_by_time ON presence (at, written);
CREATE INDEX presence_of_agent ON presence (agent_id, at, written);

CREATE TABLE proofs (
    process_id TEXT PRIMARY KEY,
    started_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    ended INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE journal (
    n INTEGER PRIMARY KEY,
    epoch TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    decided TEXT NOT NULL,
    UNIQUE (epoch, version, kind)
);
CREATE TABLE journal_decisions (
    chat_id TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES journal (n) ON DELETE CASCADE,
    PRIMARY KEY (chat_id, entry)
) WITHOUT ROWID;
CREATE INDEX journal_decisions_of_entry ON journal_decisions (entry);

CREATE TABLE estimates (
    n INTEGER PRIMARY KEY,
    chat_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    likely_s REAL,
    upto_s REAL
);
CREATE INDEX estimates_by_time ON estimates (at, n);
