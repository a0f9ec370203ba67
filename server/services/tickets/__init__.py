"""Tickets: how they come to be, are answered and promised, and the problems that join them."""
