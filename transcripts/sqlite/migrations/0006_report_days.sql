-- Which days' reports have to be made anew: per UTC day since 1970, how often anything changed that reports are made of.
-- A chat counts on the day it was started, a ticket on the day it was made, what a visitor was told first on that day.

CREATE TABLE report_days (day INTEGER PRIMARY KEY, version INTEGER NOT NULL);
INSERT INTO report_days
    SELECT created_at / 86400000000, 1 FROM chats
    UNION SELECT created_at / 86400000000, 1 FROM tickets
    UNION SELECT at / 86400000000, 1 FROM estimates;

CREATE INDEX chats_of_ticket ON chats (ticket_number) WHERE ticket_number IS NOT NULL;

CREATE TRIGGER report_days_chat_started AFTER INSERT ON chats BEGIN
    INSERT INTO report_days VALUES (new.created_at / 86400000000, 1)
        ON CONFLICT (day) DO UPDATE SET version = version + 1;
END;
CREATE TRIGGER report_days_chat_changed AFTER UPDATE ON chats
WHEN (old.department_id, old.topic, old.agent_id, old.state, old.resolution, old.exchanges, old.assigned_at,
        old.first_assigned_at, old.first_reply_at, old.closed_at, old.ticket_number, old.rating, old.messages_n)
    IS NOT (new.department_id, new.topic, new.agent_id, new.state, new.resolution, new.exchanges, new.assigned_at,
        new.first_assigned_at, new.first_reply_at, new.closed_at, new.ticket_number, new.rating, new.messages_n)
BEGIN
    INSERT INTO report_days VALUES (new.created_at / 86400000000, 1)
        ON CONFLICT (day) DO UPDATE SET version = version + 1;
END;

CREATE TRIGGER report_days_ticket_made AFTER INSERT ON tickets BEGIN
    INSERT INTO report_days VALUES (new.created_at / 86400000000, 1)
        ON CONFLICT (day) DO UPDATE SET version = version + 1;
    UPDATE report_days SET version = version + 1
        WHERE day IN (SELECT created_at / 86400000000 FROM chats WHERE ticket_number = new.number);
END;
CREATE TRIGGER report_days_ticket_changed AFTER UPDATE ON tickets
WHEN (old.department_id, old.assignee, old.channel, old.solved_at)
    IS NOT (new.department_id, new.assignee, new.channel, new.solved_at)
BEGIN
    UPDATE report_days SET version = version + 1 WHERE day = new.created_at / 86400000000
        OR day IN (SELECT created_at / 86400000000 FROM chats WHERE ticket_number = new.number);
END;

-- Only what a chat was told first is in a report, so only that counts.
CREATE TRIGGER report_days_told AFTER INSERT ON estimates
WHEN new.likely_s IS NOT NULL AND new.upto_s IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM estimates WHERE chat_id = new.chat_id AND likely_s IS NOT NULL AND upto_s IS NOT NULL
    AND (at, n) < (new.at, new.n)
)
BEGIN
    INSERT INTO report_days VALUES (new.at / 86400000000, 1)
        ON CONFLICT (day) DO UPDATE SET version = version + 1;
END;
