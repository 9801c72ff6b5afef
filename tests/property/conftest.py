"""Properties take the time they take: a busy machine is no counter-example."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("calm", deadline=None)
settings.load_profile("calm")
