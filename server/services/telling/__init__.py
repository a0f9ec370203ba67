"""What is told unasked: pushes to visitors and agents, alarms, mails to managers."""
