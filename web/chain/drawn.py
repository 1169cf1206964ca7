"""The picture of a chain for a page or a file; its layout is kept by what is drawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from matcher.chain.drawing import Box, Layout, Picture, lay_out, picture_of, to_svg
from matcher.chain.session import ChainSession
from matcher.chain.template import Chain
from matcher.store import Scope
from web.chain.asking import Addresses, Asked
from web.chain.reading import kept


@dataclass(frozen=True)
class Drawn:
    """A picture with its layout, and as SVG for the page."""

    picture: Picture
    layout: Layout
    svg: str


def drawn(
    session: ChainSession, chain: Chain, asked: Asked, addresses: Addresses, scope: Scope, at: int
) -> Drawn:
    """The picture that an address asks for, kept until the store changes."""

    def make() -> Drawn:
        picture = picture_of(session, chain, asked.view)
        layout = laid_out(picture, scope)
        return Drawn(picture, layout, to_svg(picture, layout, lambda box: _address(box, addresses)))

    return kept("pictures").get((scope, asked.unfocused), at, make)


def laid_out(picture: Picture, scope: Scope) -> Layout:
    """A layout, kept for as long as the same is drawn, whatever else has changed."""
    said = repr((picture.columns, picture.boxes, picture.links))
    key = hashlib.sha256(said.encode()).hexdigest()
    return kept("pictures").get(("layout", scope, key), key, lambda: lay_out(picture))


def _address(box: Box, addresses: Addresses) -> str:
    if box.kind == "stage":
        return addresses.toggled(box.id.rpartition("/")[2])
    return addresses.node(box.id)
