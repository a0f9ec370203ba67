-- What the reports count, counted where it is (report_reads.py).

-- Messages of people, not events: kept by the database, because a month of them is a million rows.
ALTER TABLE chats ADD COLUMN messages_n INTEGER NOT NULL DEFAULT 0;
UPDATE chats SET messages_n = (SELECT count(*) FROM messages WHERE chat_id = chats.id AND kind <> 'event');
CREATE TRIGGER messages_counted AFTER INSERT ON messages WHEN new.kind <> 'event' BEGIN
    UPDATE chats SET messages_n = messages_n + 1 WHERE id = new.chat_id;
END;

-- Few chats are put back in line; only these have stays that their own columns do not tell.
CREATE INDEX messages_back_in_line ON messages (chat_id)
    WHERE kind = 'event' AND json_extract(event, '$.code') IN ('returned', 'transferred');

CREATE INDEX chats_rated ON chats (created_at) WHERE rating IS NOT NULL;
CREATE INDEX tickets_by_time ON tickets (created_at);
CREATE INDEX estimates_of_chat ON estimates (chat_id, at, n) WHERE likely_s IS NOT NULL AND upto_s IS NOT NULL;
DROP INDEX estimates_by_time;
