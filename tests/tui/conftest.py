"""What all tests of the screens share."""

from __future__ import annotations

import pytest

from tui.learning import Learning


@pytest.fixture(autouse=True)
def learns(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let marks teach nothing, where a test is not about that: what is suggested a moment after a
    decision would come between its keys."""
    if request.module.__name__.rpartition(".")[2] != "test_learning":
        monkeypatch.setattr(Learning, "soon", lambda self: None)
