"""The subcommands of `semafor`, one module a topic; cli.py hands over to them."""
