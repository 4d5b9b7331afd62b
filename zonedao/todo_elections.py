"""What waits for somebody in elections, recalls and wishes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zonedao.errors import ContractRevert
from zonedao.governance.elections import Kind, Phase
from zonedao.text import read_label
from zonedao.times import moment
from zonedao.todo import Todo

if TYPE_CHECKING:
    from zonedao.chain.contract import BoundContract
    from zonedao.governance.body import Body
    from zonedao.governance.elections import Elections
    from zonedao.governance.zone import Zone

_ANY_COMMITMENT = b"\1" * 32  # to see whether the chain would take one


def waiting(zone: Zone, person: str) -> Iterator[Todo]:
    """Elections to stand and vote in, ballots to reveal, counts, recalls, numbers to wish for and to have read."""
    bodies = {body.address: body for body in zone.bodies()}
    yield from _elections(zone, person, bodies)
    yield from _wishes(zone, person, bodies)


def _elections(zone: Zone, person: str, bodies: dict[str, Body]) -> Iterator[Todo]:
    at = zone.elections
    if at is None:
        return
    contract, first = at.contract, zone.deploy_block
    opened = [
        event for name in ("PollOpened", "ElectionOpened") for event in contract.logs(name, first, body=list(bodies))
    ]
    numbers = {event.args["election"]: bodies[event.args["body"]] for event in opened}
    if not numbers:
        return
    decided = {event.args["election"] for event in contract.logs("Decided", first, election=list(numbers))}
    for number in sorted(numbers.keys() - decided):
        here = numbers[number].require_elections()
        yield from _election(here, number, person)
    for asked in contract.logs("RecallAsked", first, election=sorted(decided)) if decided else ():
        yield from _recall(numbers[asked.args["election"]], contract, asked.args["petition"], person)


def _election(at: Elections, number: int, person: str) -> Iterator[Todo]:
    found, path, now = at.contract.call("electionOf", number), at.body.path, at.client.now()
    name = f"election {number} of {path}, “{read_label(found.label)}”"
    phase, kind = Phase(found.phase), Kind(found.kind)
    if phase is Phase.STANDING:
        if _takes(at.contract, person, "stand", number):
            text = f"stand in {name}, if you want the office; it is possible until {moment(found.voteStart, now)}"
            yield Todo("stand", path, number, text, found.voteStart, True, at.stand(number))
    elif phase is Phase.VOTING and found.choices:
        closes = f"it closes {moment(found.voteEnd, now)}"
        if found.revealEnd > found.voteEnd:
            if _takes(at.contract, person, "commit", number, _ANY_COMMITMENT):
                yield Todo("commit", path, number, f"commit to a ballot in {name}; {closes}", found.voteEnd, True)
        elif _takes(at.contract, person, "vote", number, int(kind is Kind.STV)):  # nobody approved, or the first ranked
            yield Todo("elect", path, number, f"vote in {name}; {closes}", found.voteEnd, True)
    elif phase is Phase.REVEALING:
        index = at.body.zone.registry.index_of(person)
        committed = index and any(at.contract.call("commitmentOf", number, index))
        if committed and not at.contract.logs("BallotCast", at.body.zone.deploy_block, election=number, person=index):
            until = moment(found.revealEnd, now)
            text = f"reveal your ballot in {name} by {until}; otherwise it does not count"
            yield Todo("reveal", path, number, text, found.revealEnd, True)
    elif phase is Phase.COUNTING:
        yield Todo("count", path, number, f"count {name}, whose vote is over", 0, False)


def _recall(body: Body, contract: BoundContract, petition: int, person: str) -> Iterator[Todo]:
    found, now = contract.call("petitionOf", petition), body.client.now()
    who = body.client.speaker.person(found.person, body.zone)
    name = f"the recall of {who}, elected in election {found.election} of {body.path}"
    place = (body.path, found.election)
    if found.voteEnd and not found.closed and now >= found.voteEnd:
        action = body.require_elections().close_recall(petition)
        yield Todo("close", *place, f"end the vote on {name}", 0, False, action, name=str(found.person))
    elif now < found.voteEnd and _takes(contract, person, "voteRecall", petition, False):
        text = f"vote on {name}; it closes {moment(found.voteEnd, now)}"
        yield Todo("recall", *place, text, found.voteEnd, True, name=str(found.person))


def _wishes(zone: Zone, person: str, bodies: dict[str, Body]) -> Iterator[Todo]:
    at = zone.wishes
    if at is None:
        return
    index = zone.registry.index_of(person)
    for opened in at.contract.logs("ParameterOpened", zone.deploy_block, body=list(bodies)):
        address, label = opened.args["body"], opened.args["name"]
        body, name = bodies[address], read_label(opened.args["name"])
        wished = at.contract.call("wishOf", address, label, index)[0]
        if not wished and _takes(at.contract, person, "wish", address, label, 0):
            found = body.require_wishes().parameter(label)
            text = (
                f"wish for “{name}” of {body.path}, from {found.least} to {found.most}; it is {found.value}, and "
                f"{found.wishes} of the members have a wish"
            )
            yield Todo("wish", body.path, 0, text, 0, True, name=name)
        if _takes(at.contract, person, "readWishes", address, label):
            text = f"have the wishes for “{name}” of {body.path} read, as once an epoch"
            yield Todo("read", body.path, 0, text, 0, False, body.require_wishes().read(label), name=name)


def _takes(contract: BoundContract, person: str, function: str, *args: Any) -> bool:
    """Whether the chain would take this from somebody now."""
    try:
        contract.call(function, *args, sender=person)
    except ContractRevert:
        return False
    return True
