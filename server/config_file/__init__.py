"""The desk's settings as one readable file: departments, accounts without secrets, ready answers, what admins set."""
