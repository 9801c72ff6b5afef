"""Recipes that are published for others, and those that others have published."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.recipe import Recipe
from app.feed.recipe_reading import recipe_to_json
from app.feed.sharing import for_others, private_parts
from app.feed.wording import recipe_in_words
from app.model import Account, AccountId
from app.model.errors import NotFound, ServiceError, Unsupported
from app.model.offers import PublishedRecipe
from app.services.asking import told
from app.services.offline import not_asked

if TYPE_CHECKING:
    from app.protocols.offering import KeepsRecipes
    from app.services.accounts import Accounts


class PublicForm(Struct, frozen=True, kw_only=True):
    """
    What everybody could read if it were published.

    Attributes:
        document: Just that.
        in_words: What it does, a line each.
        lost: What of the feed would mean nothing to others.
    """

    document: str
    in_words: tuple[str, ...]
    lost: tuple[str, ...] = ()


class Publishing:
    """Publishes, takes back, fetches. *recipe*: the feed with that id."""

    def __init__(
        self,
        accounts: Accounts,
        recipe: Callable[[str], Recipe],
        *,
        offline: bool = False,
    ) -> None:
        self._accounts, self._recipe, self._offline = accounts, recipe, offline

    def able(self) -> tuple[Account, ...]:
        """Accounts that can publish."""
        return tuple(account for account in self._accounts.all() if self._can(account.id))

    def public_form(self, id: str) -> PublicForm:
        """Raises: NotFound, BadInput."""
        recipe, networks = self._recipe(id), self._networks()
        public = for_others(recipe, networks)
        return PublicForm(
            document=recipe_to_json(public),
            in_words=recipe_in_words(public),
            lost=private_parts(recipe, networks),
        )

    async def publish(self, id: str, account: AccountId | None = None) -> str:
        """
        Everybody may read the feed from now on, or its new form. Returns its address.

        Raises:
            Unsupported: No account of mine can.
            ServiceError: It was not published.
        """
        who = self._who(account)
        recipe = for_others(self._recipe(id), self._networks())
        document = recipe_to_json(recipe)
        service = self._service(who)
        work = service.publish_recipe(recipe.id, recipe.name, recipe.about, document)
        return await told(self._accounts, who, work)

    async def unpublish(self, uri: str) -> None:
        """Take it back; gone is gone. Raises: NotFound: None of my accounts has published it."""
        for account in self.able():
            mine = {one.uri for one in await self.published(account.id)}
            if uri in mine:
                await told(
                    self._accounts, account.id, self._service(account.id).unpublish_recipe(uri)
                )
                return
        raise NotFound("None of your accounts has published that.", "godwit feed published")

    async def published(self, account: AccountId) -> tuple[PublishedRecipe, ...]:
        """What the account has published. Raises: ServiceError."""
        return await told(self._accounts, account, self._service(account).own_recipes())

    async def fetch(self, uri: str) -> PublishedRecipe:
        """
        What somebody has published there: a document from strangers, not read yet.

        Raises:
            NotFound: There is none.
            Unsupported: None of my accounts can ask for it.
        """
        problem: ServiceError | None = None
        for account in self.able():
            try:
                return await self._service(account.id).recipe_at(uri)
            except ServiceError as error:
                problem = problem or error
        raise problem or self._nobody()

    # ------------------------------------------------------------- private

    def _networks(self) -> dict[str, str]:
        return {str(account.id): account.network for account in self._accounts.all()}

    def _who(self, account: AccountId | None) -> AccountId:
        if account is not None:
            return account
        able = self.able()
        if not able:
            raise self._nobody()
        return able[0].id

    def _can(self, account: AccountId) -> bool:
        from app.protocols.offering import KeepsRecipes

        try:
            return isinstance(self._accounts.service(account), KeepsRecipes)
        except ServiceError:
            return False  # its protocol is not there

    def _service(self, account: AccountId) -> KeepsRecipes:
        from app.protocols.offering import KeepsRecipes

        if self._offline:
            raise not_asked("Start it without --offline for this.")
        service = self._accounts.service(account)
        if not isinstance(service, KeepsRecipes):
            host = self._accounts.find(account).host
            raise Unsupported(f"{host} keeps no feeds for others.", "Use another account.")
        return service

    def _nobody(self) -> Unsupported:
        return Unsupported(
            "None of your accounts is on a network where feeds are published.",
            "Share its file instead.",
        )
