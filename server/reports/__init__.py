"""The arithmetic of the reports: pure, from records to figures. What is unknown is None, never 0.

Who may see a report, and where its records come from, is services/reports/reports.py.
"""
