"""The running process: Socket.IO, HTTP, sign-in, settings, background loops and the wiring of the two domains."""
