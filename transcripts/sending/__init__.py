"""The outbox and its ways out: SMTP, or a maildir."""
