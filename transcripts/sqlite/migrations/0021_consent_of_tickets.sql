-- The version of the text that was agreed to where a ticket was made without a conversation.
ALTER TABLE tickets ADD COLUMN consent TEXT;
