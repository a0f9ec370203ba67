"""What the widget is told of what an admin has set, and what the server holds visitors to: offers and what is asked."""

from __future__ import annotations

from typing import Any

from server.contrast import fitted, normalised
from server.errors import Refusal
from server.requests import ChatStart, ToTicket
from server.services.admin.desk_settings import DeskSettings
from server.services.chats.files import Rules
from server.services.known.directory import Directory
from server.services.privacy.consent import Consent
from server.services.telling.openness import VISITORS
from server.settings import Settings
from server.sockets.rooms import Connection, Rooms
from transcripts.records import Visitor

Json = dict[str, Any]

BUTTONS = {"en": "Chat", "cs": "Chat", "sk": "Chat", "pl": "Czat", "el": "Συνομιλία", "ru": "Чат"}
NOT_OFFERED = {
    "suggestion": "Suggestions are not taken here.",
    "callback": "Calling back is not offered here.",
    "message": "Messages are not taken here.",
}
MISSING = {
    "name": "Say your name first.",
    "email": "Say your e-mail address first.",
    "topic": "Choose what it is about first.",
}


class WidgetShown:
    def __init__(
        self,
        desk_settings: DeskSettings,
        settings: Settings,
        directory: Directory,
        rooms: Rooms,
        file_rules: Rules,
        consent: Consent,
    ) -> None:
        self._desk_settings = desk_settings
        self._settings = settings
        self._directory = directory
        self._file_rules = file_rules
        self._rooms = rooms
        self._consent = consent
        desk_settings.on_change(self._tell)
        consent.on_change(self._tell_consent)

    def settings(self, locale: str) -> Json:
        """The `settings` of a visitor's hello, in the visitor's language."""
        widget = self._desk_settings.widget
        texts = next((texts for name, texts in widget.texts.items() if name == locale), None)
        said = {} if texts is None else texts.model_dump(exclude_none=True, exclude={"button"})
        return {
            "service_target_s": self._settings.service_target_s,
            "visitor_grace_s": self._settings.visitor_grace_s,
            "site_name": self._settings.site_name,
            "files": self._file_rules.shown(),
            "offers": widget.offers.model_dump(),
            "ask": widget.ask.model_dump(),
            "texts": said,
        }

    def consent(self, locale: str, department_id: str | None) -> Json:
        """`consent` and `consents` of a visitor's hello, each only where there is something to agree to.

        department_id: of the widget's page; a desk of one department has no other. consents: of every department,
        where they differ, as a visitor may choose among them.
        """
        return {name: said for name, said in self._consent_told(locale, department_id).items() if said}

    def look(self) -> Json:
        """What the button on the customer's page looks like; what the page itself says wins."""
        widget = self._desk_settings.widget
        own = {locale: texts.button for locale, texts in widget.texts.items() if texts.button}
        look: Json = {"position": widget.position, "names": {**BUTTONS, **own}}
        return {**look, "accent": widget.accent} if widget.accent else look

    def accents(self, asked: str) -> str | None:
        """Accent and ink, light then dark, as four colours; None for the widget's own. asked: the page's accent."""
        colour = normalised(asked) or self._desk_settings.widget.accent
        if colour is None:
            return None
        shown = fitted(colour)
        return " ".join(part for scheme in ("light", "dark") for part in (shown[scheme].accent, shown[scheme].ink))

    @property
    def offers_chats(self) -> bool:
        return self._desk_settings.widget.offers.chat

    def require_asked(self, visitor: Visitor, request: ChatStart) -> None:
        """What must be said before a chat is. Whom the site introduces has said it. Raises Refusal invalid."""
        ask = self._desk_settings.widget.ask
        introduced = visitor.verified is not None
        has_topics = bool(self._directory.choose_department(request.department).topics)
        lacking = {
            "name": ask.name == "required" and not (request.name or visitor.name or introduced),
            "email": ask.email == "required" and not (request.email or visitor.email or introduced),
            "topic": ask.topic == "required" and has_topics and not request.topic,
        }
        for field, is_lacking in lacking.items():
            if is_lacking:
                raise Refusal("invalid", MISSING[field], field=field)

    def require_offered(self, request: ToTicket) -> None:
        """Raises Refusal forbidden where this kind of ticket is not offered."""
        offers = self._desk_settings.widget.offers.model_dump()
        kind = "suggestion" if request.kind == "suggestion" else "message" if request.phone is None else "callback"
        if not offers[kind]:
            raise Refusal("forbidden", NOT_OFFERED[kind])

    def _tell(self) -> None:
        """Every widget that is open, in its language."""
        encoded: dict[str, bytes] = {}
        for connection in self._rooms.members(VISITORS):
            locale = _locale(connection)
            if locale not in encoded:
                encoded[locale] = connection.encode("settings", self.settings(locale))
            connection.push(encoded[locale])

    def _tell_consent(self) -> None:
        """With null for what is not asked any more."""
        for connection in self._rooms.members(VISITORS):
            locale = _locale(connection)
            told = {**self.settings(locale), **self._consent_told(locale, connection.department_id)}
            connection.push(connection.encode("settings", told))

    def _consent_told(self, locale: str, department_id: str | None) -> Json:
        ids = [department.id for department in self._directory.departments()]
        asked = {one: self._consent.shown(one, locale) for one in ids} if self._consent.differs else {}
        return {
            "consent": self._consent.shown(ids[0] if len(ids) == 1 else department_id, locale),
            "consents": asked if len(ids) > 1 else {},
        }


def _locale(connection: Connection) -> str:
    return connection.person.locale if isinstance(connection.person, Visitor) else "en"
