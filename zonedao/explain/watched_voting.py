"""Elections, offices, parameters by wish and modules for personhood that calls change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zonedao.explain.phrases_elections import said
from zonedao.explain.watching import Scenery, Stage, Watch, Watcher
from zonedao.treasury.assets import COIN_ADDRESS

Args = Mapping[str, Any]


def _elections(stage: Stage, args: Args) -> Iterator[Watch]:
    elections = stage.speaker.client.bind("IWholeElections", stage.target)
    yield stage.count(elections, "electionCount", what=f"elections in {stage.place}")


def officers(stage: Scenery, args: Args) -> Iterator[Watch]:
    """Who holds the office that an election is for."""
    elections = stage.speaker.client.bind("IWholeElections", stage.target)
    found = elections.call("electionOf", args["election"])
    body = stage.speaker.body(found.body)

    def show(held: Any) -> str:
        zone = body.zone if body is not None else None
        return ", ".join(stage.speaker.person(index, zone) for index in held[1]) or "nobody"

    what = f"office {said(found.label)} of {stage.speaker.who(found.body)}"
    yield stage.value(elections, "officers", found.body, found.label, what=what, show=show)


def _parameter(stage: Stage, args: Args) -> Iterator[Watch]:
    wishes, name = stage.speaker.client.bind("IWishes", stage.target), args["terms"].name
    what = f"{said(name)} of {stage.speaker.who(stage.actor.address)}"
    yield stage.value(wishes, "valueOf", stage.actor.address, name, what=what)


def _attester(stage: Stage, args: Args) -> Iterator[Watch]:
    module = stage.speaker.client.bind("IAttester", stage.target)

    def show(address: str) -> str:
        return "nobody" if address == COIN_ADDRESS else stage.speaker.who(address)

    what = f"who attests persons for {stage.speaker.who(stage.actor.address)}"
    yield stage.value(module, "attester", stage.actor.address, what=what, show=show)


def _list_of_persons(stage: Stage, args: Args) -> Iterator[Watch]:
    module = stage.speaker.client.bind("IAllowList", stage.target)

    def show(root: bytes) -> str:
        return f"0x{root.hex()}" if any(root) else "none"

    what = f"list of persons that {stage.speaker.who(stage.actor.address)} admits"
    yield stage.value(module, "root", stage.actor.address, what=what, show=show)


WATCHERS: Mapping[tuple[str, str], Watcher] = {
    ("IWholeElections", "openPoll"): _elections,
    ("IWholeElections", "openElection"): _elections,
    ("IWholeElections", "replaceOfficers"): officers,
    ("IWholeElections", "restoreOfficers"): officers,
    ("IWishes", "openParameter"): _parameter,
    ("IAttester", "setAttester"): _attester,
    ("IAllowList", "setRoot"): _list_of_persons,
}
