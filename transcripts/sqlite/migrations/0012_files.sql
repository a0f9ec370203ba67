-- Files of chats and tickets; their bytes lie in the folder files/ beside this record.
CREATE TABLE files (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    author_kind TEXT NOT NULL,
    author_id TEXT,
    author_name TEXT,
    created_at INTEGER NOT NULL,
    chat_id TEXT REFERENCES chats (id),
    ticket_number TEXT REFERENCES tickets (number),
    thumb_id TEXT UNIQUE,
    thumb_width INTEGER NOT NULL,
    thumb_height INTEGER NOT NULL,
    sent_at INTEGER,
    internal INTEGER NOT NULL
);
CREATE INDEX files_of_chat ON files (chat_id, n) WHERE chat_id IS NOT NULL;
CREATE INDEX files_of_ticket ON files (ticket_number, n) WHERE ticket_number IS NOT NULL;
CREATE INDEX files_unsent ON files (created_at) WHERE sent_at IS NULL;
-- Which files came with a message, as a JSON array of ids.
ALTER TABLE ticket_messages ADD COLUMN file_ids TEXT NOT NULL DEFAULT '[]';
