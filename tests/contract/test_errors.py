"""The world's refusals: the same few errors, in words, without secrets."""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta

import pytest

from app.model import HOME
from app.model.errors import Malformed, RateLimited, ServiceError, SignedOut, Unreachable
from tests.contract.stages import Stage

MEANS: dict[str, type[ServiceError]] = {
    "signed_out": SignedOut,
    "limited": RateLimited,
    "down": Unreachable,
    "cut": Unreachable,
    "html": Malformed,
    "truncated": Malformed,
    "empty": Malformed,
    "shape": Malformed,
}


def order(stage: Stage, fault: str) -> None:
    """Let it happen, or skip where it cannot be had."""
    if not stage.can(fault):
        pytest.skip(f"{fault} cannot be had here")
    stage.misbehave(fault)


async def refusal(stage: Stage) -> ServiceError:
    """What a page comes to."""
    with pytest.raises(ServiceError) as caught:
        await stage.service().page(HOME)
    return caught.value


@pytest.mark.parametrize("fault", MEANS)
async def test_each_fault_is_one_kind_of_error(stage: Stage, fault: str) -> None:
    """With a sentence for people and a next step, and no code of ours in it."""
    order(stage, fault)
    error = await refusal(stage)

    assert type(error) is MEANS[fault]
    assert error.message.strip().endswith((".", "!", "?"))
    assert error.next_step
    assert "Traceback" not in error.message
    assert "<" not in error.message


async def test_a_limit_says_until_when(stage: Stage) -> None:
    """Aware, in the future, and as far as the server said."""
    order(stage, "limited")
    error = await refusal(stage)
    assert isinstance(error, RateLimited)
    left = error.until - stage.now()

    assert timedelta(seconds=100) < left <= timedelta(seconds=130)


async def test_after_a_fault_the_service_goes_on(stage: Stage) -> None:
    """One bad answer spoils nothing: the next good one is read."""
    order(stage, "html")
    service = stage.service()
    with pytest.raises(Malformed):
        await service.page(HOME)
    stage.misbehave("")

    assert (await service.page(HOME)).items


@pytest.mark.parametrize("fault", ["", *MEANS])
async def test_no_secret_is_seen_anywhere(
    stage: Stage, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in logs at any level, not in reprs, errors, or their tracebacks."""
    caplog.set_level(logging.DEBUG)
    if fault:
        order(stage, fault)
    service = stage.service()
    seen = [repr(service), repr(service.account), repr(stage.network)]
    try:
        seen.append(repr((await service.page(HOME)).older))
    except ServiceError as error:
        seen += [repr(error), error.message, error.next_step]
        seen += traceback.format_exception(error)
    seen.append(caplog.text)

    for canary in stage.canaries:
        assert canary not in "\n".join(seen)
