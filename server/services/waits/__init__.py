"""What waiting visitors are told: position and wait, and what came true of it."""
