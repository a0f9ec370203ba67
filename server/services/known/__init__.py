"""What a server has in its memory of the desk: who and what there is, who is connected, which chats are open."""
