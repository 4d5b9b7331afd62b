"""Every error, event and call of our contracts has words of its own, and they can be said whatever the numbers are."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest

import zonedao.explain
from tests.client.acting import Actors
from tests.support.world import World
from zonedao import artifacts
from zonedao.actions import plain
from zonedao.addressbook import AddressBook
from zonedao.chain.abi import AbiType
from zonedao.chain.events import Event
from zonedao.chain.interface import ErrorType, EventType, Function, shipped
from zonedao.chain.signers import dev_account
from zonedao.errors import ContractRevert
from zonedao.explain import errands, events, reverts
from zonedao.explain.calls import explain_call, phrases
from zonedao.explain.events import event_in_words, tellings
from zonedao.explain.natspec import of_error, of_event, of_function
from zonedao.explain.reverts import in_words, sentences
from zonedao.explain.standards import governor
from zonedao.explain.watching import watchers
from zonedao.federation.modules import modules
from zonedao.governance.zone import Zone
from zonedao.treasury.assets import COIN_ADDRESS, erc20

# Those of modules that this world does not list are explained in test_elections.
INTERFACES = (
    *("IWholeRegistry", "IStores", "ITradePost", "ITreasury", "IWholeBody", "IZoneFactory"),
    *("IVouching", "IAllowList", "IAttester", "IBallotVerifier"),
)

# Deployers are called by the factory alone, and say nothing of their own.
ERRORS: dict[str, ErrorType] = {
    error.signature: error for name in artifacts.names() for error in shipped(name).errors.values()
}
EVENTS: dict[str, EventType] = {
    event.signature: event for name in artifacts.names() for event in shipped(name).events.values()
}
CALLS: list[tuple[str, Function]] = [
    (name, function)
    for name in (*INTERFACES, "IWholeElections", "IWishes")
    for function in shipped(name).functions.values()
    if function.mutability in ("nonpayable", "payable")
]


def values(kind: AbiType, number: int) -> Any:
    """A value of a type: small, or as large as it can be."""
    if kind.kind == "tuple":
        return kind_of_struct(kind, tuple(values(item, number) for item in kind.items))
    if kind.kind == "array":
        return tuple(values(kind.items[0], number) for _ in range(max(kind.size, 1)))
    if kind.kind == "uint":
        return number if number < 2**kind.size else 2**kind.size - 1
    if kind.kind == "bool":
        return bool(number)
    if kind.kind == "address":
        return dev_account(number % 40).address
    if kind.kind == "fixed":
        return bytes([number % 256]) * kind.size
    return "some\x1b text" if kind.kind == "string" else bytes([number % 256]) * 5


def kind_of_struct(kind: AbiType, items: tuple[Any, ...]) -> Any:
    from collections import namedtuple

    return namedtuple("Struct", kind.names, rename=True)(*items)


def arguments(kind: AbiType, number: int) -> dict[str, Any]:
    return dict(zip(kind.names, (values(item, number) for item in kind.items), strict=True))


@pytest.fixture(scope="module")
def zone(grounds: World, tmp_path_factory: pytest.TempPathFactory) -> Zone:
    """The zone for alice, which nothing here changes."""
    book = AddressBook(tmp_path_factory.mktemp("book") / "addressbook.toml")
    return Actors(grounds.chain, grounds.zone.address, book).zone()


NUMBERS = [0, 1, 3, 2**300]


@pytest.mark.once
@pytest.mark.parametrize("number", NUMBERS, ids=["0", "1", "3", "most"])
@pytest.mark.parametrize("signature", sorted(ERRORS))
def test_every_error_is_a_sentence(zone: Zone, signature: str, number: int) -> None:
    error = ERRORS[signature]
    raw = ContractRevert(error.name, arguments(error.inputs, number), contract=error.contract)
    assert error.name in sentences(), f"{signature} has no sentence in zonedao/explain/refusals_*.py"
    for action in (
        None,
        plain(zone.client, zone.address, b"", "try"),
        plain(zone.client, zone.stores.address, b"", ""),
    ):
        said = in_words(zone.client.speaker, raw, action)
        if number < 4:
            assert error.name + "(" not in said.message
        assert said.message.endswith("Nothing was sent.")
        assert not said.message.startswith(("you ", "the ", "person ", "proposal "))
        assert "\x1b" not in said.message
        assert (said.name, said.args_dict) == (raw.name, raw.args_dict)


def test_a_mined_revert_says_what_it_cost(zone: Zone) -> None:
    raw = ContractRevert("NoKeepers", {}, tx_hash="0xabc")
    said = in_words(zone.client.speaker, raw)
    assert said.message.endswith("It was mined as 0xabc and changed nothing but the fee.")
    assert said.tx_hash == "0xabc"


def test_errors_of_strangers_stay_as_they_are(zone: Zone) -> None:
    raw = ContractRevert("Unknown", {}, selector="0x12345678")
    assert in_words(zone.client.speaker, raw) is raw


@pytest.mark.once
@pytest.mark.parametrize("number", NUMBERS, ids=["0", "1", "3", "most"])
@pytest.mark.parametrize("signature", sorted(EVENTS))
def test_every_event_is_a_sentence(zone: Zone, signature: str, number: int) -> None:
    kind = EVENTS[signature]
    assert kind.name in tellings(), f"{signature} has no sentence in zonedao/explain/tellings_*.py"
    event = Event("X", kind.name, MappingProxyType(arguments(kind.inputs, number)), zone.address, 1, "", "", 0)
    said = event_in_words(zone.client.speaker, event)
    assert said.endswith((".", ")"))
    assert "\x1b" not in said


@pytest.mark.parametrize(("interface", "function"), CALLS, ids=lambda value: getattr(value, "signature", value))
def test_every_call_has_a_phrase(interface: str, function: Function) -> None:
    assert (interface, function.name) in phrases(), f"{function.signature} has no phrase in explain/phrases_*.py"


DOCUMENTED = [
    (name, part, signature)
    for name in artifacts.names()
    for part, said in artifacts.load(name).natspec["userdoc"].items()
    if part in ("methods", "events", "errors")
    for signature in said
    if signature != "constructor"
]


def test_what_contracts_say_of_themselves_is_found() -> None:
    """Whatever stands in NatSpec is found by what is called, told or refused."""
    assert len(DOCUMENTED) > 700
    for name, part, signature in DOCUMENTED:
        kind = shipped(name)
        if part == "methods":
            notice = of_function(name, signature)
            assert signature in kind.functions
        elif part == "events":
            told = Event(name, "", {}, COIN_ADDRESS, 1, "", "", 0, signature)
            notice = of_event(told)
        else:
            (error,) = (each for each in kind.errors.values() if each.signature == signature)
            notice = of_error(ContractRevert(error.name, {}, contract=name))
        assert notice is not None, (name, signature)
        assert (notice.contract, notice.signature) == (name, signature)
        assert notice.text
    assert of_function("ERC20", "transfer(address,uint256)") is None


def test_what_nobody_has_put_into_words_is_said_as_the_contract_says_it(
    zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    treasury, nobody = zone.treasury.contract, COIN_ADDRESS
    asked = explain_call(zone.client.speaker, treasury.address, treasury.encode("due", nobody, nobody))
    assert asked.sentence == (
        "call due of the treasury of Elmcourt, which says of it: "
        f"Credited and not yet withdrawn (payee={nobody}, asset={nobody})"
    )
    assert (asked.known, asked.warnings) == (True, ())
    assert str(asked.notice) == "ITreasury.due: “Credited and not yet withdrawn.”"
    for module in (events, reverts):
        name = "tellings" if module is events else "sentences"
        monkeypatch.setattr(module, name, dict)
    collected = {"body": zone.address, "entry": 1, "asset": nobody, "amount": 5}
    signature = shipped("ITreasury").event("Collected").signature
    told = Event("ITreasury", "Collected", collected, treasury.address, 1, "", "", 0, signature)
    assert event_in_words(zone.client.speaker, told) == (
        f"Collected of {treasury.address}: What was due to a body of this zone went to its account "
        f"(body={zone.address}, entry=1, asset={nobody}, amount=5)."
    )
    refused = ContractRevert("FrozenAbove", {"body": zone.address, "until": 7}, contract="ITreasury")
    said = in_words(zone.client.speaker, refused).message
    assert said == (
        "A body that the money would come from, or pass, is frozen until then "
        f"(body={zone.address}, until=7). Nothing was sent."
    )


def test_nothing_is_said_of_what_is_not_there() -> None:
    assert set(tellings()) <= {event.name for event in EVENTS.values()}
    assert set(sentences()) <= {error.name for error in ERRORS.values()}
    declared = {(name, function.name) for name, function in CALLS}
    declared |= {(kind.name, each.name) for kind in (erc20(), governor()) for each in kind.functions.values()}
    assert set(phrases()) <= declared
    assert set(watchers()) | set(errands.WATCHERS) <= declared


@pytest.mark.parametrize("number", NUMBERS, ids=["0", "1", "3", "most"])
@pytest.mark.parametrize(
    ("interface", "function"),
    [call for call in CALLS if call[0] in INTERFACES],
    ids=lambda value: getattr(value, "signature", value),
)
def test_any_arguments_can_be_explained(zone: Zone, interface: str, function: Function, number: int) -> None:
    targets = {
        "IWholeRegistry": zone.registry.address,
        "IStores": zone.stores.address,
        "ITradePost": zone.require_trade_post().address,
        "ITreasury": zone.treasury.address,
        "IWholeBody": zone.address,
        "IZoneFactory": zone.factory.address,
        **{each.interface: each.address for each in modules().values()},
    }
    from zonedao.explain.calls import explain_call

    args = [values(item, number) for item in function.inputs.items]
    said = explain_call(zone.client.speaker, targets[interface], function.encode(args), zone)
    assert said.known
    assert said.sentence
    assert "\x1b" not in "".join(said.lines())


@pytest.mark.parametrize(
    ("rooms", "name", "whole"),
    [("tellings", "TELLINGS", tellings), ("refusals", "SENTENCES", sentences), ("phrases", "PHRASES", phrases)],
)
def test_no_room_speaks_over_another(rooms: str, name: str, whole: Callable[[], Mapping[Any, Any]]) -> None:
    """An event or an error of one name is explained in one place: two of a name would be told by the last."""
    modules = [each.name for each in pkgutil.iter_modules(zonedao.explain.__path__) if each.name.startswith(rooms)]
    assert len(modules) > 4
    told = [getattr(importlib.import_module(f"zonedao.explain.{module}"), name) for module in modules]
    assert sum(map(len, told)) == len(whole())
