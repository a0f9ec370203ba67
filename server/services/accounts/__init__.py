"""Who may sign in, who is signed in, and what people do to their own account."""
