"""HTTP: the JSON interface, the pages and the health routes. Validates, calls a service, answers. Holds no rules."""
