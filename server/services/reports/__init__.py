"""Reports for managers: who may see which, what they are made of, and the weekly mail."""
