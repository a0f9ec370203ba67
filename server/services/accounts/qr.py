"""A QR code as SVG: one path of dark squares, with the quiet zone around it that readers need."""

from __future__ import annotations

import segno

QUIET = 4


def qr_svg(text: str) -> str:
    """Black on white whatever the page's colours are: phones read it only so."""
    code = segno.make_qr(text, error="m")
    side = len(code.matrix) + 2 * QUIET
    dark = [(x + QUIET, y + QUIET) for y, row in enumerate(code.matrix) for x, is_dark in enumerate(row) if is_dark]
    squares = "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{squares}"/></svg>'
    )
