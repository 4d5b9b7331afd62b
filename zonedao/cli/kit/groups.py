"""Groups of commands: loaded when used, with a guess at what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import click

from zonedao.text import did_you_mean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_USAGE = 2
_WHOLE = 1_000  # letters of a sentence


class Group(click.Group):
    """A group that guesses what was meant when there is no such command, and lists its commands when none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(_USAGE)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as problem:
            hint = "Options stand after the command, as in `zonedao proposal list --json`."
            raise click.UsageError(f"{ctx.command_path} has no option {problem.option_name}. {hint}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first sentence of each command, however long it is."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(_WHOLE)) for name, each in found if each is not None])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            names = self.list_commands(ctx)
            raise click.UsageError(f"There is no command {name!r}.{did_you_mean(name, names)}", ctx)
        return super().resolve_command(ctx, args)


class Lazy(NamedTuple):
    """A command that is not loaded yet: its module under `zonedao.cli`, and its line in the list of commands."""

    module: str
    help: str


class LazyGroup(Group):
    """The whole program: commands by section, each imported only when it is used.

    A command `vote` is the object `vote` of its module.
    """

    def __init__(self, name: str, sections: Mapping[str, Mapping[str, Lazy]], **attributes: str) -> None:
        super().__init__(name, help=attributes.get("help"), epilog=attributes.get("epilog"))
        self.sections = sections
        self.lazy = {name: lazy for section in sections.values() for name, lazy in section.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        lazy = self.lazy.get(cmd_name)
        if lazy is None:
            return None
        command = getattr(import_module(f"zonedao.cli.{lazy.module}"), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        # The lines are here already; click would load every command for its own.
        names = [name for name in self.lazy if name.startswith(incomplete)]
        offered = [CompletionItem(name, help=self.lazy[name].help) for name in names]
        return [*offered, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(len(name) for name in self.lazy)
        for title, section in self.sections.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), lazy.help) for name, lazy in section.items()])


def leaves(group: click.Group, words: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command of a group that does something, by its words, in the order in which they are listed."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        found = group.get_command(ctx, name)
        if isinstance(found, click.Group):
            yield from leaves(found, f"{words}{name} ")
        elif found is not None:
            yield words + name, found
