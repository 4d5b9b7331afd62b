"""Becoming a member by proving to be a person: vouching, attestations, lists, and the modules that ask for them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.acting import agree, carry_out
from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.indexed import live_option, read
from zonedao.cli.kit.options import READS, WRITES, command
from zonedao.cli.kit.output import pairs
from zonedao.cli.member.membership import member
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from typing import Any

    from zonedao.actions import Outcome
    from zonedao.cli.kit.session import Session
    from zonedao.governance.body import Body


@command(member)
@click.argument("address", required=False)
@click.option(
    "--list", "list_file", type=click.Path(path_type=Path), metavar="FILE", help="The list of persons you are on."
)
@click.option("--attestation", type=click.Path(path_type=Path), metavar="FILE", help="What the attester gave you.")
@in_option
def enroll(
    session: Session, address: str | None, list_file: Path | None, attestation: Path | None, where: str | None
) -> None:
    """Become a member by proving to be a person, as the zone's module for that wants it; or help ADDRESS to it.

    Nothing is needed where members vouched for you. Who returns after leaving does it with their own account.

    Examples:
        zonedao member enroll --in corner
        zonedao member enroll --list persons.csv
        zonedao member enroll --attestation ben.json
    Exit codes:
        4: the module does not take it: nobody vouched, it is no longer good, or the person is a member
    See also:
        zonedao member application: how it stands where members vouch
    """
    from zonedao.governance.proofs import read_attestation, read_list

    key = session.require_signer().address
    zone = session.body(where).zone
    if address is not None:
        key = session.somebody(zone, address)
    module = zone.personhood
    proof = b""
    if list_file is not None:
        proof = read_list(list_file).proof(key)
    elif attestation is not None:
        said = read_attestation(attestation)
        module.require_ours(said)
        proof = said.proof
    elif module.kind in ("allow-list", "attester"):
        option = "--list" if module.kind == "allow-list" else "--attestation"
        raise UsageProblem(f"Who is a person in {zone.name} is decided by {module.kind}. Name the file with {option}.")

    def told(outcome: Outcome[int]) -> tuple[Any, list[str]]:
        return {"address": key, "index": outcome.value}, [f"{key} is person {outcome.value} of {zone.name}."]

    carry_out(session, zone.client, lambda: module.enroll(key, proof), told)


@command(member)
@click.argument("address")
@click.option("--as", "returning", metavar="WHO", help="Somebody who left and returns, perhaps with another key.")
@in_option
def vouch(session: Session, address: str, returning: str | None, where: str | None) -> None:
    """Vouch that ADDRESS is the key of a person who is to be a member.

    Enough members must vouch within two weeks; others have two weeks to object; then anybody enrols them. Vouch only
    for whom you have met: who vouches for somebody whom the vote then rejects is suspended.

    Examples:
        zonedao member vouch 0x90F79bf6EB2c4f870365E785982E1f101E93b906
        zonedao member vouch ben --as 7
    See also:
        zonedao member application: how it stands
        zonedao member enroll: the last step
    """
    session.require_signer()
    zone = session.body(where).zone
    key = session.somebody(zone, address)
    who = None if returning is None else session.member(zone, returning)
    carry_out(session, zone.client, lambda: zone.personhood.vouch(key, who))


@command(member)
@click.argument("address")
@in_option
def challenge(session: Session, address: str, where: str | None) -> None:
    """Object to ADDRESS, for which others vouch.

    Three members, or one in a hundred if that is more, put it to the vote, and without one it is rejected.

    Examples:
        zonedao member challenge 0x90F79bf6EB2c4f870365E785982E1f101E93b906
    See also:
        zonedao member application: how it stands
        zonedao propose admit: the vote
    """
    session.require_signer()
    zone = session.body(where).zone
    key = session.somebody(zone, address)
    carry_out(session, zone.client, lambda: zone.personhood.challenge(key))


@command(member)
@click.argument("address")
@in_option
def clear(session: Session, address: str, where: str | None) -> None:
    """Lift the suspension of who vouched for ADDRESS, which was contested and which the zone has admitted by vote.

    Examples:
        zonedao member clear 0x90F79bf6EB2c4f870365E785982E1f101E93b906
    See also:
        zonedao member application: how it stands
    """
    session.require_signer()
    zone = session.body(where).zone
    key = session.somebody(zone, address)
    carry_out(session, zone.client, lambda: zone.personhood.clear(key))


@command(member, uses=READS)
@click.argument("address")
@in_option
@live_option
def application(session: Session, address: str, where: str | None, live: bool) -> None:
    """How it stands with ADDRESS, for which members vouch.

    Where the zone decides by vouching who is a person.

    Examples:
        zonedao member application 0x90F79bf6EB2c4f870365E785982E1f101E93b906
    See also:
        zonedao member vouch: vouch for it
        zonedao member challenge: object to it
    """
    session.out.show(*read(session, where, live, partial(_application, session, address)))


def _application(session: Session, address: str, body: Body, block: int | None) -> tuple[dict[str, Any], list[str]]:
    """How it stands with a key, as a document and as lines."""
    from zonedao.times import moment

    zone = body.zone
    found = zone.personhood.application(session.somebody(zone, address))
    if found is None:
        return {"block": block, "application": None}, [f"Nobody vouches for {address}."]
    now = zone.client.now()
    document = {
        "address": found.key,
        "returning": found.returning or None,
        "vouchers": [each.index for each in found.vouchers],
        "vouchers_needed": found.needed,
        "challengers": found.challengers,
        "challengers_needed": found.challengers_needed,
        "contested": found.contested,
        "ready_at": found.ready_at or None,
        "expires_at": found.expires_at,
    }
    names = ", ".join(str(each) for each in found.vouchers)
    return (
        {"block": block, "application": document},
        pairs(
            [
                ("address", found.key),
                ("returns as", str(found.returning or "")),
                ("vouchers", f"{len(found.vouchers)} of {found.needed}: {names}"),
                ("objections", f"{found.challengers} of {found.challengers_needed}"),
                ("contested", "only a vote admits: zonedao propose admit" if found.contested else ""),
                ("can be enrolled", moment(found.ready_at, now) if found.ready_at and not found.contested else ""),
                ("until", moment(found.expires_at, now)),
            ]
        ),
    )


@command(member, uses=WRITES)
@click.argument("address")
@click.option(
    "--id", "identity", required=True, metavar="TEXT", help="What tells this person from all others, always the same."
)
@click.option(
    "--until",
    default="30 days",
    show_default=True,
    metavar="WHEN",
    help="How long the attestation is good: a date or how long from now.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Where to write it.")
@in_option
def attest(session: Session, address: str, identity: str, until: str, out: Path, where: str | None) -> None:
    """Attest, as whom the zone has named for it, that ADDRESS is a person's key; nothing is sent to the chain.

    The text, with a secret that only you know, gives the same number for the same person whatever key they come with.

    Examples:
        zonedao member attest 0x90F79bf6EB2c4f870365E785982E1f101E93b906 --id "passport 1234" --out ben.json
    See also:
        zonedao member enroll: what the person does with it
    """
    import json

    from zonedao.cli.kit.times import parse_deadline
    from zonedao.governance.proofs import nullifier_from
    from zonedao.papers import unwritable
    from zonedao.text import reason

    session.require_signer()
    zone = session.body(where).zone
    key = session.somebody(zone, address)
    deadline = parse_deadline(until, zone.client.now())
    if session.options.dry_run:
        session.out.would(f"You would attest that {key} is the key of a person, and write it to {out}.")
        return
    agree(session, f"Attest that {key} is the key of a person?")
    document = zone.personhood.attest(key, nullifier_from(identity), deadline).document()
    try:
        out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    except OSError as problem:
        raise unwritable(out, reason(problem)) from problem
    session.out.show({**document, "file": str(out)}, [f"The attestation is in {out}. Who has it can enrol {key}."])


@command(member)
@argument("kind", "How it is decided who is a person.", type=click.Choice(["vouching", "allow-list", "attester"]))
@click.option(
    "--vouchers", metavar="N", type=click.IntRange(2, 8), default=3, show_default=True, help="How many must vouch."
)
@in_option
def module(session: Session, kind: str, vouchers: int, where: str | None) -> None:
    """Put a module that decides who is a person on the chain, once for every zone; a vote then lists it.

    It has no owner. With vouching members vouch for each other, with allow-list the zone votes a list, with attester
    the zone names somebody who attests.

    Examples:
        zonedao member module vouching --vouchers 3
    See also:
        zonedao propose set: `set module personhood KIND` lists it
    """
    from zonedao.federation.modules import personhood_module, put_module

    session.require_signer()
    zone = session.body(where).zone
    found = personhood_module(kind, vouchers)

    def told(outcome: Outcome[None]) -> tuple[Any, list[str]]:
        proposed = f"zonedao propose set module personhood {found.address}"
        return {"kind": kind, "address": found.address}, [f"Have the zone list it: {proposed}"]

    carry_out(session, zone.client, lambda: put_module(zone.client, found), told)
