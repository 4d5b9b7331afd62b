"""What `zonedao propose set` can change: laws, caps, rows, goods, keepers, modules, who is a person, the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from zonedao.cli.kit.amounts import parse_money, parse_quantity
from zonedao.cli.kit.goods import find_good, unit_of
from zonedao.errors import NotFound, UsageProblem
from zonedao.text import did_you_mean

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call
    from zonedao.governance.laws import ProposalClass

Values = tuple[str, ...]

_GOOD_FIELDS = ("safety", "entitlement")


def setting_calls(session: Session, body: Body, what: str, values: Values) -> Sequence[Call]:
    """The calls that change one setting of a body. Raises UsageProblem, NotFound."""
    return SETTINGS[what](session, body, values)


def _law(session: Session, body: Body, values: Values) -> Sequence[Call]:
    from zonedao.charter.bounds import SPONSORING_SECONDS
    from zonedao.charter.laws import LAW_FIELDS
    from zonedao.charter.values import Unreadable, duration_text
    from zonedao.governance.laws import proposal_class

    known = {each.key: each for each in LAW_FIELDS}
    wanted = proposal_class(values[0])
    changes: dict[str, int] = {}
    for key, value in _pairs(values[1:], list(known)).items():
        try:
            changes[known[key].field] = known[key].parse(value)
        except Unreadable as problem:
            raise UsageProblem(f"{key}: {problem.message} {problem.hint}") from None
    _require_bounds(body, wanted, changes)
    law = replace(body.law(wanted), **changes)
    if law.sponsors and law.voting_delay_seconds < SPONSORING_SECONDS:
        raise UsageProblem(
            f"Sponsors need time to sign: with them the voting_delay for {wanted.title} is "
            f"{duration_text(SPONSORING_SECONDS)} at least. Set both."
        )
    if not changes:
        raise UsageProblem(
            f"Say what to change of the law for {wanted.title}: one of {', '.join(known)}, like quorum=30%."
        )
    return [body.calls.set_law(wanted, **changes)]


def _require_bounds(body: Body, wanted: ProposalClass, changes: Mapping[str, int]) -> None:
    """Raise UsageProblem for what no vote can set: it would be voted on in vain."""
    from zonedao.charter.laws import LAW_FIELDS

    least, most = body.bounds(wanted)
    for each in LAW_FIELDS:
        low, high = getattr(least, each.field), getattr(most, each.field)
        if each.field in changes and not low <= changes[each.field] <= high:
            raise UsageProblem(
                f"{each.key} cannot be {each.show(changes[each.field])}: between {each.show(low)} and "
                f"{each.show(high)} is allowed for {wanted.title}, and no vote can change that."
            )


def _cap(session: Session, body: Body, values: Values) -> Sequence[Call]:
    money = parse_money(" ".join(values), body.zone, zero=True)
    return [body.calls.set_cap(money.amount, money.asset.address)]


def _good(session: Session, body: Body, values: Values) -> Sequence[Call]:
    name = values[0]
    given = _pairs(values[1:], list(_GOOD_FIELDS))
    try:
        there = find_good(body.zone, name)
    except NotFound:
        if not name.endswith(")"):
            raise
        missing = [field for field in _GOOD_FIELDS if field not in given]
        if missing:
            raise UsageProblem(f"A new good needs {' and '.join(missing)}, like {missing[0]}=20.") from None
        safety, entitlement = (_whole(given[field], unit_of(name)) for field in _GOOD_FIELDS)
        return [body.calls.add_good(name, safety, entitlement)]
    if not given:
        raise UsageProblem(f"Say what to change of {there.name}: safety=… or entitlement=….")
    unit = unit_of(there.name)
    safety = _whole(given["safety"], unit) if "safety" in given else there.safety
    entitlement = _whole(given["entitlement"], unit) if "entitlement" in given else there.entitlement
    return [body.calls.set_good(there.number, safety, entitlement)]


def _keepers(session: Session, body: Body, values: Values) -> Sequence[Call]:
    return [body.calls.set_keepers([session.member(body.zone, who) for who in values])]


def _row(session: Session, body: Body, values: Values) -> Sequence[Call]:
    from zonedao.governance.laws import ROWS

    words = {"constitutional": True, "ordinary": False}
    if len(values) != 2 or values[1] not in words:
        raise UsageProblem(
            "Write set row CALL constitutional, or set row CALL ordinary, as in set row pay constitutional."
        )
    return [body.calls.set_row(values[0], words[values[1]])] if values[0] in ROWS else _no_row(values[0], list(ROWS))


def _no_row(name: str, known: list[str]) -> Sequence[Call]:
    raise UsageProblem(
        f"No row is about {name}: it is constitutional already.{did_you_mean(name, known)} "
        f"There are rows for {', '.join(known)}."
    )


def _module(session: Session, body: Body, values: Values) -> Sequence[Call]:
    from zonedao.chain.abi import checksum_address
    from zonedao.federation.addresses import CURVES
    from zonedao.federation.modules import VOTING, personhood_module, require_module, verifier_module, voting_module
    from zonedao.governance.calls import (
        ELECTIONS_ROLE,
        PERSONHOOD_ROLE,
        REMOVABLE_ROLES,
        STORES_ROLE,
        TRADE_POST_ROLE,
        VERIFIER_ROLE,
        WISHES_ROLE,
    )

    roles = {
        "stores": STORES_ROLE,
        "post": TRADE_POST_ROLE,
        "verifier": VERIFIER_ROLE,
        "personhood": PERSONHOOD_ROLE,
        "elections": ELECTIONS_ROLE,
        "wishes": WISHES_ROLE,
    }
    if len(values) == 1 and values[0] in VOTING:
        values = (values[0], require_module(body.client, voting_module(values[0])))
    if len(values) != 2 or values[0] not in roles:
        raise UsageProblem(
            "Write set module stores ADDRESS, set module post ADDRESS, set module verifier CURVE, set module "
            "personhood KIND, set module elections, or set module wishes. The last four can be none."
        )
    module = values[1]
    if module == "none":
        if roles[values[0]] not in REMOVABLE_ROLES:
            raise UsageProblem(f"A zone cannot be without {values[0]}. Name the contract that takes their place.")
        return [body.calls.remove_module(roles[values[0]])]
    if module in CURVES and values[0] == "verifier":
        module = require_module(body.client, verifier_module(module))
    elif values[0] == "personhood" and not module.startswith("0x"):
        module = personhood_module(module).address
    return [body.calls.set_module(roles[values[0]], checksum_address(module))]


def _persons(session: Session, body: Body, values: Values) -> Sequence[Call]:
    from zonedao.governance.proofs import read_list

    if len(values) > 2:
        raise UsageProblem("Write set persons FILE, set persons FILE URI, or set persons none.")
    persons = None if values == ("none",) else read_list(Path(values[0]))
    return [body.zone.personhood.set_list(persons, "".join(values[1:]))]


def _attester(session: Session, body: Body, values: Values) -> Sequence[Call]:
    if len(values) != 1:
        raise UsageProblem("Write set attester WHO, or set attester none.")
    who = None if values[0] == "none" else session.somebody(body.zone, values[0])
    return [body.zone.personhood.set_attester(who)]


def _activity(session: Session, body: Body, values: Values) -> Sequence[Call]:
    if len(values) != 1 or not (values[0] == "off" or (values[0].isascii() and values[0].isdigit())):
        raise UsageProblem("Write set activity VOTES, as in set activity 4, or set activity off.")
    return [body.calls.set_activity(0 if values[0] == "off" else int(values[0]))]


def _uri(session: Session, body: Body, values: Values) -> Sequence[Call]:
    if len(values) != 1:
        raise UsageProblem("Write set uri URI, or set uri none.")
    return [body.calls.set_dao_uri("" if values[0] == "none" else values[0])]


def _pairs(words: Values, known: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        key = key.strip().replace("-", "_")
        if not equals:
            raise UsageProblem(f"{word!r} is no setting. Write it as {known[0]}=VALUE.")
        if key not in known:
            raise UsageProblem(
                f"There is nothing called {key} to set.{did_you_mean(key, known)} It is one of {', '.join(known)}."
            )
        found[key] = value.strip()
    return found


def _whole(text: str, unit: str) -> int:
    return parse_quantity(text, unit, zero=True)


SETTINGS: Mapping[str, Callable[[Session, Body, Values], Sequence[Call]]] = {
    "law": _law,
    "cap": _cap,
    "good": _good,
    "keepers": _keepers,
    "module": _module,
    "persons": _persons,
    "attester": _attester,
    "uri": _uri,
    "row": _row,
    "activity": _activity,
}
