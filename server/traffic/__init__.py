"""Visitors and agents of the demo company, played live: they know the server by its public sockets and HTTP only."""
