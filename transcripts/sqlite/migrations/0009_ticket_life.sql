-- What a ticket's life leaves behind: promises kept and missed, time at its tier, the solution, the customer's rating.

ALTER TABLE tickets ADD COLUMN called_before INTEGER;
ALTER TABLE tickets ADD COLUMN promised_at INTEGER;
ALTER TABLE tickets ADD COLUMN missed_at INTEGER;
ALTER TABLE tickets ADD COLUMN tier_since INTEGER;
ALTER TABLE tickets ADD COLUMN solution TEXT;
ALTER TABLE tickets ADD COLUMN rating TEXT;
ALTER TABLE tickets ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN first_answer_at INTEGER;
ALTER TABLE tickets ADD COLUMN promises_kept INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN promises_missed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN tier_assigned_at INTEGER;

-- An answer of before is in its messages; a chat at its first tier had its first agent there.
UPDATE tickets SET first_answer_at = (
    SELECT min(at) FROM ticket_messages
    WHERE ticket_number = number AND author_kind = 'agent' AND NOT internal
);
UPDATE chats SET tier_assigned_at = coalesce(
    CASE WHEN first_assigned_at >= queued_at THEN first_assigned_at END, assigned_at
);

CREATE INDEX tickets_by_checkpoint ON tickets (checkpoint_at) WHERE status NOT IN ('closed', 'solved');
CREATE INDEX tickets_missed ON tickets (missed_at) WHERE missed_at IS NOT NULL;
CREATE INDEX tickets_at_tier ON tickets (department_id, tier, coalesce(tier_since, created_at))
    WHERE status IN ('in_progress', 'open');

-- Who is passed on to another tier is back in line too.
DROP INDEX messages_back_in_line;
CREATE INDEX messages_back_in_line ON messages (chat_id)
    WHERE kind = 'event' AND json_extract(event, '$.code') IN ('escalated', 'returned', 'transferred');

DROP TRIGGER report_days_ticket_changed;
CREATE TRIGGER report_days_ticket_changed AFTER UPDATE ON tickets
WHEN (old.department_id, old.assignee, old.channel, old.solved_at, old.reopened, old.first_answer_at,
        old.promises_kept, old.promises_missed, old.rating)
    IS NOT (new.department_id, new.assignee, new.channel, new.solved_at, new.reopened, new.first_answer_at,
        new.promises_kept, new.promises_missed, new.rating)
BEGIN
    UPDATE report_days SET version = version + 1 WHERE day = new.created_at / 86400000000
        OR day IN (SELECT created_at / 86400000000 FROM chats WHERE ticket_number = new.number);
END;
