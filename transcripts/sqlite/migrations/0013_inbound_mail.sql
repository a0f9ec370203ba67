-- Mail that came in: one row per mail, and its bytes apart, so that a list never reads them.
CREATE TABLE inbound (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    message_id TEXT,
    source TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    envelope_from TEXT,
    recipients TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    error TEXT,
    sender TEXT,
    subject TEXT,
    ticket_number TEXT,
    tries INTEGER NOT NULL,
    settled_at INTEGER
);
CREATE UNIQUE INDEX inbound_once ON inbound (digest, ifnull(message_id, ''));
CREATE INDEX inbound_by_state ON inbound (state, n);
CREATE INDEX inbound_due ON inbound (due_at, n) WHERE state = 'received';
CREATE INDEX inbound_of_sender ON inbound (sender, settled_at) WHERE sender IS NOT NULL;

CREATE TABLE inbound_raw (
    inbound_id TEXT PRIMARY KEY REFERENCES inbound (id),
    raw BLOB NOT NULL
);

-- Whose Message-ID somebody answers.
CREATE INDEX mails_by_message_id ON mails (message_id) WHERE ticket_number IS NOT NULL;

-- The earlier ticket that this one goes on with; what a mail quoted, and the address it came from.
ALTER TABLE tickets ADD COLUMN previous TEXT;
ALTER TABLE ticket_messages ADD COLUMN quoted TEXT;
ALTER TABLE ticket_messages ADD COLUMN sender TEXT;
