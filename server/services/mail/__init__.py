"""Mail of this desk, out and in."""
