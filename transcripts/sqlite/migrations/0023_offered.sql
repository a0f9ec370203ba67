-- When the turn of a chat that was left in line would have come, beside the chat: the truth of what it was told.
-- It counts on the day the chat was started, like all else about a chat.

ALTER TABLE chats ADD COLUMN offered_at INTEGER;
DROP TRIGGER report_days_chat_changed;
CREATE TRIGGER report_days_chat_changed AFTER UPDATE ON chats
WHEN (old.department_id, old.topic, old.agent_id, old.state, old.resolution, old.exchanges, old.assigned_at,
        old.first_assigned_at, old.first_reply_at, old.closed_at, old.ticket_number, old.rating, old.messages_n, old.told,
        old.offered_at)
    IS NOT (new.department_id, new.topic, new.agent_id, new.state, new.resolution, new.exchanges, new.assigned_at,
        new.first_assigned_at, new.first_reply_at, new.closed_at, new.ticket_number, new.rating, new.messages_n, new.told,
        new.offered_at)
BEGIN
    INSERT INTO report_days VALUES (new.created_at / 86400000000, 1)
        ON CONFLICT (day) DO UPDATE SET version = version + 1;
END;

-- The days that are kept do not know of it.
DELETE FROM report_kept;
