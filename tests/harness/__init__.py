"""What outside tests stand on: a real server process, real sockets, a real mail server, a real browser."""
