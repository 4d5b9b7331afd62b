"""`zonedao completion`: what a shell needs to complete commands, options and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zonedao.cli.kit.arguments import argument
from zonedao.cli.kit.options import READS, command

if TYPE_CHECKING:
    from zonedao.cli.kit.session import Session

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_ZONEDAO_COMPLETE"


@command(uses=READS)
@argument("shell", "The shell that you use.", type=click.Choice(SHELLS))
def completion(session: Session, shell: str) -> None:
    """Print what lets SHELL complete commands, options, and the names you know.

    In ~/.bashrc or ~/.zshrc: eval "$(zonedao completion bash)", or zsh instead of bash. For fish: zonedao completion
    fish > ~/.config/fish/completions/zonedao.fish

    Examples:
        eval "$(zonedao completion bash)"
        zonedao completion fish > ~/.config/fish/completions/zonedao.fish
    See also:
        zonedao index sync: what names of bodies and proposals come from
    """
    from click.shell_completion import get_completion_class

    from zonedao.cli.program import program

    kind = get_completion_class(shell)
    assert kind is not None, "click knows all three"
    script = kind(program, {}, "zonedao", VARIABLE).source()
    session.out.show({"shell": shell, "script": script}, [script])
