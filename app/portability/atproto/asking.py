"""What only the user can give: one question each, asked when it is needed."""

from __future__ import annotations

from msgspec.structs import replace

from app.portability.plan import Need, Plan
from app.portability.step import StepContext, Waiting
from app.protocols.http import host_of

MAKE, HAVE, SKIP = "make", "have", "skip"
"""Answers to ``own_key``."""

RETRY, LEAVE, REMOVE, BRING = "retry", "leave", "remove", "bring"
"""Answers to ``missing_files``, ``damaged_repo``, ``new_account``, ``written_since``."""

BY_KEY = "key"
"""Typed in place of a mailed code: sign with the own recovery key instead."""

NEW = "new"
"""Typed in place of a mailed code: mail another."""

SAME = "same"
"""Typed in place of an e-mail address: the one of the old account."""

_MAIL_HELP = (
    "It comes by e-mail within a minute or two and is good for a quarter of an hour. "
    "Look into the spam folder; of several only the newest works."
)


def old_password(plan: Plan) -> Need:
    """Of the account at the server it leaves."""
    return Need(
        key="old_password",
        prompt=f"The password of {_named(plan)} at {host_of(plan.source.server)}.",
        secret=True,
        kind="secret",
        when="now",
        help="The account's own password: an app password cannot move an account. "
        "Godwit keeps it in memory only while it works.",
    )


def old_code(plan: Plan) -> Need:
    """The second factor of the old server."""
    return _code("old_code", f"The sign-in code that {host_of(plan.source.server)} has mailed you.")


def new_password(plan: Plan, *, exists: bool = False) -> Need:
    """Of the account at the server it moves to."""
    server = host_of(plan.target.server)
    words = f"The password of your account at {server}."
    choose = f"A password for your account at {server}: choose a new one, and note it down."
    return Need(
        key="new_password",
        prompt=words if exists else choose,
        secret=True,
        kind="secret",
        when="now",
        help=f"Forgotten? {server} can reset it by e-mail. Godwit does not keep it."
        if exists
        else "At least eight characters. Godwit keeps it in memory only while it works.",
    )


def password_to_end(plan: Plan) -> Need:
    """The same, to switch off the account that is left."""
    return replace(
        new_password(plan, exists=True),
        help=f"To switch that account off. Type “{SKIP}” to leave it on.",
    )


def new_code(plan: Plan) -> Need:
    """The second factor of the new server."""
    return _code("new_code", f"The sign-in code that {host_of(plan.target.server)} has mailed you.")


def handle(plan: Plan, domain: str) -> Need:
    """What the account shall be called at the new server."""
    return Need(
        key="handle",
        prompt=f"The handle you want at {host_of(plan.target.server)}.",
        help=f"Like name{domain}, or a domain of your own that is proven already."
        if domain
        else "A domain of your own that is proven already.",
        when="when the account is made",
    )


def email(plan: Plan) -> Need:
    """Where the new server shall write to."""
    return Need(
        key="email",
        prompt=f"An e-mail address for your account at {host_of(plan.target.server)}.",
        help="It is needed to reset the password, and for the codes of a later move. "
        f"Type “{SAME}” for the one of your account of today.",
        when="when the account is made",
    )


def invite(plan: Plan) -> Need:
    """What lets people in at the new server."""
    server = host_of(plan.target.server)
    return Need(
        key="invite",
        prompt=f"{server} lets in only who has an invite code.",
        help=f"Ask the people who run {server}; a code serves once.",
        when="when the account is made",
    )


def phone_code(plan: Plan) -> Need:
    """What the new server has sent to a telephone."""
    server = host_of(plan.target.server)
    return Need(
        key="phone_code",
        prompt=f"{server} wants to verify a telephone number: its code.",
        kind="code",
        secret=True,
        url=plan.target.server,
        help=f"Ask for the code on the pages of {server}.",
        when="when the account is made",
    )


def own_key() -> Need:
    """Whether the account gets a key of its own."""
    return Need(
        key="own_key",
        prompt="Make a recovery key of your own first?",
        kind="choice",
        when="before anything is changed",
        help="With it you can move or take back your account even when no server helps. "
        "Without it you depend on the servers' good will.",
        choices=(
            (MAKE, "Make one, and keep it in a file of mine"),
            (HAVE, "I have one in a file"),
            (SKIP, "Go on without one"),
        ),
    )


def own_key_file(*, exists: bool) -> Need:
    """Where the key is kept."""
    return Need(
        key="own_key_file",
        prompt="The file that holds your recovery key."
        if exists
        else "A new file for your recovery key, best on a disk or stick that you keep apart.",
        kind="file",
        when="before anything is changed",
        help="Whoever has this file can take your account. Godwit keeps no copy of it.",
    )


def move_key_file() -> Need:
    """Where the key is kept that lets an identity at a domain in, for one move."""
    return Need(
        key="own_key_file",
        prompt="A new file for a key that is made for this move.",
        kind="file",
        when="before anything is changed",
        help="The document at your domain names it for a while; afterwards the file is worth "
        "nothing, and can be deleted. Godwit keeps no copy of it.",
    )


def mailed_code(
    plan: Plan, key: str, email: str, *, server: str = "", by_key: bool = False, when: str = ""
) -> Need:
    """
    The code that a server has mailed before it signs.

    Args:
        key: ``own_key_code``, ``plc_code`` or ``undo_code``.
        email: Where to, masked.
        by_key: The own recovery key can sign instead.
    """
    host = host_of(server or plan.source.server)
    where = f" to {email}" if email else ""
    more = f" Or type “{BY_KEY}” to sign with your own recovery key instead." if by_key else ""
    return Need(
        key=key,
        prompt=f"The code that {host} has mailed{where}.",
        kind="code",
        secret=True,
        when=when,
        help=f"{_MAIL_HELP} Type “{NEW}” to be mailed another.{more}",
    )


def old_gone(plan: Plan) -> Need:
    """Whether to go on without the old server."""
    server = host_of(plan.source.server)
    return Need(
        key="old_gone",
        prompt=f"{server} does not answer. Go on without it?",
        kind="confirm",
        help="Godwit keeps trying. Say yes only if it is gone for good: what was written "
        "there since the export would be lost, and only your own recovery key can sign.",
    )


def missing_files(count: int) -> Need:
    """What to do about files that the new server did not get."""
    return Need(
        key="missing_files",
        prompt=f"Some files ({count}) could not be brought over. Go on without them?",
        kind="choice",
        help="They are named in missing-files.txt in the move's folder.",
        choices=((RETRY, "Try them again"), (LEAVE, "Go on without them")),
    )


def written_since(plan: Plan) -> Need:
    """What becomes of what was written at the new server, on the way back."""
    server = host_of(plan.target.server)
    return Need(
        key="written_since",
        prompt=f"Something was written at {server} since the move. Bring it back too?",
        kind="choice",
        help=f"It needs your password at {server}, and that it still helps.",
        choices=((BRING, "Bring it back"), (LEAVE, "Go back without it")),
    )


def new_account(plan: Plan) -> Need:
    """What becomes of the account that the move has made, when it is taken back."""
    server = host_of(plan.target.server)
    return Need(
        key="new_account",
        prompt=f"What shall become of the account that was made at {server}?",
        kind="choice",
        help="Left there, switched off, it can be used for another try.",
        choices=((LEAVE, "Leave it, switched off"), (REMOVE, "Delete it for good")),
    )


def removal_code(plan: Plan) -> Need:
    """What the new server mails before it deletes an account."""
    server = host_of(plan.target.server)
    return _code("removal_code", f"The code that {server} has mailed you, to delete the account.")


def damaged_repo(server: str) -> Need:
    """What to do with records that are not as they must be."""
    return Need(
        key="damaged_repo",
        prompt=f"{server} holds a damaged repository. Try again, or bring it over as it is?",
        kind="choice",
        help="What is damaged may be refused by the new server, or be missing there. Nothing is "
        "changed at the old one.",
        choices=((RETRY, "Fetch it again"), (LEAVE, "Bring it over as it is")),
    )


def did_document(address: str, document: str) -> Need:
    """The file at the user's own domain that says where the account lives."""
    return Need(
        key="did_document",
        prompt=f"Put this document at {address}.",
        kind="page",
        url=address,
        copy=document,
        help="Replace the whole file. Godwit looks at it every few seconds and goes on by itself.",
    )


def domain_proof(domain: str, did: str) -> Need:
    """The record by which a domain says whose handle it is."""
    return Need(
        key="domain_proof",
        prompt=f"Show that {domain} is yours: a DNS record TXT at _atproto.{domain}, "
        "with this value.",
        kind="page",
        copy=f"did={did}",
        help=f"Or put a file at https://{domain}/.well-known/atproto-did that holds just {did}. "
        "Godwit looks every few seconds; DNS can take an hour.",
    )


def given(context: StepContext, need: Need, text: str = "") -> str:
    """
    The answer to *need*, or what was chosen in the plan.

    Raises:
        Waiting: It is not there yet; *text* says why it is asked.
    """
    value = context.answers.get(need.key) or context.plan.options.get(need.key, "")
    if not value.strip():
        raise Waiting(need, text=text)
    return value if need.kind == "secret" else value.strip()


def unanswered(context: StepContext, *needs: Need) -> tuple[Need, ...]:
    """Those of *needs* that nobody has answered."""
    options, answers = context.plan.options, context.answers
    return tuple(n for n in needs if not (answers.get(n.key) or options.get(n.key, "")).strip())


def masked(email: str) -> str:
    """An e-mail address that its owner recognises, and nobody else learns."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}" if at and name else ""


def _code(key: str, prompt: str) -> Need:
    return Need(key=key, prompt=prompt, kind="code", secret=True, help=_MAIL_HELP)


def _named(plan: Plan) -> str:
    return plan.source.handle or plan.source.did
