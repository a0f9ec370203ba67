"""Who did what: a change together with its entry in the audit log."""
