"""Memory that pictures took goes back to the system."""

from __future__ import annotations

import platform

import pytest

from app.ui.thrift import be_thrifty


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's own setting")
def test_the_c_library_takes_the_setting() -> None:
    """glibc accepts both options, and a second time too."""
    assert be_thrifty()
    assert be_thrifty()
