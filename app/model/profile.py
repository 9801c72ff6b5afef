"""Somebody on a network."""

from __future__ import annotations

from msgspec import Struct

from app.model.text import Emoji, without_emoji


class Profile(Struct, frozen=True, omit_defaults=True):
    """
    Somebody on a network, as others see them.

    Attributes:
        uri: Identity. The ActivityPub actor id, or the DID.
        handle: For people to read, without leading "@": ``a@b.social`` (always
            with host) or ``alice.bsky.social``. ``handle.invalid`` when the
            handle could not be verified.
        name: Display name, cleaned, may be "" (then show the handle).
        avatar: URL of the picture, or "".
        url: Web page of the profile, http(s), or "".
    """

    uri: str
    handle: str
    name: str = ""
    avatar: str = ""
    url: str = ""
    bot: bool = False
    locked: bool = False
    emojis: tuple[Emoji, ...] = ()

    @property
    def shown_name(self) -> str:
        """What to print where one name fits: without custom emoji, which only cards draw."""
        if self.emojis and ":" in self.name:
            return without_emoji(self.name, self.emojis) or self.handle
        return self.name or self.handle

    @property
    def drawn_name(self) -> str:
        """The same with the codes of ``emojis``, for who draws them."""
        return self.name or self.handle
