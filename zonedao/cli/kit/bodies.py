"""Options that several nouns have, and how persons are shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zonedao.client import Client

in_option: Callable[[Any], Any] = click.option(
    "--in",
    "where",
    metavar="BODY",
    help="The body: a path such as elmcourt/kitchen; the zone itself by default.",
)

evidence_option: Callable[[Any], Any] = click.option(
    "--evidence",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A document whose hash is put on the chain.",
)


def evidence_of(file: Path | None) -> bytes | None:
    """The hash of a document, None for none. Raises NotFound."""
    from zonedao.text import document_hash

    return None if file is None else document_hash(file)


def whom(client: Client, address: str) -> str:
    """The best name there is for a person or a body, else the address, flagged where it only looks like a known one."""
    return client.speaker.name(address) or client.speaker.marked(address)
