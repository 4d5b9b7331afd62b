"""The options that every command takes, and the command that takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from zonedao.cli.kit.arguments import said_of, shown
from zonedao.cli.kit.completing import COMPLETERS
from zonedao.cli.kit.manual import read_manual
from zonedao.records import record

NETWORK_VARIABLE = "ZONEDAO_NETWORK"
ACCOUNT_VARIABLE = "ZONEDAO_ACCOUNT"


@record
class Options:
    """What every command was told. `network` and `account` are None where nobody said anything."""

    json: bool = False
    network: str | None = None
    account: str | None = None
    password_file: Path | None = None
    yes: bool = False
    dry_run: bool = False
    max_fee: str | None = None
    confirmations: int | None = None
    sign_only: Path | None = None
    debug: bool = False


def _common(network_names: tuple[str, ...]) -> list[click.Option]:
    return [
        click.Option(["--json"], is_flag=True, help="One JSON document on standard output."),
        click.Option(
            [*network_names, "network"],
            metavar="NAME|URL",
            envvar=NETWORK_VARIABLE,
            show_envvar=True,
            help="embedded, anvil, ganache, a network, a joined zone, or a node's address.",
        ),
        click.Option(
            ["--account"],
            metavar="NAME",
            envvar=ACCOUNT_VARIABLE,
            show_envvar=True,
            help="Who acts: an account's name or address, or a key file; on a local node also impersonate:WHO.",
        ),
        click.Option(
            ["--password-file"],
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="The first line opens the key file.  [env var: ZONEDAO_PASSWORD_FILE]",
        ),
        click.Option(["--yes"], is_flag=True, help="Do not ask before sending."),
        click.Option(["--dry-run"], is_flag=True, help="Explain and simulate; send and write nothing."),
        click.Option(
            ["--max-fee"],
            metavar="AMOUNT",
            help="The most to pay: `30 gwei` for a unit of gas, or `0.01 ETH` for a transaction.",
        ),
        click.Option(
            ["--confirmations"],
            metavar="N",
            type=int,
            help="Wait for so many blocks, that of the transaction included; 1 by default.",
        ),
        click.Option(
            ["--sign-only"],
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Sign into a file, and do not send; `zonedao send FILE` does.",
        ),
        click.Option(["--debug"], is_flag=True, help="Show the traceback of a failure."),
    ]


COMMON = tuple(str(option.name) for option in _common(("--network",)))


# Names of common options, by what a command does: read; write on this computer or sign; send several transactions, or
# something that is no transaction of its own; send one.
READS = frozenset({"json", "network", "account", "debug"})
WRITES = READS | {"password_file", "yes", "dry_run"}
SENDS_MANY = WRITES | {"max_fee", "confirmations"}
SENDS = SENDS_MANY | {"sign_only"}

_SENDING = (
    ("4", "refused: the rules say no, or it is the wrong moment; nothing was sent"),
    ("5", "the account cannot pay the value or the fee"),
    ("9", "sent, and not mined in time: `zonedao tx list` shows what became of it"),
)


class Command(click.Command):
    """A command with the common options, whose function is given the session first.

    `uses` are those of them that make a difference, which `--help` lists; the others are taken all the same.
    `network_names` are the words for `--network` where a command has others for it as well. `manual` is what its
    docstring says (`kit/manual.py`).
    """

    def __init__(
        self,
        name: str,
        uses: frozenset[str] = SENDS,
        network_names: tuple[str, ...] = ("--network",),
        **attributes: Any,
    ) -> None:
        self.manual = read_manual(attributes.pop("help", None) or "")
        super().__init__(name, **attributes)
        self.help = self.manual.text
        self.uses = uses
        self.common = _common(network_names)
        self.params = [*self.params, *self.common]
        for param in self.params:
            if param.name in COMPLETERS:
                param.shell_complete = COMPLETERS[param.name]  # type: ignore[assignment, method-assign]

    @property
    def sends(self) -> bool:
        """Whether it can send a transaction."""
        return self.uses >= SENDS_MANY

    @property
    def exit_codes(self) -> list[tuple[str, str]]:
        """The exit codes that matter here, with when."""
        codes = {**(dict(_SENDING) if self.sends else {}), **dict(self.manual.exit_codes)}
        return sorted(codes.items(), key=lambda each: int(each[0]))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as problem:
            if problem.option_name[1:2].isdigit():
                word = next((each for each in given if each.startswith(problem.option_name)), problem.option_name)
                raise click.UsageError(
                    f"{word!r} is below zero. Write it without a minus, like 1 ETH or 2 days.", ctx
                ) from None
            raise

    def invoke(self, ctx: click.Context) -> Any:
        from zonedao.cli.kit.session import Session

        session = Session(Options(**{name: ctx.params.pop(name) for name in COMMON}), ctx)
        ctx.obj = session
        with session.guarded():
            super().invoke(ctx)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Usage, text, and then a table for whatever there is to say."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        own = [param for param in self.params if isinstance(param, click.Option) and param not in self.common]
        helping = self.get_help_option(ctx)
        used = [param for param in self.common if param.name in self.uses]
        arguments = [(shown(each, ctx), said_of(each)) for each in self.params if isinstance(each, click.Argument)]
        for title, rows in (
            ("Arguments", arguments),
            ("Options", _records(own, ctx)),
            ("Options of every command", _records([*used, *([helping] if helping is not None else [])], ctx)),
            ("Exit codes", self.exit_codes),
            ("See also", list(self.manual.see_also)),
        ):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
        if self.manual.examples:
            with formatter.section("Examples"):
                for example in self.manual.examples:
                    # Whole, however narrow the terminal is: it is there to be copied.
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")


def _records(params: Iterable[click.Option], ctx: click.Context) -> list[tuple[str, str]]:
    return [record for param in params if (record := param.get_help_record(ctx)) is not None]


def command(
    group: click.Group | None = None, name: str | None = None, **attributes: Any
) -> Callable[[Callable[..., None]], Command]:
    """Make a function a command of `group`, or of the program; it is called with the session and its own options."""

    def decorate(function: Callable[..., None]) -> Command:
        made = click.command(name or function.__name__.replace("_", "-"), cls=Command, **attributes)(
            click.pass_obj(function)
        )
        if group is not None:
            group.add_command(made)
        return made

    return decorate
