"""`zonedao member`: who belongs to a body."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.acting import agree, carry_out
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.groups import Group
from zonedao.cli.kit.options import command
from zonedao.cli.kit.output import pairs
from zonedao.errors import StorageProblem, UsageProblem

if TYPE_CHECKING:
    from typing import Any

    from zonedao.actions import Action, Outcome
    from zonedao.cli.kit.session import Session
    from zonedao.governance.registry import Recovery


@click.group(cls=Group)
def member() -> None:
    """Members of a body. Names come from your address book and are never on the chain."""


@command(member, "list")
@in_option
def list_(session: Session, where: str | None) -> None:
    """Who belongs to a body now."""
    body = session.body(where)
    members = body.members()
    session.out.show(
        {
            "body": body.path,
            "members": [{"index": each.index, "address": each.key, "name": each.name or None} for each in members],
        },
        [
            *session.out.table(
                ("NO", "NAME", "ADDRESS"),
                [(str(each.index), each.name or "-", each.key) for each in members],
                right=(0,),
                empty=f"{body.path} has no members.",
            ),
        ],
    )


@command(member)
@click.argument("who")
@in_option
def show(session: Session, who: str, where: str | None) -> None:
    """Somebody of the zone: WHO is a name of your address book, an address or a number."""
    from zonedao.times import moment

    body = session.body(where)
    zone = body.zone
    person = body.person(session.member(body.zone, who))
    bodies = [each.path for each in zone.bodies() if each.is_member(person.index)]
    now = zone.client.now()
    notice = zone.expulsion(person.index)
    representative, followers = zone.registry.representative(person.index), zone.registry.followers(person.index)
    session.out.show(
        {
            "index": person.index,
            "address": person.key,
            "name": person.name or None,
            "admitted_at": person.admitted_at,
            "left_at": person.left_at or None,
            "bodies": bodies,
            "notice": None if notice is None else {"ready_at": notice.ready_at, "expires_at": notice.expires_at},
            "representative": representative.index if representative is not None else None,
            "followers": list(followers.indices),
            "followers_most": followers.most,
        },
        pairs(
            [
                ("number", str(person.index)),
                ("name", person.name),
                ("address", person.key),
                ("admitted", moment(person.admitted_at, now)),
                ("left", moment(person.left_at, now) if person.left_at else ""),
                ("member of", ", ".join(bodies) or "no body"),
                ("expelled from", moment(notice.ready_at, now) if notice is not None else ""),
                ("represented by", "" if representative is None else str(representative)),
                ("followers", f"{len(followers.indices)} of {followers.most}" if followers.indices else ""),
            ]
        ),
    )


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

    Enough members must vouch within two weeks; others have two weeks to object; then anybody enrols them.
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
    """
    session.require_signer()
    zone = session.body(where).zone
    key = session.somebody(zone, address)
    carry_out(session, zone.client, lambda: zone.personhood.challenge(key))


@command(member)
@click.argument("address")
@in_option
def clear(session: Session, address: str, where: str | None) -> None:
    """Lift the suspension of who vouched for ADDRESS, which was contested and which the zone has admitted by vote."""
    session.require_signer()
    zone = session.body(where).zone
    key = session.somebody(zone, address)
    carry_out(session, zone.client, lambda: zone.personhood.clear(key))


@command(member)
@click.argument("address")
@in_option
def application(session: Session, address: str, where: str | None) -> None:
    """How it stands with ADDRESS, for which members vouch."""
    from zonedao.times import moment

    zone = session.body(where).zone
    found = zone.personhood.application(session.somebody(zone, address))
    if found is None:
        session.out.show({"application": None}, [f"Nobody vouches for {address}."])
        return
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
    session.out.show(
        {"application": document},
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


@command(member)
@click.argument("address")
@click.option(
    "--id", "identity", required=True, metavar="TEXT", help="What tells this person from all others, always the same."
)
@click.option("--until", default="30 days", show_default=True, metavar="WHEN", help="How long the attestation is good.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Where to write it.")
@in_option
def attest(session: Session, address: str, identity: str, until: str, out: Path, where: str | None) -> None:
    """Attest, as whom the zone has named for it, that ADDRESS is a person's key; nothing is sent to the chain.

    The text, with a secret that only you know, gives the same number for the same person whatever key they come with.
    """
    import json

    from zonedao.cli.kit.times import parse_moment
    from zonedao.governance.proofs import nullifier_from

    session.require_signer()
    zone = session.body(where).zone
    key = session.somebody(zone, address)
    deadline = parse_moment(until, zone.client.now())
    if session.options.dry_run:
        session.out.would(f"You would attest that {key} is the key of a person, and write it to {out}.")
        return
    agree(session, f"Attest that {key} is the key of a person?")
    document = zone.personhood.attest(key, nullifier_from(identity), deadline).document()
    try:
        out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    except OSError as problem:
        reason = (problem.strerror or "").lower()
        raise StorageProblem(f"{out} cannot be written ({reason}). Choose another file with --out.") from problem
    session.out.show({**document, "file": str(out)}, [f"The attestation is in {out}. Who has it can enrol {key}."])


@command(member)
@click.argument("kind", type=click.Choice(["vouching", "allow-list", "attester"]))
@click.option("--vouchers", type=click.IntRange(2, 8), default=3, show_default=True, help="How many must vouch.")
@in_option
def module(session: Session, kind: str, vouchers: int, where: str | None) -> None:
    """Put a module that decides who is a person on the chain, once for every zone; a vote then lists it."""
    from zonedao.federation.modules import personhood_module, put_module

    session.require_signer()
    zone = session.body(where).zone
    found = personhood_module(kind, vouchers)

    def told(outcome: Outcome[None]) -> tuple[Any, list[str]]:
        proposed = f"zonedao propose set module personhood {found.address}"
        return {"kind": kind, "address": found.address}, [f"Have the zone list it: {proposed}"]

    carry_out(session, zone.client, lambda: put_module(zone.client, found), told)


@command(member, "finish-expulsion")
@click.argument("who")
@in_option
def finish_expulsion(session: Session, who: str, where: str | None) -> None:
    """End the membership of WHO, whose notice of expulsion has run out. Anybody may."""
    session.require_signer()
    zone = session.body(where).zone
    person = session.member(zone, who)
    carry_out(session, zone.client, lambda: zone.finish_expulsion(person))


@command(member)
@click.argument("who")
@in_option
def prune(session: Session, who: str, where: str | None) -> None:
    """End the membership of WHO in an industry, when they left the body above it. Anybody may.

    Who leaves a body stays in the industries below it until somebody says this; who leaves the zone is out everywhere.
    """
    session.require_signer()
    body = session.body(where)
    person = session.member(body.zone, who)
    carry_out(session, body.client, lambda: body.prune(person))


@command(member)
@click.argument("who", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Send nothing: sign it into FILE, for anybody to bring.",
)
@click.option("--until", default="30 days", show_default=True, metavar="WHEN", help="How long FILE is good.")
@in_option
def delegate(session: Session, who: str | None, out: Path | None, until: str, where: str | None) -> None:
    """Let your vote be counted as that of WHO, wherever you do not vote yourself; without WHO, no longer.

    It counts for proposals made later, where WHO votes as a representative. A vote of your own always takes its place.
    """
    from zonedao.cli.kit.times import parse_moment

    session.require_signer()
    zone = session.body(where).zone
    person = None if who is None else session.member(zone, who)
    if out is None:
        carry_out(session, zone.client, lambda: zone.registry.delegate(person))
        return
    from zonedao.governance.delegations import sign_delegation, write_delegation

    expiry = parse_moment(until, zone.client.now())
    chosen = "you represent yourself" if person is None else f"{zone.registry.person(person)} represents you"
    if session.options.dry_run:
        session.out.would(f"You would sign that {chosen}, and write it to {out}.")
        return
    agree(session, f"Sign that {chosen}?")
    signed = sign_delegation(zone.registry, person, expiry)
    write_delegation(out, signed)
    session.out.show(
        {"delegator": signed.delegator, "delegatee": signed.delegatee, "expiry": expiry, "file": str(out)},
        [f"Signed. Who has {out} brings it: zonedao member bring {out}"],
    )


@command(member)
@click.argument("file", type=click.Path(path_type=Path))
@in_option
def bring(session: Session, file: Path, where: str | None) -> None:
    """Bring what somebody signed into FILE: who represents them, or their vote as a representative. Anyone may."""
    from zonedao.ballots.representing import bring_representative, read_representative
    from zonedao.governance.delegations import bring_delegation, read_delegation

    session.require_signer()
    zone = session.body(where).zone

    def make() -> Action[None]:
        ballot = read_representative(file)
        if ballot is not None:
            return bring_representative(zone, ballot)
        return bring_delegation(zone.registry, read_delegation(file))

    carry_out(session, zone.client, make)


@command(member)
@click.argument("who")
@in_option
def dismiss(session: Session, who: str, where: str | None) -> None:
    """No longer represent WHO, who follows you. Who has left the zone is dismissed by anybody."""
    session.require_signer()
    zone = session.body(where).zone
    carry_out(session, zone.client, lambda: zone.registry.dismiss(session.member(zone, who)))


@command(member)
@click.argument("address")
@in_option
def rotate(session: Session, address: str, where: str | None) -> None:
    """Go on as the same member with the key of another ADDRESS, or of one of your accounts.

    It acts at once, and the old key has no way back. Your number, your memberships and what you voted stay; money that
    is due to the old address stays due to it.
    """
    session.require_signer()
    zone = session.body(where).zone
    new = session.somebody(zone, address)

    def told(outcome: Outcome[None]) -> tuple[Any, list[str]]:
        return {"address": new}, [f"From now on, act with --account and the name of the key of {new}."]

    carry_out(session, zone.client, lambda: zone.registry.rotate(new), told)


@command(member)
@click.argument("who")
@click.argument("address")
@in_option
def recover(session: Session, who: str, address: str, where: str | None) -> None:
    """Vouch that ADDRESS is the new key of WHO, who lost theirs.

    Three members must vouch within two weeks. Two weeks later the new key can finish it, unless the old one objects.
    """
    session.require_signer()
    zone = session.body(where).zone
    person, new = session.member(zone, who), session.somebody(zone, address)
    carry_out(session, zone.client, lambda: zone.registry.vouch_recovery(person, new))


@command(member)
@click.argument("who")
@in_option
def recovery(session: Session, who: str, where: str | None) -> None:
    """How the recovery of the key of WHO stands."""
    zone = session.body(where).zone
    found = zone.registry.recovery(session.member(zone, who))
    session.out.show({"recovery": None if found is None else _document(found)}, _lines(found, who, zone.client.now()))


@command(member, "veto-recovery")
@in_option
def veto_recovery(session: Session, where: str | None) -> None:
    """Object to the recovery of your own key, which you have not lost. Those who vouched are barred for half a year."""
    session.require_signer()
    zone = session.body(where).zone
    carry_out(session, zone.client, lambda: zone.registry.veto_recovery())


@command(member, "finish-recovery")
@click.argument("who")
@in_option
def finish_recovery(session: Session, who: str, where: str | None) -> None:
    """Take the place of WHO with the new key that others vouched for; --account chooses it."""
    session.require_signer()
    zone = session.body(where).zone
    person = session.member(zone, who)
    carry_out(session, zone.client, lambda: zone.registry.finish_recovery(person))


def _document(found: Recovery) -> dict[str, Any]:
    return {
        "index": found.person.index,
        "address": found.person.key,
        "new_address": found.new_key,
        "vouchers": [each.index for each in found.vouchers],
        "vouchers_needed": found.needed,
        "ready_at": found.ready_at or None,
        "expires_at": found.expires_at,
    }


def _lines(found: Recovery | None, who: str, now: int) -> list[str]:
    from zonedao.times import moment

    if found is None:
        return [f"No recovery of the key of {who} is open."]
    ready = moment(found.ready_at, now) if found.ready_at else ""
    return pairs(
        [
            ("member", f"{found.person.index}, {found.person}"),
            ("new key", found.new_key),
            ("vouchers", f"{len(found.vouchers)} of {found.needed}: {', '.join(str(each) for each in found.vouchers)}"),
            ("can be finished", ready),
            ("until", moment(found.expires_at, now)),
        ]
    )
