"""What a body goes by, and calls of any kind."""

from __future__ import annotations

import click

from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.options import command
from zonedao.cli.kit.settings import SETTINGS, setting_calls
from zonedao.cli.propose.motion import Motion, propose, proposing
from zonedao.errors import UsageProblem


@command(propose, "set")
@argument("what", "One of the words above.", metavar="WHAT", type=click.Choice(sorted(SETTINGS)))
@argument("values", "How, as above.", nargs=-1, required=True, metavar="VALUE...")
@proposing
def set_(motion: Motion, what: str, values: tuple[str, ...]) -> None:
    """Change what the body goes by.

    \b
    law CLASS FIELD=VALUE...  of a class: law spending quorum=30%
    cap AMOUNT                "40 ETH" an epoch by ordinary vote; 0 ETH: no cap
    row CALL constitutional   row pay constitutional; row pay ordinary: as ever
    activity VOTES            quorums over who voted in the last VOTES; or off
    good NAME FIELD=VALUE...  good bread safety=20 entitlement=12; a new one:
                              good "flour (kg)" safety=0 entitlement=5
    keepers WHO...            all who keep the stores
    module ROLE ADDRESS       module stores 0x…, module post 0x…
                              module personhood vouching, allow-list, attester
                              or 0x…; module elections; module wishes;
                              module verifier bls12-381; the last four: or none
    persons FILE [URI]        the list of persons; or none
    attester WHO              who attests persons; or none
    uri URI                   where dao.json is (ERC-4824); or none

    Examples:
        zonedao propose set law spending quorum=30% "voting_period=3 days"
        zonedao propose set cap "40 ETH" --in corner/kitchen
        zonedao propose set keepers dan eva
    See also:
        zonedao body show: what it goes by now
    """
    motion.put(lambda body: setting_calls(motion.session, body, what, values))


@command(propose)
@argument("target", "The contract that is called.", metavar="ADDRESS")
@click.argument("data", metavar="CALLDATA")
@proposing
def call(motion: Motion, target: str, data: str) -> None:
    """Call any contract with CALLDATA (0x-hex). What has no class of its own is constitutional.

    For what no other command proposes. `zonedao explain ADDRESS CALLDATA` says what a call does.

    Examples:
        zonedao propose call 0x5FbDB2315678afecb367f032d93F642f64180aa3 0x8456cb59 --title "Pause the old shop"
    See also:
        zonedao explain: what a call would do
    """
    try:
        raw = bytes.fromhex(data.removeprefix("0x"))
    except ValueError:
        raise UsageProblem(f"{data!r} is no calldata. Write it as 0x and hexadecimal digits.") from None
    motion.put(lambda body: [body.calls.raw(target, raw)])
