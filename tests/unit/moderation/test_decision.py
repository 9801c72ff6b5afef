"""Labels, mutes, blocks and words decide as the reference client does."""

from __future__ import annotations

from typing import Any

import pytest

from app.moderation.decision import Cause, Decision, Rules, decide_party, decide_subject
from app.moderation.definitions import GLOBAL
from tests.outside import needs_outside
from tests.unit.moderation.reference import (
    CONTEXTS,
    KINDS,
    cases,
    definition_from,
    party_from,
    rules_from,
    subject_from,
)

ALL = cases(
    "behaviors", "custom-labels", "decisions-misc", "quoted-post-labels", "mute-words-posts"
)


def decided(case: dict[str, Any]) -> Decision:
    """What we decide about the case."""
    rules: Rules = rules_from(case["opts"])
    if case["fn"] == "moderateProfile":
        return decide_party(party_from(case["subject"]), rules)
    return decide_subject(subject_from(case["subject"], whole=case["fn"] == "moderatePost"), rules)


def shown(decision: Decision) -> dict[str, list[str]]:
    """Flags per context, as the cases write them."""
    found = {}
    for theirs, ours in CONTEXTS.items():
        view = decision.view(ours)  # type: ignore[arg-type]
        flags = [
            flag
            for flag, holds in (
                ("filter", view.filters),
                ("blur", view.blurs),
                ("alert", view.alerts),
                ("inform", view.informs),
                ("noOverride", view.locked),
            )
            if holds
        ]
        if flags:
            found[theirs] = flags
    return found


def told(cause: Cause) -> tuple[Any, ...]:
    """What the cases tell of a cause."""
    value = cause.definition.value if cause.definition else ""
    about = (value, cause.target, cause.setting) if cause.kind == "label" else ()
    matches = [{"word": word, "predicate": found} for word, found in cause.matches]
    return (cause.kind, cause.priority, about, cause.downgraded, str(matches))


def expected_cause(raw: dict[str, Any]) -> tuple[Any, ...]:
    """The same of an expected one."""
    kind = KINDS.get(raw["type"], raw["type"])
    about = (raw["label"], raw["target"], raw["setting"]) if kind == "label" else ()
    return (kind, raw["priority"], about, raw.get("downgraded", False), str(raw.get("matches", [])))


@needs_outside
@pytest.mark.parametrize("case", ALL, ids=lambda case: case["name"][:70])
def test_the_reference_decides_the_same(case: dict[str, Any]) -> None:
    """The same flags in every context, from the same causes."""
    decision = decided(case)
    assert shown(decision) == case["expected"]["ui"]
    causes = sorted(told(cause) for cause in decision.causes)
    assert causes == sorted(expected_cause(raw) for raw in case["expected"]["causes"])


@needs_outside
@pytest.mark.parametrize("case", cases("labels-global"), ids=lambda case: case["identifier"])
def test_the_known_labels_are_the_reference_s(case: dict[str, Any]) -> None:
    """Defaults, flags and behaviours, also under their old names."""
    for value in (case["identifier"], *(case.get("alias") or ())):
        known = GLOBAL[value]
        assert behaviours(known.behaviours) == case["behaviors"]
        assert known.default == case["defaultSetting"]
        assert known.fixed == (not case["configurable"])
        assert known.locked == ("no-override" in case["flags"])
        assert known.adult == ("adult" in case["flags"])
        assert known.strangers == ("unauthed" in case["flags"])
        assert known.by_author == ("no-self" not in case["flags"])


@needs_outside
@pytest.mark.parametrize("case", cases("label-definitions"), ids=lambda case: str(case["input"]))
def test_a_labeler_s_definition_means_the_same(case: dict[str, Any]) -> None:
    """What a labeler publishes is understood as the reference does, unknown words included."""
    expected = case["expected"]
    made = definition_from(case["input"], expected["definedBy"])
    assert behaviours(made.behaviours) == expected["behaviors"]
    assert made.default == expected["defaultSetting"]
    assert made.adult == ("adult" in expected["flags"])
    assert not made.by_author


def behaviours(table: Any) -> dict[str, dict[str, str]]:
    """Ours under their names."""
    names = {ours: theirs for theirs, ours in CONTEXTS.items()}
    return {
        target: {names[context]: what for context, what in one.items()}
        for target, one in table.items()
    }
