"""Who a visitor is: the token from an earlier visit, or the identity that the site's own panel signed.

A visitor is kept in the record only once they say something; until then the token alone remembers them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from server.clock import Clock
from server.errors import Refusal
from server.signing import BadSignature, Identity, Signer
from transcripts import wording
from transcripts.port import VisitorStore
from transcripts.records import PageView, Visitor


class Visitors:
    def __init__(self, store: VisitorStore, signer: Signer, clock: Clock, new_id: Callable[[], str]) -> None:
        self._store = store
        self._signer = signer
        self._clock = clock
        self._new_id = new_id

    async def recognise(
        self, token: str | None, identity: str | None, locale: str | None, accept_language: str | None
    ) -> Visitor:
        """Raises Refusal unauthorized for a bad, expired or foreign identity; a bad token gives a fresh visitor."""
        visitor = await self._of_token(token) or self._fresh()
        visitor = replace(visitor, locale=wording.choose(locale, accept_language))
        if identity is None:
            return visitor
        try:
            return await self._introduce(visitor, self._signer.identity(identity))
        except BadSignature as exc:
            raise Refusal("unauthorized", "This sign-in is no longer valid. Reload the page.") from exc

    def token(self, visitor: Visitor) -> str:
        return self._signer.visitor_token(visitor.id)

    async def remember(self, visitor: Visitor, name: str | None = None, email: str | None = None) -> Visitor:
        """Keep the visitor, with what they said of themselves; a signed identity is not overwritten."""
        known = await self._store.visitor(visitor.id)
        if known is None and (visitor.name, visitor.email, visitor.subject) != (None, None, None):
            # Erased while the page was open: what was said before the erasure does not come back with it.
            visitor = replace(self._fresh(), id=visitor.id, locale=visitor.locale)
        if visitor.verified is None:
            visitor = replace(visitor, name=name or visitor.name, email=email or visitor.email)
        if known != visitor:
            await self._store.save_visitor(visitor)
        return visitor

    async def add_page(self, visitor_id: str, url: str, title: str) -> None:
        await self._store.add_page(PageView(visitor_id, url, title, self._clock.now()))

    async def _of_token(self, token: str | None) -> Visitor | None:
        if token is None:
            return None
        try:
            visitor_id = self._signer.visitor_of(token)
        except BadSignature:
            return None
        return await self._store.visitor(visitor_id) or replace(self._fresh(), id=visitor_id)

    async def _introduce(self, visitor: Visitor, identity: Identity) -> Visitor:
        """A shared browser's token may be another customer's: then a fresh visitor. A jti is its first visitor's."""
        if visitor.subject not in (None, identity.subject):
            visitor = replace(self._fresh(), locale=visitor.locale)
        if not await self._store.claim_identity(identity.jti, visitor.id, identity.expires_at):
            raise Refusal("unauthorized", "This sign-in was used elsewhere. Reload the page.")
        known = replace(
            visitor,
            subject=identity.subject,
            verified="signed",
            name=identity.name or visitor.name,
            email=identity.email or visitor.email,
        )
        await self._store.save_visitor(known)
        return known

    def _fresh(self) -> Visitor:
        return Visitor(self._new_id(), self._clock.now())
