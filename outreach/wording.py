"""The words of the messages that are about to go out: the saved texts, with this customer's values in them."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from channels.message import Channel, Message
from outreach import texts
from outreach.conversation import Word
from outreach.history import Past, Wish
from outreach.lifecycle import Kind
from outreach.links import Links, Purpose
from outreach.settings import Settings
from outreach.tables import Content, Survey
from outreach.texts import Envelope


class Wording:
    """Writes messages from the contents and surveys as they are now; each text is read once."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self._session, self._settings, self._links = session, settings, Links(settings)
        self._contents: dict[int, Any] = {}
        self._surveys: dict[int, Any] = {}

    def message(self, past: Past, row: Any, wish: Wish) -> Message:
        """The message of one planned outreach; raises texts.Unwritable."""
        content = row.kind == Kind.CONTENT
        text = self._content(row.content_id) if content else self._survey(row.survey_id)
        body = (text.reminder or text.body) if row.kind == Kind.REMINDER else text.body
        link = self._links.to(Purpose.CONTENT if content else Purpose.SURVEY, row.id)
        values = {"name": past.customer.name, "touchpoint": wish.contact.touchpoint if wish.contact else None}
        envelope = self._envelope(past, row, text.language, link)
        return texts.compose(text.subject, body, values, envelope)

    def back(self, past: Past, row: Any, word: Word) -> Message:
        """What is said back to a reply, under the subject of the question; raises texts.Unwritable."""
        subject = f"Re: {word.to.subject}" if word.to.subject else ""
        link = self._links.to(Purpose.SURVEY, word.to.asked_by) if texts.names_link(word.text) else ""
        values = {"name": past.customer.name, "touchpoint": word.to.touchpoint}
        envelope = self._envelope(past, row, word.to.language or past.language, link)
        return texts.compose(subject, word.text, values, envelope)

    def _envelope(self, past: Past, row: Any, language: str, link: str) -> Envelope:
        return Envelope(
            outreach_id=row.id,
            channel=Channel(row.channel),
            organisation=self._settings.sender_name,
            recipient=past.recipients[row.channel],
            language=language,
            link=link,
            asks=row.kind in (Kind.ASK, Kind.REMINDER),
            stop=self._links.to(Purpose.UNSUBSCRIBE, row.id),
            preferences=self._links.to(Purpose.PREFERENCES, row.id),
            reply_to=self._links.reply_to(row.id),
        )

    def content_name(self, row: Any) -> str | None:
        """The name of the piece this outreach gives; None where it asks."""
        return str(self._content(row.content_id).name) if row.content_id is not None else None

    def _content(self, content_id: int) -> Any:
        if content_id not in self._contents:
            columns = (col(Content.name), col(Content.language), col(Content.subject), col(Content.body))
            query = sa.select(*columns).where(col(Content.id) == content_id)
            self._contents[content_id] = self._session.execute(query).one()
        return self._contents[content_id]

    def _survey(self, survey_id: int) -> Any:
        if survey_id not in self._surveys:
            columns = (col(Survey.language), col(Survey.subject), col(Survey.body), col(Survey.reminder))
            self._surveys[survey_id] = self._session.execute(
                sa.select(*columns).where(col(Survey.id) == survey_id)
            ).one()
        return self._surveys[survey_id]
