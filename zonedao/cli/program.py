"""The list of all commands. Nothing here is imported before it is used."""

from __future__ import annotations

import click

from zonedao.cli.kit.groups import Lazy, LazyGroup

program = LazyGroup(
    "zonedao",
    {
        "Found and join": {
            "demo": Lazy("demo", "Watch two zones govern, pay and trade."),
            "charter": Lazy("charter", "Check a charter file, or show what it will found."),
            "deploy": Lazy("deploy", "Found the zone of a charter file."),
            "join": Lazy("join", "Check a zone you were invited to, and keep its address."),
            "leave": Lazy("join", "End your membership of a body."),
            "whoami": Lazy("join", "Who you are, in every zone you know."),
        },
        "Decide": {
            "propose": Lazy("propose", "Propose something to a body."),
            "proposal": Lazy("proposal", "Read proposals."),
            "sponsor": Lazy("vote", "Sign a proposal so that it can be voted on."),
            "vote": Lazy("vote", "Vote on a proposal."),
            "ballot": Lazy("ballot", "Vote without a transaction: sign, collect, post."),
            "election": Lazy("election", "Polls and elections: stand, vote, count, recall."),
            "wish": Lazy("wish", "Set numbers together, by the median of wishes."),
            "queue": Lazy("vote", "Reserve the money of a proposal that succeeded."),
            "execute": Lazy("vote", "Carry out a queued proposal."),
            "cancel": Lazy("vote", "Withdraw your own proposal before its vote opens."),
            "petition": Lazy("petition", "Hold something up by signatures, or appeal to the body above."),
            "todo": Lazy("todo", "What waits for you."),
        },
        "Look around": {
            "body": Lazy("body", "Zones and industries: their laws, members, money."),
            "member": Lazy("member", "Members of a body."),
            "name": Lazy("name", "What you call people, on this machine only."),
            "explain": Lazy("explain", "A transaction, a call or an error in words."),
            "watch": Lazy("watch", "What happens in a zone, while it happens."),
            "audit": Lazy("audit", "Rebuild every account from events and compare with the chain."),
            "index": Lazy("index", "Events of a zone, read once and kept here."),
            "export": Lazy("export", "Documents about a body for the rest of the world."),
            "verify": Lazy("verify", "Check an exported file without any chain."),
        },
        "Money": {
            "treasury": Lazy("treasury", "Accounts, allowances and dues."),
            "deposit": Lazy("treasury", "Put money into the account of a body."),
            "withdraw": Lazy("treasury", "Collect what is due to you."),
        },
        "Goods": {
            "stock": Lazy("stock", "What is in the stores; keepers report counts."),
            "order": Lazy("order", "Order goods for yourself."),
            "deliver": Lazy("order", "Record that an order was handed over (keepers)."),
            "trade": Lazy("trade", "Trades between zones: ship, attest, settle."),
        },
        "Keys and chains": {
            "account": Lazy("account", "Your accounts: key files, or on a Ledger."),
            "network": Lazy("network", "Nodes by name, and what holds on each."),
            "send": Lazy("send", "Send what was signed with --sign-only."),
            "tx": Lazy("tx", "What you sent and waits: list, offer more, cancel."),
            "completion": Lazy("completion", "Let your shell complete commands and names."),
            "chain": Lazy("chain", "A local node to try things on."),
            "doctor": Lazy("doctor", "Is everything in order? And if not, what to do."),
        },
    },
    help="Democratic zones: one person, one vote, a shared treasury, and trade between communities.",
    epilog="`zonedao COMMAND --help` explains a command. It ends with 0 if it did what it says, 2 for what cannot be "
    "understood, 3 for what is not there, 4 for what the rules forbid, 5 for want of money, 6 where the node is at "
    "fault, 7 where the key is, 9 where a transaction is not mined yet, and with another number for anything else.",
)
program.params.append(
    click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        help="Show the version.",
        callback=lambda ctx, _, wanted: _version(ctx) if wanted else None,
    )
)


def _version(ctx: click.Context) -> None:
    from zonedao import __version__

    click.echo(f"zonedao {__version__}")
    ctx.exit()
