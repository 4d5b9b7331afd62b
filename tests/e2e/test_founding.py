"""An industry of a charter is founded by vote in a zone that exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.chain import GAS_PRICE_WEI, chain, node
from tests.support.charters import LAWS, MEMBERS
from zonedao import charter
from zonedao.chain.connection import Connection
from zonedao.chain.signers import dev_account
from zonedao.charter import Charter
from zonedao.client import Client
from zonedao.errors import NotFound, Refused, UsageProblem
from zonedao.federation import deploy
from zonedao.federation.founding import founding
from zonedao.governance.laws import ProposalClass
from zonedao.governance.zone import Zone
from zonedao.treasury.assets import COIN_ADDRESS

__all__ = ["chain", "node"]

HOUR, DAY = 3_600, 86_400

BORN = f"""\
name = "Court"
purpose = "To grow."

{MEMBERS}
{LAWS}
[caps]
ETH = 40

[industries.food]
purpose = "Food."
members = ["ada", "ben"]
caps = {{ ETH = 20 }}
allowances = [{{ asset = "ETH", amount = 10, epochs = 12 }}]
"""

GROWN = (
    BORN
    + """
[industries.food.industries.mill]
name = "Mill"
purpose = "Stones that turn."
members = ["ada", "ben"]
caps = { ETH = 1 }
allowances = [{ asset = "ETH", amount = 2, epochs = 3, source = "zone", line = "stones" }]

[industries.food.industries.mill.laws.spending]
quorum = "40 %"

[industries.food.industries.mill.industries.sacks]
purpose = "Sews sacks."
members = ["ben"]
allowances = [{ asset = "ETH", amount = 0.5, epochs = 2 }]
"""
)


def load(folder: Path, text: str) -> Charter:
    path = folder / "court.toml"
    path.write_text(text, encoding="utf-8")
    return charter.load(path)


@pytest.fixture
def zone(chain: Connection, tmp_path: Path) -> Zone:
    """The zone as it was born, seen by its first member."""
    made = deploy(chain, dev_account(40), charter.plan(load(tmp_path, BORN)), gas_price_wei=GAS_PRICE_WEI)
    chain.skip(2 * HOUR)
    client = Client(chain, dev_account(0), gas_price_wei=GAS_PRICE_WEI)
    return client.zone(made.zone.root, deploy_block=made.zone.deploy_block)


def test_by_vote(zone: Zone, tmp_path: Path) -> None:
    found = founding(zone, load(tmp_path, GROWN), "court/food/mill")
    assert found.parent.path == "court/food"
    proposal = found.propose().transact().value
    zone.connection.skip(HOUR + 10)
    for number in (0, 1):
        voter = zone.acting_as(dev_account(number)).body("court/food")
        voter.proposal(proposal.number).vote("for").transact()
    zone.connection.skip(DAY + HOUR)
    proposal.queue().transact()
    zone.connection.skip(HOUR + 10)
    proposal.execute().transact()

    mill, sacks = zone.body("court/food/mill"), zone.body("court/food/mill/sacks")
    assert mill.address == found.address
    now = zone.connection.now()
    assert [body.contract.call("membersAt", 0, now) for body in (mill, sacks)] == [0b110, 0b100]
    assert all(body.contract.call("live") for body in (mill, sacks))
    assert mill.law(ProposalClass.SPENDING).quorum_ppm == 400_000
    assert mill.law(ProposalClass.TRADE) == zone.body("court/food").law(ProposalClass.TRADE)
    assert mill.contract.call("cap", 1, COIN_ADDRESS).limit == 10**18
    treasury = zone.treasury.contract
    drawn = treasury.call("allowance", mill.address, COIN_ADDRESS)
    assert (drawn.limit, drawn.source) == (2 * 10**18, zone.address)
    below = treasury.call("allowance", sacks.address, COIN_ADDRESS)
    assert (below.limit, below.source) == (5 * 10**17, mill.address)
    with pytest.raises(Refused, match=r"court/food/mill exists already\. Nothing was sent"):
        founding(zone, load(tmp_path, GROWN), "court/food/mill")


def test_who_left_the_parent(zone: Zone, tmp_path: Path) -> None:
    """Members are those of the chain, not those that the charter had at the birth."""
    zone.acting_as(dev_account(1)).body("court/food").leave().transact()
    with pytest.raises(Refused, match="ben is no member of court/food"):
        founding(zone, load(tmp_path, GROWN), "court/food/mill")


def test_who_never_came(zone: Zone, tmp_path: Path) -> None:
    text = GROWN.replace(
        "cleo = {", 'zed = { address = "0x90F79bf6EB2c4f870365E785982E1f101E93b906" }\ncleo = {'
    ).replace('members = ["ada", "ben"]', 'members = ["ada", "ben", "zed"]')
    with pytest.raises(Refused, match="zed is no member of court/food"):
        founding(zone, load(tmp_path, text), "court/food/mill")


@pytest.mark.parametrize("path", ["court", "court/none", "food/mill"])
def test_no_such_industry(zone: Zone, tmp_path: Path, path: str) -> None:
    with pytest.raises(NotFound, match=rf"has no industry {path}\. Those it has are: court/food, court/food/mill"):
        founding(zone, load(tmp_path, GROWN), path)


def test_parent_that_does_not_exist(zone: Zone, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no body court/food/mill"):
        founding(zone, load(tmp_path, GROWN), "court/food/mill/sacks")


def test_too_large_for_one_proposal(zone: Zone, tmp_path: Path) -> None:
    many = "".join(
        f'[industries.food.industries.mill.industries.b{number}]\npurpose = "x"\nmembers = "all"\n'
        for number in range(20)
    )
    with pytest.raises(UsageProblem, match="too large to be founded by one proposal"):
        founding(zone, load(tmp_path, GROWN + many), "court/food/mill")
