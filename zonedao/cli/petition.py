"""`zonedao petition`: what members bring about by signing, where a vote would take too long."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.kit.acting import agree, carry_out
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.indexed import live_option, read
from zonedao.cli.kit.options import READS, command
from zonedao.cli.kit.output import BAD, STRONG, pairs, style
from zonedao.errors import Refused

if TYPE_CHECKING:
    from zonedao.actions import Outcome
    from zonedao.cli.kit.session import Session
    from zonedao.explain.outlook import Outlook
    from zonedao.governance.body import Body
    from zonedao.governance.calls import Call
    from zonedao.governance.petitions import Petition, PetitionStatus

number_argument = argument(
    "number",
    "The number of a petition in its body; `zonedao petition list` shows them.",
    metavar="N",
    type=click.IntRange(1),
)


@click.group(cls=Group)
def petition() -> None:
    """Hold something up by signatures of members, or appeal to the body above. Open for 14 days each."""


# --- reading ---


@command(petition, "list", uses=READS)
@in_option
@live_option
def list_(session: Session, where: str | None, live: bool) -> None:
    """Every petition of a body.

    Examples:
        zonedao petition list --in corner
    See also:
        zonedao petition show: everything about one
    """
    session.out.show(*read(session, where, live, partial(_listed, session)))


def _listed(session: Session, body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
    """Petitions as a document and as lines."""
    found = [(each, each.status()) for each in body.petitions()]
    return (
        {"body": body.path, "block": block, "petitions": [_document(each, status) for each, status in found]},
        session.out.table(
            ("N", "STATE", "SIGNED", "WHAT"),
            [
                (str(each.number), _state(status), f"{status.signed} of {each.wanted}", each.in_words())
                for each, status in found
            ],
            right=(0,),
            empty=f"{body.path} has no petitions.",
        ),
    )


@command(petition, uses=READS)
@number_argument
@in_option
@live_option
def show(session: Session, number: int, where: str | None, live: bool) -> None:
    """What petition N would bring about, who has signed, and until when it is open.

    What it would change as things are now is tried on the node with --live.

    Examples:
        zonedao petition show 2 --in corner
    See also:
        zonedao petition sign: sign it
    """
    session.out.show(*read(session, where, live, partial(_everything, number)))


def _everything(number: int, body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
    """A petition as a document and as lines."""
    from zonedao.times import moment

    found = body.petition(number)
    status, speaker = found.status(), body.client.speaker
    signers = [speaker.person(index, body.zone) for index in found.signers()]
    ahead = _ahead(found, status) if block is None else None
    tried = [] if ahead is None else [*ahead.lines, *(style(f"Warning: {each}.", BAD) for each in ahead.warnings)]
    if ahead is None and status.open:
        tried.append("What it would change: --live tries it on the node.")
    return (
        {
            "body": body.path,
            "block": block,
            **_document(found, status),
            "signers": list(found.signers()),
            "effects": ahead.document if ahead is not None else None,
            "warnings": list(ahead.warnings) if ahead is not None else None,
        },
        [
            style(found.in_words(), STRONG),
            "",
            *([*tried, ""] if tried else []),
            *pairs(
                [
                    ("state", _state(status)),
                    ("signed", f"{status.signed} of {found.wanted}: {', '.join(signers)}"),
                    ("until", moment(found.deadline, body.client.now())),
                ]
            ),
        ],
    )


def _ahead(found: Petition, status: PetitionStatus) -> Outlook:
    from zonedao.explain.outlook import Outlook, outlook_of_petition

    return outlook_of_petition(found.body, found.call) if status.open else Outlook()


# --- opening ---


@command(petition, "object")
@argument("number", "The number of the proposal in its body.", metavar="N", type=click.IntRange(1))
@click.argument("child", metavar="[BODY]", required=False)
@click.option("--for", "time", metavar="TIME", default="7 days", show_default=True, help="How long, at most 7 days.")
@in_option
def object_(session: Session, number: int, child: str | None, time: str, where: str | None) -> None:
    """Hold up proposal N of the body itself, or of the industry BODY below it, once.

    5 % of the members sign, 10 % where it is the body's own proposal. Opening it is the first signature; it is open for
    14 days.

    Examples:
        zonedao petition object 12 --for "5 days"
        zonedao petition object 4 kitchen
    See also:
        zonedao petition sign: what others do then
    """
    from zonedao.cli.kit.times import parse_duration

    seconds = parse_duration(time)

    def call(body: Body) -> Call:
        held = body if child is None else session.below(body.zone, child)
        return body.calls.object_to(held.proposal(number), seconds)

    _open(session, where, call)


@command(petition)
@click.argument("child", metavar="BODY")
@click.argument("time", metavar="TIME")
@in_option
def freeze(session: Session, child: str, time: str, where: str | None) -> None:
    """Let the industry BODY queue and execute nothing for TIME, 7 days at most.

    20 % of the members sign. Opening it is the first signature; it is open for 14 days.

    Examples:
        zonedao petition freeze kitchen "3 days"
    See also:
        zonedao petition sign: what others do then
    """
    from zonedao.cli.kit.times import parse_duration

    seconds = parse_duration(time)
    _open(session, where, lambda body: body.calls.freeze(session.below(body.zone, child).address, seconds))


@command(petition)
@click.argument("child", metavar="BODY")
@in_option
def dissolve(session: Session, child: str, where: str | None) -> None:
    """Announce the end of the industry BODY; two thirds of the members must sign.

    Opening it is the first signature. It is open for 14 days.

    Examples:
        zonedao petition dissolve kitchen
    See also:
        zonedao petition sign: what others do then
    """
    _open(session, where, lambda body: body.calls.dissolve(session.below(body.zone, child).address))


@command(petition)
@argument(
    "number", "The number of the proposal that is held up.", metavar="[N]", type=click.IntRange(1), required=False
)
@click.option("--office", metavar="OFFICE", help="Appeal against the replacement of who was elected to OFFICE.")
@click.option("--text", default="", metavar="TEXT", help="Why; what the members of the body above read.")
@in_option
def appeal(session: Session, number: int | None, office: str | None, text: str, where: str | None) -> None:
    """Have the body above vote on ending what stops this one (its end, a freeze), an objection, or a replacement.

    5 % of the members sign. N is a proposal that is held up; --office appeals against a replacement; without either it
    is about the end, the offer or the freeze of the body.

    Examples:
        zonedao petition appeal --in corner/kitchen --text "We are paying our debts."
        zonedao petition appeal 4 --in corner/kitchen
    See also:
        zonedao petition sign: what others do then
    """
    _open(session, where, lambda body: body.calls.appeal(body.proposal(number) if number else None, text, office))


# --- signing ---


@command(petition)
@number_argument
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Send nothing: add the signature to FILE, for anybody to bring.",
)
@in_option
def sign(session: Session, number: int, out: Path | None, where: str | None) -> None:
    """Sign petition N.

    You need to be a member of the body. With --out nothing is sent and nothing costs: whoever has FILE brings it.

    Examples:
        zonedao petition sign 2
        zonedao petition sign 2 --out signatures.json
    See also:
        zonedao petition bring: send what was signed into files
        zonedao petition enact: when enough have signed
    """
    from zonedao.governance.petitions import append_signature

    session.require_signer()
    body = session.body(where)
    if out is None:
        carry_out(session, body.client, lambda: body.petition(number).sign())
        return
    found = body.petition(number)
    if session.options.dry_run:
        session.out.would(f"You would sign petition {number} of {body.path}: {found.in_words()}.")
        return
    session.out.note(f"Sign petition {number} of {body.path}: {found.in_words()}.")
    agree(session, "Sign it?")
    signature = found.sign_apart()
    append_signature(out, found, signature)
    session.out.show(
        {"body": body.path, "petition": number, "signer": signature.signer, "file": str(out)},
        [f"Signed. Who has {out} brings it: zonedao petition bring {number} {out}"],
    )


@command(petition)
@number_argument
@argument(
    "files",
    "Files that `petition sign --out` wrote.",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE...",
)
@in_option
def bring(session: Session, number: int, files: tuple[Path, ...], where: str | None) -> None:
    """Bring the signatures of petition N that stand in FILEs. Anyone may.

    A hundred at once; where there are more, run it again.

    Examples:
        zonedao petition bring 2 signatures.json
    See also:
        zonedao petition enact: when enough have signed
    """
    from zonedao.governance.petitions import read_signatures

    session.require_signer()
    body = session.body(where)
    left = 0

    def make() -> Any:
        nonlocal left
        found = body.petition(number)
        signatures = {each.signer: each for file in files for each in read_signatures(file, found)}
        if not signatures:
            raise Refused("There is no signature in these files. Nothing was sent. Ask those who signed for theirs.")
        action, left = found.bring_next(list(signatures.values()))
        return action

    def told(outcome: Outcome[None]) -> tuple[Any, list[str]]:
        lines = [f"{left} more stand in these files. Run it again to bring them."] if left else []
        return {"left": left}, lines

    carry_out(session, body.client, make, told)


@command(petition)
@number_argument
@in_option
def enact(session: Session, number: int, where: str | None) -> None:
    """Let petition N take effect, once enough have signed. Anyone may.

    Examples:
        zonedao petition enact 2
    Exit codes:
        4: too few have signed, or its time is over
    See also:
        zonedao petition show: how many have signed
    """
    session.require_signer()
    body = session.body(where)
    carry_out(session, body.client, lambda: body.petition(number).enact())


# --- inside ---


def _open(session: Session, where: str | None, call: Any) -> None:
    session.require_signer()
    body = session.body(where)

    def told(outcome: Outcome[Petition]) -> tuple[Any, list[str]]:
        made = outcome.value
        result = {"body": body.path, "number": made.number, "wanted": made.wanted, "deadline": made.deadline}
        place = session.place(body.zone, body.path)
        return result, [
            f"It is petition {made.number}. Others sign it: zonedao petition sign {made.number} --in {place}"
        ]

    carry_out(session, body.client, lambda: body.open_petition(call(body)), told)


def _state(status: PetitionStatus) -> str:
    return "enacted" if status.enacted else "open" if status.open else "over"


def _document(found: Petition, status: PetitionStatus) -> dict[str, Any]:
    return {
        "number": found.number,
        "state": _state(status),
        "what": found.in_words(),
        "signed": status.signed,
        "wanted": found.wanted,
        "deadline": found.deadline,
    }
