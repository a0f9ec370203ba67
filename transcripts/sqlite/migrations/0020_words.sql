-- Words of messages, put into the index in batches (word_index.py), and messages counted with their chat (sending.py).

-- The last message whose words are in the index: one row. Ids of messages only grow.
CREATE TABLE words_upto (upto INTEGER NOT NULL);
INSERT INTO words_upto SELECT coalesce(max(id), 0) FROM messages;
DROP TRIGGER messages_words;

-- chats.messages_n is written together with what else a message changes about its chat.
DROP TRIGGER messages_counted;
