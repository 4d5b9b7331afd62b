"""What a body goes by, and calls of any kind."""

from __future__ import annotations

import click

from zonedao.cli.kit.options import command
from zonedao.cli.kit.settings import SETTINGS, setting_calls
from zonedao.cli.propose.motion import Motion, propose, proposing
from zonedao.errors import UsageProblem


@command(propose, "set")
@click.argument("what", type=click.Choice(sorted(SETTINGS)))
@click.argument("values", nargs=-1, required=True, metavar="VALUE...")
@proposing
def set_(motion: Motion, what: str, values: tuple[str, ...]) -> None:
    """Change what the body goes by.

    \b
    set law CLASS FIELD=VALUE...    set law spending quorum=30% voting_period="3 days"
    set cap AMOUNT                  set cap "40 ETH"; 0 ETH removes the cap
    set row CALL constitutional     set row pay constitutional; set row pay ordinary takes it back
    set activity VOTES              set activity 4: quorums over who was active in the last 4 votes; set activity off
    set good NAME FIELD=VALUE...    set good bread safety=20 entitlement=12
                                    set good "flour (kg)" safety=0 entitlement=5 adds one
    set keepers WHO...              set keepers dan eva
    set module ROLE ADDRESS         set module stores 0x…, set module post 0x…
                                    set module personhood vouching, allow-list, attester, or 0x…
                                    set module elections, set module wishes: those that all zones share
                                    set module verifier bls12-381; set module verifier none
    set persons FILE [URI]          set persons list.csv; set persons none (where the module is allow-list)
    set attester WHO                set attester ada; set attester none (where the module is attester)
    set uri URI                     set uri https://example.org/dao.json (ERC-4824); set uri none
    """
    motion.put(lambda body: setting_calls(motion.session, body, what, values))


@command(propose)
@click.argument("target", metavar="ADDRESS")
@click.argument("data", metavar="CALLDATA")
@proposing
def call(motion: Motion, target: str, data: str) -> None:
    """Call any contract with CALLDATA (0x-hex). What has no class of its own is constitutional."""
    try:
        raw = bytes.fromhex(data.removeprefix("0x"))
    except ValueError:
        raise UsageProblem(f"{data!r} is no calldata. Write it as 0x and hexadecimal digits.") from None
    motion.put(lambda body: [body.calls.raw(target, raw)])
