"""Socket.IO: transport, connections, and the two namespaces. Validates, calls a service, answers. Holds no rules."""
