-- When the bytes of a mail that came in were thrown away, long after it was settled.
ALTER TABLE inbound ADD COLUMN raw_gone_at INTEGER;
CREATE INDEX inbound_with_raw ON inbound (settled_at, n) WHERE raw_gone_at IS NULL;
