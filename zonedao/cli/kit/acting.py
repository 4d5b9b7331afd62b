"""Doing something on the chain: explain, simulate, ask, sign, send, wait, tell. Nothing is ever sent twice.

A run that was interrupted after signing left its transaction in the journal. The next run looks it up first; when it
is the very thing that is wanted again, that transaction is the answer and no other is sent. Its end is written down
only when it was told: whoever is killed between is answered by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from zonedao.cli.kit.ask import confirm
from zonedao.cli.kit.indexed import refresh
from zonedao.cli.kit.output import DIM, ReaderGone, style
from zonedao.cli.kit.people import acting_without_key
from zonedao.cli.kit.waiting import Waiting
from zonedao.errors import (
    ContractRevert,
    NodeRefused,
    NodeUnreachable,
    OutputProblem,
    Unconfirmed,
    UsageProblem,
    WrongState,
)

if TYPE_CHECKING:
    from zonedao.actions import Action, Outcome
    from zonedao.chain.following import Recovered
    from zonedao.chain.journal import Entry
    from zonedao.cli.kit.session import Session
    from zonedao.client import Client
    from zonedao.explain.description import Description
    from zonedao.governance.proposals import Proposal

T = TypeVar("T")
W = TypeVar("W")

DECLINED = 1

Told = Callable[["Outcome[T]"], tuple[Any, Iterable[str]]]


def agree(session: Session, question: str) -> None:
    """Ask before anything is sent, unless --yes; who declines ends the command. Raises UsageProblem."""
    if session.options.yes:
        return
    if not confirm(question):
        session.out.note("Nothing was sent.")
        raise click.exceptions.Exit(DECLINED)


def require_sending(session: Session) -> None:
    """Raise UsageProblem where --sign-only is said to a command that cannot do with signing alone."""
    if session.options.sign_only is not None:
        raise UsageProblem(
            "--sign-only is for commands that make one transaction of their own, such as vote, propose or deposit. "
            "Nothing was sent. Leave it out."
        )


def tell_about(session: Session, proposal: Proposal, choice: str, meaning: str) -> None:
    """Say what is about to be signed and sent by others later, and what it is about: its title is only what its author
    says."""
    _, *lines = proposal.vote(choice).explain().lines
    for line in (f"{meaning[:1].upper()}{meaning[1:]}.", *lines):
        session.out.note(line)


def carry_out(
    session: Session, client: Client, make: Callable[[], Action[T]], told: Told[T] | None = None
) -> Outcome[T] | None:
    """Do one thing on the chain and show what came of it; None after --dry-run and --sign-only.

    `make` builds the action once earlier runs are accounted for. `told` gives the result of an outcome: what stands
    under "result" with --json, and lines about what comes next. Raises what the library raises, in words.
    """
    from zonedao.chain.fees import require_funds
    from zonedao.chain.impersonation import Impersonated

    signer = session.require_signer()
    client.sender.require_able()
    recovered = [] if session.options.dry_run else client.sender.look_up()
    action = make()
    outcome = _finish_earlier(session, action, recovered)
    description: Description | None = None
    if outcome is None:
        if action.value_wei:
            require_funds(client.connection, signer.address, action.value_wei, 0)
        for step in action.first or (action,):
            step.simulate()
        description = action.explain(fee=not action.first)
        if session.options.dry_run:
            show_dry_run(session, action, description)
            return None
        show_described(session, description)
        if isinstance(signer, Impersonated):
            # It was said as soon as it was known; whoever reads the document is told as well.
            description = replace(description, lines=(acting_without_key(signer), *description.lines))
        if session.options.sign_only is not None:
            _sign_only(session, action, session.options.sign_only)
            return None
        agree(session, "Send it?")
        # Now rather than under the lock, which other commands of this user wait for.
        signer.ready()
        for step in action.first:
            client.sender.settle(_send(session, step).receipt)
        outcome = _send(session, action)
    show_outcome(session, action, outcome, description, told)
    client.sender.settle(outcome.receipt)
    session.interrupted = f"Stopped. It was sent and mined as {outcome.receipt.hash}; the index is read on next time."
    refresh(session)
    return outcome


def _send(session: Session, action: Action[T]) -> Outcome[T]:
    journal = action.client.journal
    assert journal is not None, "the command line always keeps a journal"
    session.interrupted = (
        "Stopped. A transaction may be under way; run the same command again to look it up. Nothing will be sent twice."
    )
    with journal.lock():
        prepared = action.prepare()
        kept = [
            record.file
            for record in journal.records(prepared.chain_id, prepared.sender, prepared.genesis)
            if record.file and record.outcome is None and record.entry.nonce == prepared.nonce
        ]
        tx_hash = action.send(prepared)
    for file in kept:
        session.out.note(f"{file} has the same number and can no longer be sent once this is mined.")
    return wait_for(action, tx_hash)


def _sign_only(session: Session, action: Action[Any], path: Path) -> None:
    """Sign what is wanted, or the first of what must come before it, into a file."""
    from zonedao.chain.signed import write_signed

    sender, journal = action.client.sender, session.journal
    if path.exists():
        raise UsageProblem(f"{path} is there already. Nothing was signed. Choose another file.")
    step, later = (action.first[0], True) if action.first else (action, False)
    agree(session, "Sign it?")
    session.require_signer().unlocked()
    description = step.explain()
    with journal.lock():
        prepared = step.prepare(kept=True)
        entry = sender.sign(prepared)
        write_signed(path, entry, description.lines)
        # After the file: a number is kept free for what is there, and for nothing else.
        journal.keep(entry, path.absolute())
    lines = [f"Signed and not sent: number {entry.nonce}. Send it with `zonedao send {path}`, from any computer."]
    if later:
        lines.append(f"It is {entry.note}, which must be mined first. Then run the same command again for the rest.")
    session.out.show(
        {
            "sent": False,
            "action": entry.note,
            "file": str(path),
            "tx": entry.hash,
            "number": entry.nonce,
            "explanation": list(description.lines),
            "fee_limit_wei": str(prepared.fee_limit_wei),
            "first_of_several": later,
        },
        lines,
    )


def wait_for(action: Action[T], tx_hash: str) -> Outcome[T]:
    """The outcome of what was sent, waited for in sight; its end is not written down yet."""
    with sent_all_the_same(tx_hash):
        return awaited(tx_hash, lambda **how: action.wait(tx_hash, settle=False, **how))


def awaited(tx_hash: str, wait: Callable[..., W]) -> W:
    """What `wait` returns, called with what shows how it goes."""
    waiting = Waiting(tx_hash)
    try:
        return wait(on_tick=waiting, on_confirmation=waiting.confirmed)
    finally:
        waiting.clear()


def _finish_earlier(session: Session, action: Action[T], recovered: Sequence[Recovered]) -> Outcome[T] | None:
    """The outcome of the same command of an interrupted run, if there is one; others are only told of."""
    outcome: Outcome[T] | None = None
    for found in recovered:
        same = next((entry for entry in found.slot if _does(entry, action)), None)
        lasting = found.state in ("mined", "waiting", "resent")
        refused = found.receipt is not None and not found.receipt.ok
        if same is not None and lasting and not refused and not found.entry.cancels:
            session.out.note(
                f"“{same.note}” of an earlier run ({found.entry.hash}) is looked up; nothing is sent again."
            )
            try:
                outcome = wait_for(action, found.entry.hash)
            except (ContractRevert, WrongState) as problem:
                session.out.note(problem.message)
            continue
        if found.running:
            continue  # its own process tells what becomes of it
        session.out.note(became(found))
        action.client.sender.settle_found(found)
    return outcome


def became(found: Recovered) -> str:
    """What became of a transaction of an earlier run, in a sentence."""
    what = f"“{found.entry.note}” of an earlier run ({found.entry.hash})"
    if found.state == "replaced":
        return f"{what} can never happen any more: another transaction took its place."
    if found.state == "refused":
        return f"{what} is not taken by the node and was given up. {found.reason}"
    if found.state == "dropped":
        return f"{what} was taken back by a reorganisation of the chain, and has been sent again as it was."
    if found.receipt is None:
        return f"{what} is still under way."
    return f"{what} has been mined meanwhile." if found.receipt.ok else f"{what} was mined and refused."


def _does(entry: Entry, action: Action[Any]) -> bool:
    return (entry.to, entry.note, entry.value_wei) == (action.to, action.meaning, action.value_wei)


# --- telling ---


def show_described(session: Session, description: Description) -> None:
    """Say what is about to be done, to whom is asked."""
    for line in description.lines:
        session.out.note(line)


def show_dry_run(session: Session, action: Action[Any], description: Description) -> None:
    """What stands instead of an outcome after --dry-run."""
    end = "Proposing it would succeed; the rest is for the vote." if description.proposing else "It would succeed."
    session.out.show(
        {"sent": False, "action": action.meaning, **_described(description)},
        [*description.lines, f"{end} Nothing was sent."],
    )


def _described(description: Description) -> dict[str, Any]:
    from zonedao.explain.watching import documents

    about = None
    if description.classes:
        about = {
            "classes": [each.title for each in description.classes],
            "electorate": description.electorate,
            "quorum": description.quorum,
            "threshold_ppm": description.threshold_ppm,
            "opens_at": description.opens_at,
            "closes_at": description.closes_at,
            "earliest_execution_at": description.earliest_execution_at or None,
            "effects": description.ahead.document,
        }
    fee = description.fee_limit_wei
    return {
        "explanation": list(description.lines),
        "warnings": list(description.warnings),
        "proposal": about,
        "effects": documents(description.changes),
        "fee_limit_wei": None if fee is None else str(fee),
    }


def show_outcome(
    session: Session,
    action: Action[T],
    outcome: Outcome[T],
    description: Description | None,
    told: Told[T] | None = None,
) -> None:
    """What was done, as it was mined. Raises OutputProblem, which says so where it cannot be shown."""
    from zonedao.chain.fees import ether

    receipt = outcome.receipt
    with sent_all_the_same(receipt.hash):
        result, lines = told(outcome) if told is not None else (None, ())
        events = outcome.in_words()
        session.out.show(
            {
                "sent": True,
                "action": action.meaning,
                "tx": receipt.hash,
                "block": receipt.block,
                "gas_used": receipt.gas_used,
                "fee_wei": str(receipt.fee_wei),
                "events": list(events),
                "explanation": list(description.lines) if description is not None else [],
                "result": result,
            },
            [
                *events,
                *lines,
                style(f"Block {receipt.block}, fee {ether(receipt.fee_wei)}, transaction {receipt.hash}", DIM),
            ],
        )


@contextmanager
def sent_all_the_same(tx_hash: str) -> Iterator[None]:
    """Whoever cannot read that it was sent must not send it again.

    A node's failure while it is waited for ends no waiting: one that comes out here came after it was mined.
    """
    try:
        yield
    except (NodeUnreachable, NodeRefused) as problem:
        raise Unconfirmed(
            f"Transaction {tx_hash} was sent and mined; only what came of it cannot be read now: {problem.message} "
            "Run the same command again: it is looked up, and nothing will be sent twice.",
            tx_hash=tx_hash,
        ) from problem
    except (OutputProblem, ReaderGone) as problem:
        reason = problem.message if isinstance(problem, OutputProblem) else "Whoever was to read it has gone."
        raise OutputProblem(
            f"It was sent and mined as {tx_hash}; only its result could not be shown. {reason} Do not send it again.",
            tx_hash=tx_hash,
        ) from problem
