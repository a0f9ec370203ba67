"""Erasing, exporting, forgetting after some time, and the consent before anything is written."""
