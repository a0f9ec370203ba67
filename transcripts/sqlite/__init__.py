"""The record in one SQLite file: one thread writes and commits in groups, others read."""
