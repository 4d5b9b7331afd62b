"""What is in the ballot box, and how much of it is counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zonedao.cli.ballot.box import ballot, box_option, path_of_box
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.indexed import live_option, read
from zonedao.cli.kit.options import READS, command
from zonedao.errors import NotFound
from zonedao.text import counted

if TYPE_CHECKING:
    from zonedao.ballots.box import BallotBox, BoxStatus
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body


@command(ballot, uses=READS)
@box_option
@in_option
@live_option
def status(session: Session, box_file: Path | None, where: str | None, live: bool) -> None:
    """What is in the ballot box, and how much of it is counted, by whatever path it came.

    The ballot of a person who voted otherwise themself stands for nothing and is told of below the others.

    Examples:
        zonedao ballot status
        zonedao ballot status --box april.sqlite --in corner/kitchen
    See also:
        zonedao ballot post: have the others counted
    """
    path = path_of_box(box_file, made=True)
    document, lines = read(session, where, live, lambda body, block: _shown(session, body, block, path))
    session.out.show(document, lines)


def _shown(session: Session, body: Body, block: int | None, path: Path) -> tuple[dict[str, Any], list[str]]:
    with body.ballot_box(path) as box:
        found = sorted((box.status(proposal) for proposal in box.proposals()), key=lambda each: each.number)
        keys = _keys_waiting(box)
    document = {
        "body": body.path,
        "block": block,
        "proposals": [_document(each) for each in found],
        "voting_keys": keys,
    }
    return document, list(_lines(session, body.client.now(), found, keys))


def _keys_waiting(box: BallotBox) -> int:
    from zonedao.ballots.enrolling import waiting_enrolments

    try:
        return len(waiting_enrolments(box))
    except NotFound:
        return 0  # without a verifier nobody takes keys


def _lines(session: Session, now: int, found: list[BoxStatus], keys: int) -> Iterator[str]:
    from zonedao.times import moment

    rows = [
        (
            str(each.number),
            str(sum(each.held.values())),
            str(each.counted),
            str(each.waiting),
            moment(each.batch_deadline, now) if each.state.title in ("pending", "active") else each.state.title,
        )
        for each in found
    ]
    head = ("PROPOSAL", "HELD", "COUNTED", "WAITING", "POST UNTIL")
    yield from session.out.table(head, rows, right=(1, 2, 3), empty="There is no ballot in the box.")
    for each in found:
        if each.overruled:
            those = "1 more ballot is" if each.overruled == 1 else f"{each.overruled} more ballots are"
            yield f"Proposal {each.number}: {those} overruled by a direct vote of the same person."
    if keys:
        yield f"{counted(keys, 'voting key')} to enrol: `zonedao ballot post --keys`."


def _document(status: BoxStatus) -> dict[str, Any]:
    return {
        "number": status.number,
        "id": f"0x{status.proposal_id:064x}",
        "state": status.state.title,
        "held": {support.title: count for support, count in sorted(status.held.items())},
        "overruled": status.overruled,
        "counted": status.counted,
        "waiting": status.waiting,
        "with_share": status.with_share,
        "batch_deadline": status.batch_deadline,
    }
