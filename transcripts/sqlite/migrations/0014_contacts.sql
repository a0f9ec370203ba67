-- Known people: one row a person, one row an address, so that no address is two people's.
CREATE TABLE contacts (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT,
    addresses TEXT NOT NULL, -- JSON, the primary one first
    subject TEXT,
    created_at INTEGER NOT NULL,
    words TEXT NOT NULL -- folded name and addresses, for search
);
CREATE UNIQUE INDEX contacts_by_subject ON contacts (subject) WHERE subject IS NOT NULL;
CREATE TABLE contact_addresses (
    folded TEXT PRIMARY KEY,
    contact_id TEXT NOT NULL
) WITHOUT ROWID;

-- Who asked for a ticket before there were contacts. Signed people are met again when they come back.
INSERT INTO contacts (id, name, addresses, subject, created_at, words)
SELECT 't-' || number, requester_name, json_array(requester_email), NULL, min(created_at),
    folded(coalesce(requester_name, '') || ' ' || requester_email)
FROM tickets GROUP BY lower(requester_email) ORDER BY min(id);
INSERT INTO contact_addresses (folded, contact_id)
SELECT lower(json_extract(addresses, '$[0]')), id FROM contacts;

-- All chats and tickets of one person.
CREATE INDEX chats_of_address ON chats (visitor_email COLLATE NOCASE) WHERE visitor_email IS NOT NULL;
CREATE INDEX tickets_of_address ON tickets (requester_email COLLATE NOCASE);

-- The visitor is asked for the code that was mailed, until then.
ALTER TABLE chats ADD COLUMN code_expires_at INTEGER;
CREATE TABLE codes (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    chat_id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    address TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    wrong INTEGER NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX codes_of_chat ON codes (chat_id, n);
CREATE INDEX codes_to_address ON codes (address, sent_at);

-- Who did what: only ever added to.
CREATE TABLE audit (
    n INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT raise(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit BEGIN
    SELECT raise(ABORT, 'the audit log is only added to');
END;
