"""A little of everything on every kind of node: reads at a block, reverts in words, money, an audit, joining."""

from __future__ import annotations

import pytest

from tests.client.acting import Actors, reach
from tests.support.bodies import DEPLOYER, transact
from tests.support.chain import deploy
from tests.support.market import Market
from tests.support.plans import ETHER
from tests.support.todos import todo_of
from tests.support.world import PEOPLE, World
from zonedao.errors import ContractRevert
from zonedao.explain.outlook import outlook
from zonedao.joining import check_code


def test_a_payment_from_the_proposal_to_the_wallet(actors: Actors, world: World) -> None:
    zone = actors.zone()
    proposal = zone.body("bakery").propose_pay("grace", ETHER // 2, line="bread", title="Bread").transact().value
    with pytest.raises(ContractRevert, match=r"Not yet: voting opens .*, in (59 min|1 h)\. Nothing was sent\."):
        proposal.vote("for").transact()
    # A second more than needed: Ganache estimates as of its last block.
    reach(world.chain, proposal.opens_at + 2)
    proposal.vote("for", "yes").transact()
    with pytest.raises(ContractRevert, match="You have voted already"):
        proposal.vote("for").transact()
    assert [each.kind for each in todo_of(actors.zone(PEOPLE[1]))] == ["vote"]
    reach(world.chain, proposal.closes_at + 2)
    # What executing it would do is the same before its money is set aside and afterwards.
    ahead = outlook(proposal.body, proposal.calls, proposal).lines
    proposal.queue().transact()
    reach(world.chain, proposal.status().eta + 1)
    assert outlook(proposal.body, proposal.calls, proposal).lines[:3] == (*ahead[:2], ahead[3])
    assert ahead[1:4] == (
        "  account of elmcourt: 100 ETH → 99.5 ETH (−0.5 ETH)",
        "  what elmcourt/food/bakery may still draw in this epoch: 1 ETH → 0.5 ETH (−0.5 ETH)",
        "  to be withdrawn by grace: 0 ETH → 0.5 ETH (+0.5 ETH)",
    )
    assert proposal.execute().transact().in_words()[1] == (
        "elmcourt/food/bakery (from the account of elmcourt) paid 0.5 ETH to grace, who can withdraw it (line bread)."
    )
    assert actors.zone(PEOPLE[6]).treasury.withdraw().transact().value == ETHER // 2
    report = zone.audit()
    assert report.ok, report.first_difference


def test_tokens(actors: Actors, world: World) -> None:
    transact(world.token, "mint", DEPLOYER.address, 50)
    zone = actors.zone(DEPLOYER)
    assert zone.treasury.deposit(50, world.token.address, "food").transact().value == 50
    assert zone.treasury.account("food", world.token.address).balance.amount == 50


def test_trades(actors: Actors, market: Market) -> None:
    post = actors.zone().require_trade_post()
    assert [trade.state.title for trade in post.trades()] == ["agreed", "shipped"]
    post.attest(market.shipped, 30).transact()
    with pytest.raises(ContractRevert, match="has attested already"):
        post.attest(market.shipped, 30).transact()
    for address in (market.buyer.address, market.seller.address):
        report = Actors(market.chain, address, actors.book).reader().audit()
        assert report.ok, report.first_difference


def test_the_code_is_the_shipped_one(world: World) -> None:
    assert sorted(each.artifact for each in check_code(world.chain, world.zone.address)) == [
        *("Registry", "RegistryAffairs", "Stores", "TradePost", "Treasury"),
        *("Zone", "ZoneAffairs", "ZoneBallots", "ZoneFactory", "ZoneMembers", "ZoneOversight"),
    ]
    assert deploy(world.chain, "TradePost").address != world.post.address
