"""`zonedao ballot`: votes that cost no transaction: sign, collect, post; and the voting keys that make many cheap."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import agree, carry_out
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import command
from zonedao.cli.kit.proposals import number_argument
from zonedao.errors import NotFound, Refused, UsageProblem
from zonedao.text import counted

if TYPE_CHECKING:
    from zonedao.actions import Outcome
    from zonedao.ballots.box import BallotBox, BoxStatus
    from zonedao.ballots.files import Item
    from zonedao.ballots.posting import Posted, Preview
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body

_TOGETHER = 256  # ballots of a file that are checked at once

box_option = click.option(
    "--box",
    "box_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The ballot box; ballots.sqlite in your folder by default.",
)
out_option = click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Add it to this file, to be carried by hand."
)
to_option = click.option("--to", "url", metavar="URL", help="Hand it in to the relayer at this address.")


@click.group(cls=Group)
def ballot() -> None:
    """Vote without a transaction: members sign ballots, anybody collects them and has the chain count all at once."""


@command(ballot)
@number_argument
@click.argument("choice", type=click.Choice(["for", "against", "abstain"]))
@click.option("--voter", metavar="WHO", help="Your smart account (ERC-1271), for which you sign.")
@click.option("--signature", metavar="HEX", help="What the smart account signed itself; --dry-run shows the message.")
@out_option
@to_option
@in_option
def sign(
    session: Session,
    number: str,
    choice: str,
    voter: str | None,
    signature: str | None,
    out: Path | None,
    url: str | None,
    where: str | None,
) -> None:
    """Sign your ballot on proposal N, and hand it in or write it down. Nothing is sent to the chain and nothing costs.

    Only one choice is ever signed on a proposal. To change your mind before the ballot is counted, vote directly.
    """
    if signature is not None and voter is None:
        raise UsageProblem("Say whose signature it is: --voter WHO, the smart account.")
    raw = _from_hex(signature) if signature is not None else None
    import json

    from zonedao.ballots.casting import single_message
    from zonedao.governance.proposals import support

    signer = session.require_signer()
    _require_place(out)
    proposal = session.body(where).proposal(number)
    meaning = f"sign a ballot {_said(choice)} on proposal {proposal.number} of {proposal.body.name}: {proposal.title}"
    account = session.somebody(proposal.body.zone, voter) if voter is not None else None
    if session.options.dry_run:
        if account is None:
            session.out.would(f"You would {meaning}.")
        else:
            message = single_message(proposal, support(choice), account)
            session.out.show(
                {"done": False, "message": message}, [f"You would {meaning}. To be signed:", json.dumps(message)]
            )
        return
    session.out.note(f"You are about to {meaning}.")
    agree(session, "Sign it?")
    # Now: the record of what was signed is locked while the password would be asked for.
    signer.unlocked()
    signed = proposal.sign_ballot(choice) if account is None else proposal.sign_single_ballot(choice, account, raw)
    _deliver(session, signed, signed.document(), out, url, "ballot")


@command(ballot)
@click.option("--renew", type=click.IntRange(0, 3), default=0, metavar="NUMBER", help="Your NUMBERth new key: 1, 2, 3.")
@out_option
@to_option
@in_option
def key(session: Session, renew: int, out: Path | None, url: str | None, where: str | None) -> None:
    """Make the entry that enrols your voting key, with which thousands of ballots are counted under one signature.

    The key is derived from your account and kept nowhere. Whoever posts it pays; it counts for proposals made later.
    """
    from zonedao.ballots.enrolling import enrolment_document, make_enrolment, scheme_at
    from zonedao.ballots.keys import derive

    signer = session.require_signer()
    _require_place(out)
    body = session.body(where)
    if session.options.dry_run:
        session.out.would(f"You would make an entry for your voting key in {body.zone.name}.")
        return
    agree(session, f"Make an entry for your voting key in {body.zone.name}?")
    entry = make_enrolment(body, signer, derive(signer, renew, scheme_at(body)))
    _deliver(session, entry, enrolment_document(entry), out, url, "voting key")


@command(ballot)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@box_option
@in_option
def collect(session: Session, files: tuple[Path, ...], box_file: Path | None, where: str | None) -> None:
    """Put the ballots and voting keys of FILES into the ballot box, and say which were refused and why."""
    from zonedao.ballots.files import read_items

    if session.options.dry_run:
        lines = sum(1 for file in files for _ in read_items(file))
        session.out.would(f"{lines} ballots and voting keys would be checked and kept.")
        return
    taken: set[Item] = set()
    accepted = 0
    refused: list[dict[str, Any]] = []
    with _box(session, where, box_file) as box:
        for batch in _batches(line for file in files for line in read_items(file)):
            for line, code, reason in _collect(box, batch):
                if code is None:
                    accepted += 1
                    taken.add(line.item)
                else:
                    refused.append({"file": str(line.path), "line": line.number, "code": code, "reason": reason})
    doubles = accepted - len(taken)
    told = f"{len(taken)} in the box, {len(refused)} refused."
    session.out.show(
        {"accepted": len(taken), "doubles": doubles, "refused": refused},
        [*_refusals(refused), told + (f" {counted(doubles, 'line')} stood there twice." if doubles else "")],
    )
    if refused and not taken:
        raise Refused("Nothing in these files could be kept. The reasons stand above.")


@command(ballot)
@click.argument("number", metavar="[N]", required=False)
@click.option("--keys", is_flag=True, help="Post voting keys rather than ballots.")
@box_option
@in_option
def post(session: Session, number: str | None, keys: bool, box_file: Path | None, where: str | None) -> None:
    """Have the chain count the collected ballots on proposal N, as cheaply as it can be done.

    May be stopped and run again at any time: nobody is counted twice.
    """
    from zonedao.ballots.enrolling import post_enrolments, preview_enrolments, waiting_enrolments
    from zonedao.ballots.posting import preview

    if (number is None) != keys:
        raise UsageProblem("Say which: `zonedao ballot post N` for ballots, `zonedao ballot post --keys` for keys.")
    session.require_signer()
    with _box(session, where, box_file, made=True) as box:
        if number is None:
            count, thing, on = len(waiting_enrolments(box)), "voting key", ""
        else:
            proposal = box.body.proposal(number)
            count, thing, on = len(box.waiting(proposal.id)), "ballot", f" on proposal {proposal.number}"
        what = counted(count, thing) + on
        planned = preview_enrolments(box) if number is None else preview(box, proposal.id)
        lines = _previewed(planned)
        if session.options.dry_run or not count:
            waiting = f"{what} {'waits' if count == 1 else 'wait'}. Nothing was sent."
            session.out.show(_preview_document(count, planned, lines), [*lines, waiting])
            return
        for line in lines:
            session.out.note(line)
        agree(session, f"Post {what}?")
        session.require_signer().unlocked()
        session.interrupted = "Stopped. Run the same command again: it goes on where it is, nobody is counted twice."
        told = session.out.note
        posted = post_enrolments(box, told) if number is None else box.post(proposal.id, told)
    _show_posted(session, posted, thing, on)


@command(ballot)
@click.argument("curve", type=click.Choice(["bn254", "bls12-381"]))
@in_option
def deploy(session: Session, curve: str, where: str | None) -> None:
    """Put the verifier of aggregates on a CURVE, which all zones share, on the chain; a vote then lists it."""
    from zonedao.federation.modules import put_module, verifier_module

    session.require_signer()
    zone = session.body(where).zone

    def told(outcome: Outcome[None]) -> tuple[Any, list[str]]:
        proposed = f"zonedao propose set module verifier {curve}"
        return {"kind": curve, "address": verifier_module(curve).address}, [f"Have the zone list it: {proposed}"]

    carry_out(session, zone.client, lambda: put_module(zone.client, verifier_module(curve)), told)


@command(ballot)
@box_option
@in_option
def status(session: Session, box_file: Path | None, where: str | None) -> None:
    """What is in the ballot box, and how much of it is counted, by whatever path it came.

    The ballot of a person who voted otherwise themself stands for nothing and is told of beside the others.
    """
    from zonedao.ballots.enrolling import waiting_enrolments
    from zonedao.times import moment

    with _box(session, where, box_file, made=True) as box:
        found = [box.status(proposal) for proposal in box.proposals()]
        now = box.body.client.now()
        try:
            keys = len(waiting_enrolments(box))
        except NotFound:
            keys = 0  # without a verifier nobody takes keys
    rows = [
        (
            str(each.number),
            str(sum(each.held.values())),
            str(each.counted),
            str(each.waiting),
            moment(each.batch_deadline, now) if each.state.title in ("pending", "active") else each.state.title,
        )
        for each in sorted(found, key=lambda each: each.number)
    ]
    head = ("PROPOSAL", "HELD", "COUNTED", "WAITING", "POST UNTIL")
    session.out.show(
        [_status_document(each) for each in found],
        session.out.table(head, rows, right=(1, 2, 3), empty="There is no ballot in the box."),
    )
    for each in found:
        if each.overruled:
            those = "1 more ballot is" if each.overruled == 1 else f"{each.overruled} more ballots are"
            session.out.note(f"Proposal {each.number}: {those} overruled by a direct vote of the same person.")
    if keys:
        session.out.note(f"{counted(keys, 'voting key')} to enrol: `zonedao ballot post --keys`.")


@command(ballot)
@number_argument
@click.argument("who", required=False)
@in_option
def followers(session: Session, number: str, who: str | None, where: str | None) -> None:
    """Have the chain count on proposal N those who follow WHO, or you, who voted as a representative. Anyone may.

    Until batches close. Whoever is counted can still vote, which takes the place of what was counted.
    """
    signer = session.require_signer()
    body = session.body(where)
    person = signer.address if who is None else session.member(body.zone, who)
    carry_out(session, body.client, lambda: body.proposal(number).count_followers(person))


@command(ballot)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where it listens.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="PORT", help="A free one by default.")
@click.option(
    "--rate",
    type=click.FloatRange(0.01),
    default=10.0,
    show_default=True,
    metavar="N",
    help="Requests a second and client.",
)
@box_option
@in_option
def serve(session: Session, host: str, port: int, rate: float, box_file: Path | None, where: str | None) -> None:
    """Collect ballots and voting keys over HTTP until Ctrl-C. Members hand in with --to; see `ballot post`."""
    from zonedao.ballots.relay import Relay

    with _box(session, where, box_file) as box:
        if session.options.dry_run:
            session.out.would(f"Ballots of {box.body.name} would be collected at {host}:{port or 'a free port'}.")
            return
        relay = Relay(box, host, port, rate=rate, burst=max(int(rate * 5), 1), log=session.out.note)
        with _until_stopped() as stopped, relay:
            session.out.note(f"Collecting ballots of {box.body.name} at {relay.url}. Ctrl-C ends it.")
            stopped.wait()
        session.out.show(
            {"url": relay.url, "accepted": relay.accepted, "refused": relay.refused},
            [f"{relay.accepted} accepted, {relay.refused} refused. Have them counted with `zonedao ballot post N`."],
        )


# --- what they share ---


@contextmanager
def _box(session: Session, where: str | None, file: Path | None, *, made: bool = False) -> Iterator[BallotBox]:
    """The box; with `made`, one that is named must be there, so that a slip in its name is no empty box."""
    from zonedao.ballots.store import box_path

    if made and file is not None and not file.exists():
        raise NotFound(f"There is no ballot box {file}. Check its name; `zonedao ballot collect` makes one.")
    body: Body = session.body(where)
    with body.ballot_box(file if file is not None else box_path()) as box:
        yield box


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise UsageProblem("A signature is written as 0x and hexadecimal digits.") from None


def _require_place(out: Path | None) -> None:
    from zonedao.ballots.files import require_addable

    if out is not None:
        require_addable(out)


def _deliver(
    session: Session, item: Item, document: dict[str, Any], out: Path | None, url: str | None, what: str
) -> None:
    """Write an item to a file, hand it in, or print it: whatever was asked for."""
    import json

    from zonedao.ballots.files import append_items
    from zonedao.ballots.relay import post_ballot

    lines = []
    if out is not None:
        added = append_items(out, [item])
        done = f"was added to {out}" if added else f"stands in {out} already"
        lines.append(f"The {what} {done}. Hand the file to whoever collects.")
    if url is not None:
        lines.append(post_ballot(url, item))
    session.out.show(document, lines or [json.dumps(document)])
    if not lines:
        session.out.note(f"Hand in the {what} above, or say --to URL or --out FILE.")


def _batches(lines: Iterator[Any]) -> Iterator[list[Any]]:
    from itertools import islice

    while batch := list(islice(lines, _TOGETHER)):
        yield batch


def _collect(box: BallotBox, lines: list[Any]) -> Iterator[tuple[Any, str | None, str]]:
    """Each line with no code if it was accepted, otherwise with code and reason."""
    from zonedao.ballots.enrolling import collect_enrolments
    from zonedao.ballots.signing import SignedBallot

    ballots = [line for line in lines if isinstance(line.item, SignedBallot)]
    entries = [line for line in lines if line.item is not None and not isinstance(line.item, SignedBallot)]
    for line in lines:
        if line.item is None:
            yield line, "unreadable", line.problem
    for line, verdict in zip(ballots, box.collect([line.item for line in ballots]), strict=True):
        yield line, None if verdict.accepted else verdict.code, verdict.reason
    judged = collect_enrolments(box, [line.item for line in entries]) if entries else []
    for line, found in zip(entries, judged, strict=True):
        yield line, None if found.accepted else found.code, found.reason


def _refusals(refused: list[dict[str, Any]]) -> Iterator[str]:
    """Lines that follow each other and are refused for the same reason are told of together: a wrong file is one."""
    from itertools import groupby

    for (file, reason), run in groupby(refused, key=lambda each: (each["file"], each["reason"])):
        lines = [each["line"] for each in run]
        where = f"line {lines[0]}" if len(lines) == 1 else f"{len(lines)} lines from {lines[0]} to {lines[-1]}"
        yield f"{file}, {where}: {reason}"


def _previewed(planned: Sequence[Preview]) -> list[str]:
    """What would be sent: one transaction with all that there is to say, several in a line each."""
    from zonedao.chain.fees import ether

    if len(planned) == 1:
        return list(planned[0].description.lines)
    lines = [each.description.sentence for each in planned]
    if planned:
        lines.append(f"The fees of these {len(planned)} transactions are {ether(sum(_fees(planned)))} at most.")
    return lines


def _fees(planned: Sequence[Preview]) -> list[int]:
    return [each.description.fee_limit_wei or 0 for each in planned]


def _preview_document(count: int, planned: Sequence[Preview], lines: Sequence[str]) -> dict[str, Any]:
    return {
        "sent": False,
        "waiting": count,
        "explanation": list(lines),
        "transactions": [
            {"kind": each.kind, "claimed": each.claimed, "fee_limit_wei": str(fee)}
            for each, fee in zip(planned, _fees(planned), strict=True)
        ],
        "fee_limit_wei": str(sum(_fees(planned))),
    }


def _show_posted(session: Session, posted: Posted, thing: str, on: str) -> None:
    lines = [
        f"{each.counted} in {each.tx_hash}: {each.gas_used:,} gas, {each.gas_used // max(each.counted, 1):,} each."
        for each in posted.transactions
    ]
    lines += [f"Person {ballot.index} is not counted: {reason}" for ballot, reason in posted.left]
    session.out.show(
        {
            "sent": bool(posted.transactions),
            "counted": posted.counted,
            "transactions": [
                {
                    "kind": each.kind,
                    "claimed": each.claimed,
                    "counted": each.counted,
                    "gas_used": each.gas_used,
                    "tx": each.tx_hash,
                }
                for each in posted.transactions
            ],
            "left": [{"person": ballot.index, "reason": reason} for ballot, reason in posted.left],
        },
        [*lines, _sum(posted, thing, on)],
    )
    if posted.left and not posted.transactions:
        raise Refused(f"None of the {thing}s{on} could be posted. The reasons stand above.")


def _sum(posted: Posted, thing: str, on: str) -> str:
    if not posted.transactions and not posted.left:
        return f"Somebody else had the {thing}s{on} counted meanwhile. Nothing was sent."
    return f"{counted(posted.counted, thing)}{on} {'is' if posted.counted == 1 else 'are'} on the chain."


def _status_document(status: BoxStatus) -> dict[str, Any]:
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


def _said(choice: str) -> str:
    return "to abstain" if choice == "abstain" else f"“{choice}”"


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """An event that is set by Ctrl-C or SIGTERM, so that what was handed in is still answered."""
    stopped = threading.Event()
    before = {each: signal.signal(each, lambda *_: stopped.set()) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
