-- The first range a chat's visitor was told, beside the chat: a report of a month looks at 100,000 of them.
-- As text, moment,likely_s,upto_s, because so it is read (column_reads.py); 17 digits are a whole double.

ALTER TABLE chats ADD COLUMN told TEXT;
UPDATE chats SET told = (
    SELECT printf('%d,%!.17g,%!.17g', at, likely_s, upto_s) FROM estimates
    WHERE chat_id = chats.id AND likely_s IS NOT NULL AND upto_s IS NOT NULL ORDER BY at, n LIMIT 1
);
DROP TRIGGER report_days_told;
CREATE TRIGGER chats_told AFTER INSERT ON estimates WHEN new.likely_s IS NOT NULL AND new.upto_s IS NOT NULL BEGIN
    UPDATE chats SET told = printf('%d,%!.17g,%!.17g', new.at, new.likely_s, new.upto_s)
        WHERE id = new.chat_id AND (told IS NULL OR CAST(told AS INTEGER) > new.at);
END;

-- It counts on the day the chat was started, like all else about a chat.
DROP TRIGGER report_days_chat_changed;
CREATE TRIGGER report_days_chat_changed AFTER UPDATE ON chats
WHEN (old.department_id, old.topic, old.agent_id, old.state, old.resolution, old.exchanges, old.assigned_at,
        old.first_assigned_at, old.first_reply_at, old.closed_at, old.ticket_number, old.rating, old.messages_n, old.told)
    IS NOT (new.department_id, new.topic, new.agent_id, new.state, new.resolution, new.exchanges, new.assigned_at,
        new.first_assigned_at, new.first_reply_at, new.closed_at, new.ticket_number, new.rating, new.messages_n, new.told)
BEGIN
    INSERT INTO report_days VALUES (new.created_at / 86400000000, 1)
        ON CONFLICT (day) DO UPDATE SET version = version + 1;
END;

-- What the reports keep of a whole UTC day, as they wish, and the version of the day that it was made of.
CREATE TABLE report_kept (day INTEGER PRIMARY KEY, version INTEGER NOT NULL, kept BLOB NOT NULL);

-- Ratings are read with their chats now.
DROP INDEX chats_rated;
