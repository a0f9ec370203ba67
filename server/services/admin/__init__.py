"""What admins decide: accounts, departments, ready answers, settings, tokens."""
