"""The queue in step with the record: commands, what becomes of them, and how to begin anew."""
