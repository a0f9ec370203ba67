"""Incidents: what runs now, who tells of it and who hears of it."""
