"""Backups: the whole desk in one file, and a desk made from one."""
