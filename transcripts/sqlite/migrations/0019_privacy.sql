-- Retention, erasure and consent.

-- When its words were taken away, and the version of the text that the visitor agreed to.
ALTER TABLE chats ADD COLUMN erased_at INTEGER;
ALTER TABLE chats ADD COLUMN consent TEXT;
ALTER TABLE tickets ADD COLUMN erased_at INTEGER;
CREATE INDEX chats_over ON chats (department_id, closed_at) WHERE state = 'closed' AND erased_at IS NULL;

-- What was erased, as keyed hashes: replayed after a restore.
CREATE TABLE erasures (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    keys TEXT NOT NULL
);

-- Addresses in an entry's detail may be sealed (audit_seals.py); its hash stays, and so does all else.
DROP TRIGGER audit_is_not_changed;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OF n, at, actor, action, subject, previous, hash ON audit BEGIN
    SELECT raise(ABORT, 'the audit log is only added to');
END;

-- What goes with a conversation.
CREATE INDEX mails_of_chat ON mails (chat_id) WHERE chat_id IS NOT NULL;
CREATE INDEX mails_of_ticket ON mails (ticket_number) WHERE ticket_number IS NOT NULL;
CREATE INDEX inbound_of_ticket ON inbound (ticket_number) WHERE ticket_number IS NOT NULL;
