"""The manual of a command: what its docstring says, taken apart.

A docstring is paragraphs, then any of these sections, each with lines that are indented below it:

    Examples:
        zonedao vote 12 for
    Exit codes:
        4: you do not belong to its electorate
    See also:
        zonedao execute: carry it out, when its delay is over
"""

from __future__ import annotations

from inspect import cleandoc

from zonedao.records import record

EXAMPLES, EXIT_CODES, SEE_ALSO = "Examples", "Exit codes", "See also"


@record
class Manual:
    """`text` is the paragraphs; `exit_codes` are (code, when), `see_also` (command, what it does)."""

    text: str
    examples: tuple[str, ...] = ()
    exit_codes: tuple[tuple[str, str], ...] = ()
    see_also: tuple[tuple[str, str], ...] = ()

    @property
    def paragraphs(self) -> list[str]:
        """Each in one line; one that begins with \\b, click's mark for it, in the lines in which it was written."""
        parts = self.text.split("\n\n")
        return [each if each.startswith("\b") else " ".join(each.split()) for each in parts]


def read_manual(docstring: str) -> Manual:
    """The parts of a docstring. Raises ValueError where a section is not as it should be."""
    text: list[str] = []
    sections: dict[str, list[str]] = {}
    into = text
    for line in cleandoc(docstring).splitlines():
        if line.rstrip(":") in (EXAMPLES, EXIT_CODES, SEE_ALSO) and line.endswith(":"):
            into = sections.setdefault(line.rstrip(":"), [])
        elif into is text:
            text.append(line)
        elif line.startswith("      "):  # deeper than its section: the line above goes on
            into[-1] += f" {line.strip()}"
        elif line.startswith("    "):
            into.append(line.strip())
        elif line:
            raise ValueError(f"{line!r} stands after the sections of a manual")
    return Manual(
        "\n".join(text).strip(),
        tuple(sections.get(EXAMPLES, ())),
        tuple(_pair(line) for line in sections.get(EXIT_CODES, ())),
        tuple(_pair(line) for line in sections.get(SEE_ALSO, ())),
    )


def _pair(line: str) -> tuple[str, str]:
    name, colon, said = line.partition(": ")
    if not colon:
        raise ValueError(f"{line!r} has no colon")
    return name, said
