"""Registry: persons in code pages, and what is loose in them."""

from __future__ import annotations

import pytest

from tests.support.bodies import Person, attempt, event, events, now, stand_at, transact
from tests.support.chain import reverts
from tests.support.registers import LARGE_GAS_LIMIT, ZERO, Register, mask_of, somebody
from tests.support.world import PEOPLE
from zonedao.chain.connection import Connection

EVERYBODY = 2**256 - 1


@pytest.fixture
def register(chain: Connection) -> Register:
    return Register(chain)


def outside(size: int) -> int:
    """The bits of a word beyond its first `size` persons."""
    return EVERYBODY ^ (2**size - 1)


def agrees(register: Register, keys: list[str], admitted_at: dict[int, int], left: dict[int, int]) -> None:
    """Everything that is read of persons 1, 2, … who have these keys."""
    assert register.read("count") == len(keys)
    for index, key in enumerate(keys, 1):
        assert tuple(register.read("person", index)) == (key, admitted_at[index], left.get(index, 0)), index
        assert register.read("indexOf", key) == index
        assert register.key_in_words(index) == key


def test_few_are_records(register: Register) -> None:
    """Three new persons of an empty word cost less as records."""
    receipt = register.admit(somebody(1, 3))
    assert not events(receipt, "PageWritten")
    assert register.read("keysOf", 0) == (ZERO, EVERYBODY)
    agrees(register, somebody(1, 3), dict.fromkeys((1, 2, 3), now(register.chain)), {})


def test_four_are_a_page(register: Register) -> None:
    receipt = register.admit(somebody(1, 4))
    address, loose = register.read("keysOf", 0)
    assert event(receipt, "PageWritten") == {"word": 0, "page": address, "size": 5, "loose": 0}
    assert loose == outside(5)
    keys, dates, _ = register.page(0)
    assert keys == [ZERO, *somebody(1, 4)]
    assert dates == [0] + [now(register.chain)] * 4
    agrees(register, somebody(1, 4), dict.fromkeys(range(1, 5), now(register.chain)), {})


@pytest.mark.parametrize(("present", "least"), [(20, 10), (100, 33)])
def test_a_page_is_written_where_it_is_cheaper(register: Register, present: int, least: int) -> None:
    """The break-even that Registry tells: `least` new persons after `present` places in a page."""
    register.admit(somebody(1, present - 1))
    fewer = register.admit(somebody(1_000, least - 1))
    assert not events(fewer, "PageWritten")
    other = Register(register.chain)
    other.admit(somebody(1, present - 1))
    many = other.admit(somebody(1_000, least))
    assert event(many, "PageWritten")["size"] == present + least
    # Neither choice loses: one more person as a page costs no more than one more record.
    assert many.gas_used <= fewer.gas_used + fewer.gas_used // (least - 1)


def test_a_page_takes_in_the_page_and_the_records_before_it(register: Register) -> None:
    first, second, third = somebody(1, 9), somebody(10, 2), somebody(12, 60)
    dates = {}
    for keys in (first, second, third):
        register.admit(keys)
        dates |= {len(dates) + 1 + i: now(register.chain) for i in range(len(keys))}
        stand_at(register.chain, now(register.chain) + 1_000)
    assert register.page(0)[2] == outside(72)
    agrees(register, first + second + third, dates, {})


def test_a_batch_goes_over_words(register: Register) -> None:
    """255 persons fill word 0, the next are in word 1."""
    everybody = somebody(1, 300)
    pages = [found.args["size"] for found in events(register.admit(everybody), "PageWritten")]
    assert pages == [256, 45]
    assert register.page(0)[2] == 0
    assert len(register.page(0)[0]) == 256
    assert register.page(1)[0] == everybody[255:]
    for index in (1, 255, 256, 300):
        assert register.read("person", index).key == everybody[index - 1] == register.key_in_words(index)
    assert register.read("keysOf", 2) == (ZERO, EVERYBODY)


def test_the_last_place_of_a_word(register: Register) -> None:
    register.admit(somebody(1, 254))
    receipt = register.admit(somebody(255, 2))
    assert not events(receipt, "PageWritten")
    assert register.page(0)[2] == 1 << 255
    assert register.read("person", 255).key == somebody(255)[0]
    assert register.read("person", 256).key == somebody(256)[0]


def test_who_leaves_is_loose_and_stays_so(register: Register) -> None:
    register.admit(somebody(1, 6))
    at = now(register.chain)
    register.depart(2)
    left = {2: now(register.chain)}
    assert register.page(0)[2] == outside(7) | mask_of([2])
    agrees(register, somebody(1, 6), dict.fromkeys(range(1, 7), at), left)
    with reverts("NothingToCompact", word=0):
        attempt(register.contract, "compact", 0)
    register.admit(somebody(7, 40))
    assert register.page(0)[2] == outside(47) | mask_of([2])
    assert register.read("person", 2).leftAt == left[2]
    assert tuple(register.read("departure", 0)) == (2, left[2])


def test_who_returns_to_a_page_gets_the_old_index(register: Register) -> None:
    register.admit(somebody(1, 6))
    at = now(register.chain)
    register.depart(2)
    receipt = register.admit([somebody(7)[0], somebody(2)[0]])
    assert event(receipt, "PersonReturned") == {"index": 2, "key": somebody(2)[0]}
    again = now(register.chain)
    dates = {**dict.fromkeys(range(1, 7), at), 2: again, 7: again}
    assert register.page(0)[2] == outside(7) | mask_of([2])
    agrees(register, somebody(1, 7), dates, {})
    receipt = register.compact(0)
    assert event(receipt, "PageWritten")["size"] == 8
    assert register.page(0)[2] == outside(8)
    agrees(register, somebody(1, 7), dates, {})
    register.depart(2)
    assert register.read("person", 2).leftAt == now(register.chain)


def test_returning_and_new_persons_in_one_batch(register: Register) -> None:
    register.admit(somebody(1, 5))
    register.depart(1)
    register.depart(4)
    batch = [somebody(6)[0], somebody(4)[0], *somebody(7, 29), somebody(1)[0]]
    assert register.try_by_zone("admit", batch) == (6, 4, *range(7, 36), 1)
    register.admit(batch)
    for index in range(1, 36):
        assert register.read("person", index).key == somebody(index)[0] == register.key_in_words(index)
        assert register.read("person", index).leftAt == 0


@pytest.mark.parametrize("keys", [somebody(3), [*somebody(9, 5), somebody(11)[0]]])
def test_nobody_twice_in_pages_or_in_one_batch(register: Register, keys: list[str]) -> None:
    register.admit(somebody(1, 5))
    with reverts("AlreadyPerson", key=keys[-1], index=3 if len(keys) == 1 else 8):
        register.try_by_zone("admit", keys)


def test_compact_writes_what_was_single(register: Register) -> None:
    dates = {}
    for index in (1, 2, 3):
        register.admit(somebody(index))
        dates[index] = now(register.chain)
    receipt = register.compact(0)
    address, loose = register.read("keysOf", 0)
    assert event(receipt, "PageWritten") == {"word": 0, "page": address, "size": 4, "loose": 0}
    assert loose == outside(4)
    assert register.page(0)[1] == [0, *dates.values()]
    agrees(register, somebody(1, 3), dates, {})
    with reverts("NothingToCompact", word=0):
        attempt(register.contract, "compact", 0)


def test_compact_after_a_rotation(register: Register) -> None:
    alice, bob = PEOPLE[:2]
    register.admit([alice.address, *somebody(2, 5)])
    at = now(register.chain)
    register.rotate(alice, bob.address)
    assert register.page(0)[2] == outside(7) | mask_of([1])
    assert register.page(0)[0][1] == alice.address
    register.compact(0)
    assert register.page(0)[0][1] == bob.address
    agrees(register, [bob.address, *somebody(2, 5)], dict.fromkeys(range(1, 7), at), {})


@pytest.mark.parametrize("word", [1, 2**248, 2**256 - 1])
def test_no_page_for_a_word_without_persons(register: Register, word: int) -> None:
    register.admit(somebody(1, 4))
    with reverts("NothingToCompact", word=word):
        attempt(register.contract, "compact", word)
    assert register.read("keysOf", word) == (ZERO, EVERYBODY)


def test_no_page_for_nobody(register: Register) -> None:
    with reverts("NothingToCompact", word=0):
        attempt(register.contract, "compact", 0)


def test_not_with_too_little_gas(register: Register) -> None:
    """What is left after the page could not be written is enough to say so (EIP-150)."""
    register.admit(somebody(1, 255))
    register.depart(1)
    register.admit(somebody(1))
    with reverts("PageNotWritten"):
        transact(register.contract, "compact", 0, gas_limit=1_100_000)
    assert transact(register.contract, "compact", 0, gas_limit=LARGE_GAS_LIMIT).ok


def test_a_page_cannot_be_called(register: Register, alice: Person) -> None:
    """Its first instruction is STOP: it does nothing and returns nothing."""
    register.admit(somebody(1, 4))
    address, _ = register.read("keysOf", 0)
    assert register.chain.call(address, b"\x12\x34\x56\x78", sender=alice.address) == b""
