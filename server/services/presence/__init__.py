"""Which agents are there, and the ledger from which coverage is computed."""
