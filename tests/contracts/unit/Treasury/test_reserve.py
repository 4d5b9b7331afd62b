"""Treasury.reserve: money is promised when a proposal is queued, from the own account or through an allowance."""

from __future__ import annotations

import pytest

from tests.support.bodies import Body, Person, event, events, just_before, now
from tests.support.chain import reverts
from tests.support.money import Caller, Vault, mill, new_token
from tests.support.plans import COIN, CONSTITUTIONAL, EPOCH_SECONDS, ETHER, SPENDING
from tests.support.world import ALLOWANCE_EPOCHS, BAKERY_LIMIT, FOOD_LIMIT, World
from zonedao.chain.receipts import Receipt

MOST = 2**96 - 1  # of one asset in one reservation


def queued(body: Body, *calls: tuple[str, bytes]) -> Receipt:
    """The receipt of queueing a proposal of these calls."""
    proposal = body.propose(*calls).open()
    proposal.vote(1, *body.members[: proposal.read("proposalQuorum")])
    proposal.close()
    return proposal.queue()


# --- the own account ---


def test_in_the_own_account(world: World, vault: Vault, alice: Person) -> None:
    before, entries = vault.account(world.zone), vault.entries
    receipt = queued(world.zone, vault.pay(alice, 3))
    assert event(receipt, "Reserved") == {
        "body": world.zone.address,
        "proposal": 1,
        "asset": COIN,
        "amount": 3,
        "source": world.zone.address,
    }
    assert vault.account(world.zone) == (before.balance, 3)
    assert vault.entries == entries


def test_everything_that_is_free_and_no_more(world: World, alice: Person) -> None:
    other, books = mill(world, 5 * ETHER)
    queued(other, books.pay(alice, 2 * ETHER))
    with reverts("InsufficientFunds", body=other.address, asset=COIN, available=3 * ETHER, wanted=3 * ETHER + 1):
        queued(other, books.pay(alice, 3 * ETHER + 1))
    queued(other, books.pay(alice, 3 * ETHER))
    assert books.account(other) == (5 * ETHER, 5 * ETHER)
    with reverts("InsufficientFunds", available=0, wanted=1):
        queued(other, books.pay(alice, 1))


def test_a_proposal_reserves_all_of_its_payments_or_none(world: World, alice: Person, bob: Person) -> None:
    other, books = mill(world, 5 * ETHER)
    with reverts("InsufficientFunds", available=ETHER, wanted=2 * ETHER):
        queued(other, books.pay(alice, 4 * ETHER), books.pay(bob, 2 * ETHER))
    assert books.account(other) == (5 * ETHER, 0)


def test_nothing_is_reserved_for_nothing(world: World, vault: Vault, alice: Person) -> None:
    receipt = queued(world.zone, vault.pay(alice, 0), vault.allow(world.food, 1, 1, world.zone))
    assert events(receipt, "Reserved") == []
    assert vault.account(world.zone).reserved == 0


def test_no_more_than_can_be_counted(world: World, vault: Vault, alice: Person) -> None:
    token = new_token(world)
    vault.give(world.zone, 2**98, token)
    with reverts("AmountTooLarge", amount=MOST + 1, most=MOST):
        queued(world.zone, vault.pay(alice, MOST + 1, token))
    queued(world.zone, vault.pay(alice, MOST, token))
    assert vault.account(world.zone, token) == (2**98, MOST)


# --- through allowances ---


def test_one_account_is_debited_and_every_body_between_counts(world: World, vault: Vault, alice: Person) -> None:
    before = vault.account(world.zone)
    receipt = queued(world.bakery, vault.pay(alice, 7))
    assert event(receipt, "Reserved") == {
        "body": world.bakery.address,
        "proposal": 1,
        "asset": COIN,
        "amount": 7,
        "source": world.zone.address,
    }
    assert vault.account(world.zone) == (before.balance, 7)
    assert vault.account(world.food) == (0, 0)
    assert vault.account(world.bakery) == (0, 0)
    epoch = vault.epoch()
    bakery, food = vault.allowance(world.bakery), vault.allowance(world.food)
    assert (bakery.used, bakery.used_epoch, bakery.outstanding) == (7, epoch, 7)
    assert (food.used, food.used_epoch, food.outstanding) == (7, epoch, 0)


def test_the_own_account_first_and_never_both(world: World, vault: Vault, alice: Person) -> None:
    vault.deposit(world.food, ETHER)
    queued(world.food, vault.pay(alice, ETHER))
    assert vault.account(world.food) == (ETHER, ETHER)
    assert vault.allowance(world.food).used == 0
    vault.deposit(world.food, ETHER)
    queued(world.food, vault.pay(alice, ETHER + 1))
    assert vault.account(world.food) == (2 * ETHER, ETHER)
    assert vault.allowance(world.food).used == ETHER + 1
    assert vault.account(world.zone).reserved == ETHER + 1


def test_the_whole_limit_and_no_more(world: World, vault: Vault, alice: Person) -> None:
    bakery = world.bakery.address
    with reverts("AllowanceExceeded", body=bakery, asset=COIN, left=BAKERY_LIMIT, wanted=BAKERY_LIMIT + 1):
        queued(world.bakery, vault.pay(alice, BAKERY_LIMIT + 1))
    queued(world.bakery, vault.pay(alice, BAKERY_LIMIT - 1))
    queued(world.bakery, vault.pay(alice, 1))
    with reverts("AllowanceExceeded", body=bakery, left=0, wanted=1):
        queued(world.bakery, vault.pay(alice, 1))
    assert vault.allowance(world.bakery).used == BAKERY_LIMIT


def test_the_body_between_may_have_used_it_up(world: World, vault: Vault, alice: Person) -> None:
    queued(world.food, vault.pay(alice, FOOD_LIMIT - 5))
    with reverts("AllowanceExceeded", body=world.food.address, asset=COIN, left=5, wanted=6):
        queued(world.bakery, vault.pay(alice, 6))
    assert vault.allowance(world.bakery).used == 0
    queued(world.bakery, vault.pay(alice, 5))
    with reverts("AllowanceExceeded", body=world.food.address, left=0, wanted=1):
        queued(world.food, vault.pay(alice, 1))


def test_each_epoch_has_its_own_limit(world: World, vault: Vault, alice: Person) -> None:
    queued(world.bakery, vault.pay(alice, BAKERY_LIMIT))
    epoch = world.next_epoch()
    queued(world.bakery, vault.pay(alice, BAKERY_LIMIT))
    bakery, food = vault.allowance(world.bakery), vault.allowance(world.food)
    assert (bakery.used, bakery.used_epoch, bakery.outstanding) == (BAKERY_LIMIT, epoch, 2 * BAKERY_LIMIT)
    assert (food.used, food.used_epoch) == (BAKERY_LIMIT, epoch)
    with reverts("AllowanceExceeded", left=0, wanted=1):
        queued(world.bakery, vault.pay(alice, 1))


def last_second(world: World, vault: Vault) -> int:
    """The last second in which the bakery may draw."""
    until = vault.allowance(world.bakery).until_epoch
    assert until == ALLOWANCE_EPOCHS - 1
    return int(vault.read("epochStart")) + (until + 1) * EPOCH_SECONDS - 1


@pytest.mark.parametrize("late", [False, True])
def test_until_the_last_second_of_its_last_epoch(world: World, vault: Vault, alice: Person, late: bool) -> None:
    last = last_second(world, vault)
    law = world.bakery.law(SPENDING)
    just_before(world.chain, last - 1 - law.voting_delay - law.voting_period)
    proposal = world.bakery.propose(vault.pay(alice, 1)).open()
    proposal.vote(1, *world.bakery.members)
    just_before(world.chain, last + 1 if late else last)
    if late:
        with reverts("NoAllowance", body=world.bakery.address, asset=COIN):
            proposal.queue()
    else:
        proposal.queue()
        assert now(world.chain) == last
        assert vault.allowance(world.bakery).outstanding == 1


def test_without_any_allowance_the_own_account_is_all(world: World, vault: Vault, alice: Person) -> None:
    vault.give(world.food, 10, world.token)
    with reverts("InsufficientFunds", body=world.food.address, asset=world.token.address, available=10, wanted=11):
        queued(world.food, vault.pay(alice, 11, world.token))


def test_every_body_between_must_be_allowed(world: World, vault: Vault, alice: Person) -> None:
    """Food lets its bakery draw tokens of the zone, which the zone never let food do."""
    world.food.enact(vault.allow(world.bakery, 50, 3, world.zone, world.token))
    with reverts("NoAllowance", body=world.food.address, asset=world.token.address):
        queued(world.bakery, vault.pay(alice, 1, world.token))
    world.zone.enact(vault.allow(world.food, 40, 3, world.zone, world.token))
    with reverts("AllowanceExceeded", body=world.food.address, left=40, wanted=41):
        queued(world.bakery, vault.pay(alice, 41, world.token))
    queued(world.bakery, vault.pay(alice, 40, world.token))


def test_a_body_between_lends_only_what_it_was_lent(world: World, vault: Vault, alice: Person) -> None:
    """The bakery may draw from food's own account; its child does not reach the zone's account through that."""
    oven = world.new_industry(world.bakery, "Oven", world.bakery.members).body
    world.food.enact(vault.allow(world.bakery, ETHER, 1, world.food))
    world.bakery.enact(vault.allow(oven, ETHER, 1, world.zone))
    with reverts("NoAllowance", body=world.bakery.address, asset=COIN):
        queued(oven, vault.pay(alice, 1))
    assert vault.allowance(world.food).used == 0
    world.food.enact(vault.allow(world.bakery, ETHER, 1, world.zone))
    queued(oven, vault.pay(alice, 1))
    used = [vault.allowance(body).used for body in (oven, world.bakery, world.food)]
    assert used == [1, 1, 1]
    assert vault.account(world.zone).reserved == 1


def test_the_allowance_of_a_body_between_may_be_over(world: World, vault: Vault, alice: Person) -> None:
    world.food.enact(vault.allow(world.bakery, 50, 3, world.zone, world.token))
    world.zone.enact(vault.allow(world.food, 50, 1, world.zone, world.token))
    world.next_epoch()
    with reverts("NoAllowance", body=world.food.address, asset=world.token.address):
        queued(world.bakery, vault.pay(alice, 1, world.token))


def test_an_allowance_is_not_money(world: World, vault: Vault, alice: Person) -> None:
    """The source itself must have it: here food lets its bakery draw from food's own account."""
    world.food.enact(vault.allow(world.bakery, 100, 3, world.food, world.token))
    vault.give(world.food, 60, world.token)
    queued(world.bakery, vault.pay(alice, 59, world.token))
    with reverts("InsufficientFunds", body=world.food.address, asset=world.token.address, available=1, wanted=2):
        queued(world.bakery, vault.pay(alice, 2, world.token))
    assert vault.account(world.food, world.token) == (60, 59)
    assert vault.allowance(world.bakery, world.token).used == 59
    assert vault.allowance(world.food, world.token).used == 0


def test_what_is_promised_to_others_is_not_there(world: World, alice: Person) -> None:
    """The zone's own promise stands before its industry's limit."""
    other, books = mill(world, 5 * ETHER)
    child = world.new_industry(other, "Smithy", other.members[:3]).body
    other.enact(books.allow(child, 3 * ETHER, 1, other))
    queued(other, books.pay(alice, 4 * ETHER))
    with reverts("InsufficientFunds", body=other.address, available=ETHER, wanted=2 * ETHER):
        queued(child, books.pay(alice, 2 * ETHER))
    queued(child, books.pay(alice, ETHER))
    assert books.account(other) == (5 * ETHER, 5 * ETHER)


def test_it_says_who_pays_and_the_epoch(world: World, vault: Vault) -> None:
    epoch = world.next_epoch()
    assert tuple(vault.attempt("reserve", COIN, 1, 1, by=world.zone)) == (False, epoch)
    assert tuple(vault.attempt("reserve", COIN, 1, 1, by=world.food)) == (True, epoch)


# --- who may ---


def test_no_proposal_may_call_it(world: World, vault: Vault) -> None:
    for function, args in (("reserve", (COIN, 1, 1)), ("release", (COIN, 1, False, 1, 1))):
        data = vault.contract.encode(function, *args)
        with reverts("ForbiddenCall", target=vault.address, selector=data[:4]):
            world.zone.propose((vault.address, data))
        with reverts("ForbiddenCall", target=vault.address, selector=data[:4]):
            world.food.propose(vault.pay(world.zone, 1), (vault.address, data))
        with reverts("ForbiddenCall"):
            world.zone.read("classOf", vault.address, data)
        # Cut short it is still the same function, and nothing else.
        with reverts("ForbiddenCall"):
            world.zone.read("classOf", vault.address, data[:4])
        assert world.zone.read("classOf", vault.address, data[:3]) == CONSTITUTIONAL


def test_only_bodies_of_this_zone(world: World, vault: Vault, alice: Person, stranger: Person) -> None:
    other, _ = mill(world)
    for caller in (alice, stranger, other, world.factory, Caller(vault.address)):
        with reverts("NotOurBody", body=caller.address):
            vault.attempt("reserve", COIN, 1, 1, by=caller)
