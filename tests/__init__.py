"""The proof, from pure rules to a real browser: see README.md in this folder."""
