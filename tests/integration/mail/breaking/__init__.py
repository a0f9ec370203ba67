"""Mails that break parsers, made in code: what they are called says what is wrong with them."""
