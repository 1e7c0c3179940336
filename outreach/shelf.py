"""The content there is to give: what a customer has not had, in their language, best-used first."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach.tables import Content


class Piece(NamedTuple):
    id: int
    name: str


_ON_THE_SHELF = (
    sa.select(col(Content.language), col(Content.channel), col(Content.id), col(Content.name))
    .where(col(Content.active))
    .order_by(col(Content.use_rate).desc(), col(Content.name))
)


class Shelf:
    """All active content, as it stood when the shelf was read."""

    def __init__(self, session: Session) -> None:
        self._pieces: dict[tuple[str, str], list[Piece]] = defaultdict(list)
        for language, channel, piece_id, name in session.connection().execute(_ON_THE_SHELF):
            self._pieces[language, channel].append(Piece(piece_id, name))

    def left(self, language: str, channel: str, had: Collection[str]) -> list[Piece]:
        """The pieces in this language and channel that are not among `had`, best-used first."""
        return [piece for piece in self._pieces.get((language, channel), ()) if piece.name not in had]
