"""What every test shares: hypothesis profiles, and a home folder that is not the developer's."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.chains_apart import apart

# Examples that reach a chain take as long as they take: time is no failure, on any machine.
settings.register_profile("zonedao", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
# On CI the same examples every time, so that a red run is a change's own doing.
settings.register_profile("zonedao-ci", parent=settings.get_profile("zonedao"), derandomize=True)
settings.register_profile("zonedao-thorough", parent=settings.get_profile("zonedao"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "zonedao-ci" if os.environ.get("CI") else "zonedao"))


def pytest_configure() -> None:
    """Have Ctrl-C reach what tests start: a shell that runs the tests in the background has them ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, left = apart(items)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


_XDG = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home folder for the whole run, also for the processes that tests start."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        # Keys, address books and networks of whoever runs the tests must neither be read nor written.
        patch.setenv("HOME", str(folder))
        for variable in _XDG:
            patch.delenv(variable, raising=False)
        yield folder
