"""Rules about the sources themselves; each is seen to catch a planted violation."""
