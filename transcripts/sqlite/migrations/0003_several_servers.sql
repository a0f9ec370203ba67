-- What several servers that are one desk need to know of the record.

-- Counts the operations that changed anything about the chat.
ALTER TABLE chats ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- Whether other servers ran beside the process.
ALTER TABLE proofs ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
