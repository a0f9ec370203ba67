"""Lists that come in pages: documents that carry a number `n`, the newest first."""

from __future__ import annotations

from transcripts.cursors import number_of
from transcripts.mongo.client import Document
from transcripts.mongo.writer import View


async def page_of(
    view: View, collection: str, wanted: Document, cursor: str | None, limit: int, *, left_out: str | None = None
) -> tuple[list[Document], str | None]:
    """At most `limit` of those wanted, and the cursor behind them; None: there are no more. left_out: a field."""
    before: Document = {} if cursor is None else {"n": {"$lt": number_of(cursor)}}
    fields = None if left_out is None else {left_out: 0}
    found = view.db[collection].find({**wanted, **before}, fields, session=view.session).sort("n", -1)
    documents = await found.limit(limit + 1).to_list(limit + 1)
    page = documents[:limit]
    return page, str(page[-1]["n"]) if len(documents) > limit and page else None
