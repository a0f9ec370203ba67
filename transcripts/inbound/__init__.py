"""Mail that comes in: kept raw first, read afterwards. What becomes of it is decided here, and done by the server."""
