"""What a member makes and hands in: a ballot, and the entry of a voting key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonedao.cli.ballot.box import ballot
from zonedao.cli.kit.acting import agree, tell_about
from zonedao.cli.kit.bodies import in_option
from zonedao.cli.kit.options import WRITES, command
from zonedao.cli.kit.proposals import number_argument
from zonedao.errors import UsageProblem

if TYPE_CHECKING:
    from zonedao.ballots.files import Item
    from zonedao.cli.kit.session import Session


out_option = click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Add it to this file, to be carried by hand."
)


to_option = click.option("--to", "url", metavar="URL", help="Hand it in to the relayer at this address.")


@command(ballot, uses=WRITES)
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

    Examples:
        zonedao ballot sign 12 for --to http://192.168.1.7:8600
        zonedao ballot sign 12 against --out ada.json
    Exit codes:
        4: you are no elector, it is counted already, or another choice was signed
    See also:
        zonedao vote: vote by a transaction of your own
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
    tell_about(session, proposal, choice, meaning)
    if session.options.dry_run:
        if account is None:
            session.out.would(f"You would {meaning}.")
        else:
            message = single_message(proposal, support(choice), account)
            session.out.show(
                {"done": False, "message": message}, [f"You would {meaning}. To be signed:", json.dumps(message)]
            )
        return
    agree(session, "Sign it?")
    # Now: the record of what was signed is locked while the password would be asked for.
    signer.unlocked()
    signed = proposal.sign_ballot(choice) if account is None else proposal.sign_single_ballot(choice, account, raw)
    _deliver(session, signed, signed.document(), out, url, "ballot")


@command(ballot, uses=WRITES)
@click.option("--renew", type=click.IntRange(0, 3), default=0, metavar="NUMBER", help="Your NUMBERth new key: 1, 2, 3.")
@out_option
@to_option
@in_option
def key(session: Session, renew: int, out: Path | None, url: str | None, where: str | None) -> None:
    """Make the entry that enrols your voting key, with which thousands of ballots are counted under one signature.

    The key is derived from your account and kept nowhere. Whoever posts it pays; it counts for proposals made later.
    The zone needs a verifier (`ballot deploy`).

    Examples:
        zonedao ballot key --out ada.key.json
        zonedao ballot key --to http://192.168.1.7:8600
    See also:
        zonedao ballot sign: vote with it
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


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise UsageProblem("That is no signature. Write it as 0x and hexadecimal digits.") from None


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


def _said(choice: str) -> str:
    return "to abstain" if choice == "abstain" else f"“{choice}”"
