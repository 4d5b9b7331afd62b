"""Treasury.epochAt: every second from the start on is in one epoch."""

from __future__ import annotations

import pytest

from tests.support.chain import deploy
from tests.support.money import Vault
from tests.support.world import World

START, LENGTH = 1_000_000, 600


@pytest.fixture
def dated(world: World) -> Vault:
    return Vault(deploy(world.chain, "Treasury", world.zone.address, world.factory.address, START, LENGTH))


@pytest.mark.parametrize(
    ("time", "epoch"),
    [
        (0, 0),
        (START - 1, 0),
        (START, 0),
        (START + LENGTH - 1, 0),
        (START + LENGTH, 1),
        (START + 2 * LENGTH - 1, 1),
        (START + 7 * LENGTH, 7),
        (2**40, (2**40 - START) // LENGTH),
    ],
)
def test_epoch_of_a_second(dated: Vault, time: int, epoch: int) -> None:
    assert dated.read("epochAt", time) == epoch
