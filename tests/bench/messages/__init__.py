"""Messages per second: a desk that stores every one, and a bare python-socketio server that stores nothing."""
