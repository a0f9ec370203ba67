"""Who a visitor is, and whom a chat's visitor is taken for."""
