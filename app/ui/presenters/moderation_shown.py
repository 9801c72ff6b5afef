"""From what is settled to what the page shows. Reads memory and what is kept; asks nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.model import Account, NetworkInfo
from app.model.moderation import Filter, Labeler, LabelMeaning, Settled
from app.moderation.blocklists import Blocked
from app.moderation.definitions import GLOBAL
from app.services.blocklists import Blocklists
from app.services.moderation import Moderation
from app.services.moderation_values import LabelerState, Proposal, Subscription
from app.ui.moderation import values as v
from app.ui.moderation import words as said
from app.ui.shell.words import hidden_icon, hidden_text

_SHARED = ("porn", "sexual", "nudity", "graphic-media")
_DESCRIPTIONS = {
    "porn": "Explicit pictures. Covers the media only",
    "sexual": "Less than explicit. Covers the media only",
    "nudity": "Not erotic: art, nature, health. Covers the media only",
    "graphic-media": "Wounds, violence. Covers the media only",
}
_MISSING = "Your server’s last answer had none of its labels: it may be off, or unknown there."
_GONE = "It could not be found when it was looked for last. What it labelled is not covered."
_ADULT_OFF = "hidden: adult content is off"


def shown_from(
    moderation: Moderation,
    blocklists: Blocklists,
    accounts: Sequence[Account],
    networks: Mapping[str, NetworkInfo],
    hidden: tuple[str, Mapping[str, int]],
    now: datetime,
) -> v.Shown:
    """
    Everything as it is now.

    Args:
        hidden: Name of the timeline that is open, and what it leaves out.

    Raises:
        StoreError: The blocklists cannot be read.
    """
    place, by = hidden
    choices, known = moderation.known.choices, moderation.known
    keepers = [one for one in accounts if one.id in known.settled]
    several = len(keepers) > 1
    marks = {one.id: networks[one.network].mark for one in accounts if one.network in networks}
    return v.Shown(
        labelers=tuple(_group(moderation, one, marks.get(one.id, ""), several) for one in keepers),
        words=_words(moderation, by, now),
        words_everywhere=choices.words_everywhere if keepers else None,
        sensitive=choices.sensitive,
        warnings=choices.warnings,
        filters=tuple(
            v.FilterGroup(
                account=one.id,
                host=one.host,
                handle=one.handle,
                mark=marks.get(one.id, ""),
                filters=tuple(_filter(each, now) for each in moderation.filters(one.id)),
            )
            for one in accounts
            if one.id in known.filters
        ),
        servers=tuple(
            v.ServerGroup(
                account=one.id,
                host=one.host,
                handle=one.handle,
                mark=marks.get(one.id, ""),
                domains=moderation.blocked_servers(one.id),
                refused=len(known.refused.get(one.id, ())),
            )
            for one in accounts
            if one.id in known.servers
        ),
        lists=tuple(_list(one, now) for one in blocklists.all()),
        exceptions=blocklists.exceptions(),
        hidden=_hidden(by),
        place=place,
    )


# ------------------------------------------------------------------ labelers


def _group(moderation: Moderation, account: Account, mark: str, several: bool) -> v.LabelerGroup:
    settled = moderation.settled(account.id)
    assert settled is not None
    states = moderation.labelers(account.id)
    note = str(len(states))
    return v.LabelerGroup(
        account=account.id,
        handle=account.handle,
        mark=mark,
        note=f"{note} · {said.isolated('@' + account.handle)}" if several else note,
        adult=settled.adult,
        labelers=tuple(_labeler(one, settled) for one in states),
    )


def _labeler(state: LabelerState, settled: Settled) -> v.LabelerItem:
    rows = label_rows(state.labeler, settled, state.settings, own=state.own)
    shown = labeler_item(state.labeler, rows, own=state.own)
    trouble = _GONE if state.gone else _MISSING if state.missing else ""
    return v.LabelerItem(
        uri=shown.uri,
        name=shown.name,
        source=shown.source,
        summary=said.labels_summary(rows),
        description=shown.description,
        avatar=shown.avatar,
        trouble=trouble,
        own=state.own,
        labels=rows,
    )


def labeler_item(
    labeler: Labeler, rows: tuple[v.LabelRow, ...] = (), *, own: bool = False
) -> v.LabelerItem:
    """Who a labeler is."""
    handle = said.isolated(f"@{labeler.handle}") if labeler.handle else said.isolated(labeler.uri)
    number = len(labeler.meanings) or len(rows)
    labels = f"{number} label" if number == 1 else f"{number} labels"
    return v.LabelerItem(
        uri=labeler.uri,
        name=labeler.name or labeler.handle or "Unknown labeler",
        source=f"{handle} · {'always on' if own else labels}",
        description=labeler.description,
        avatar=labeler.avatar,
        labels=rows,
        own=own,
    )


def label_rows(
    labeler: Labeler, settled: Settled, settings: Mapping[str, str], *, own: bool
) -> tuple[v.LabelRow, ...]:
    """What can be chosen for its labels; the shared ones are the network's own labeler's."""
    rows = [_meant(one, labeler.uri, settled, settings) for one in labeler.meanings]
    if own:
        rows += [_shared(value, settled) for value in _SHARED]
    return tuple(rows)


def _meant(
    one: LabelMeaning, labeler: str, settled: Settled, settings: Mapping[str, str]
) -> v.LabelRow:
    off = one.adult and not settled.adult
    setting = "hide" if off else settings.get(one.value, one.default)
    forbids = one.value.startswith("!")
    return v.LabelRow(
        value=one.value,
        name=one.name or one.value,
        description=one.description,
        labeler=labeler,
        setting=setting,  # type: ignore[arg-type]
        choices=("warn", "hide") if forbids else ("ignore", "warn", "hide"),
        why=_ADULT_OFF if off else "",
    )


def _shared(value: str, settled: Settled) -> v.LabelRow:
    known = GLOBAL[value]
    off = known.adult and not settled.adult
    return v.LabelRow(
        value=value,
        name=known.name,
        description=_DESCRIPTIONS[value],
        setting="hide" if off else settled.labels.get(value, known.default),
        why=_ADULT_OFF if off else "",
    )


# -------------------------------------------------------------------- words


def _words(moderation: Moderation, by: Mapping[str, int], now: datetime) -> tuple[v.WordItem, ...]:
    hits = said.word_hits(by.items())
    found = []
    for state in moderation.words():
        end, here = said.word_end(state.word), state.here and not state.accounts
        found.append(
            v.WordItem(
                word=state.word,
                shown=said.shown_word(state.word),
                scope=said.word_scope(state.word, here=here),
                expiry=said.ending(end, now),
                running=end is not None and end > now,
                hits=hits.get(state.word.value.lower(), 0),
                here=here,
            )
        )
    return tuple(found)


def _filter(one: Filter, now: datetime) -> v.FilterItem:
    does, color = said.DOES[one.action]
    return v.FilterItem(
        filter=one, title=one.title, about=said.filter_about(one, now), does=does, color=color
    )


def _hidden(by: Mapping[str, int]) -> tuple[v.HiddenItem, ...]:
    """By list, not by every name on it; the largest first."""
    found: dict[str, v.HiddenItem] = {}
    for cause, count in by.items():
        text = hidden_text(cause, whole=False)
        known = found.get(text)
        found[text] = v.HiddenItem(
            keys=(*(known.keys if known is not None else ()), cause),
            icon=hidden_icon(cause),
            text=text,
            count=count + (known.count if known is not None else 0),
        )
    return tuple(sorted(found.values(), key=lambda one: -one.count))


# ---------------------------------------------------------------- blocklists


def _list(one: Subscription, now: datetime) -> v.ListItem:
    return v.ListItem(
        id=one.id,
        title=said.list_title(one),
        about=said.list_about(one, now),
        address=one.address,
        status=said.list_status(one),
        waits=one.proposed,
        covers=one.effect == "cover",
    )


def proposal_shown(proposal: Proposal, now: datetime) -> v.ProposalShown:
    """An update, as it is looked at."""
    about, change = proposal.subscription, proposal.difference
    read = about.fetched_at or now
    handles = {one.name: one.reason for one in change.added if one.reason.startswith("@")}
    new = {one.name for one in change.added}
    signed = (
        *(("+", one) for one in change.added[:_MOST]),
        *(("\u2212", one) for one in change.removed[:_MOST]),
        *(("±", one) for one in change.changed[:_MOST]),
    )
    return v.ProposalShown(
        id=about.id,
        title=f"Version of {said.day(read, now)}" if about.applied_at else "Not in force yet",
        added=len(change.added),
        removed=len(change.removed),
        changed=len(change.changed),
        entries=tuple(_entry(sign, one) for sign, one in signed),
        followed=tuple(
            v.ListEntry(name=name, shown=said.isolated(handles.get(name, name)))
            for name in proposal.followed
            if name in new and name not in proposal.excepted
        ),
        kept_out=len(new.intersection(proposal.excepted)),
        skipped=len(proposal.skipped),
        examples=tuple(
            f"Line {one.line}: {one.text[:_LONGEST]} ({one.why})"
            for one in proposal.skipped[:_EXAMPLES]
        ),
    )


_MOST, _EXAMPLES, _LONGEST = 200, 20, 80
"""Of each kind of change, of lines that cannot be used, and of what such a line says."""


def _entry(sign: str, one: Blocked) -> v.ListEntry:
    named = one.kind == "person" and one.reason.startswith("@")
    return v.ListEntry(
        name=one.name,
        shown=said.isolated(one.reason if named else one.name),
        sign=sign,
        reason="" if named else one.reason,
    )
