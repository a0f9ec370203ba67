-- Who was in line for more than a quarter of an hour, or is there now: few, so that who waited in a gap is found among
-- these and those who came shortly before it or in it (stay_reads.py), not among all chats of a week before.
CREATE INDEX chats_long_in_line ON chats (created_at)
    WHERE coalesce(first_assigned_at, closed_at, 9000000000000000000) - created_at > 900000000;
