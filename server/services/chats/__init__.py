"""Chats: what visitors and agents do with them, what time does, how they end, and the files in them."""
