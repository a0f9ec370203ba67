"""Signing in through an OpenID Connect provider: the only room that speaks to it."""
