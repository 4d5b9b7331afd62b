"""From a charter file to a `Charter`, noting every mistake on the way.

Where something is wrong reading goes on with a value that does no harm: a charter with a mistake is never handed out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zonedao.chain.abi import keccak
from zonedao.charter.industries import Above, Industries
from zonedao.charter.laws import read_active_votes, read_laws
from zonedao.charter.lines import BROKEN, KeyPath, Source
from zonedao.charter.mistakes import Collector, Mistake
from zonedao.charter.model import BodyCharter, Charter
from zonedao.charter.money import Assets
from zonedao.charter.people import People
from zonedao.charter.personhood import read_personhood
from zonedao.charter.stores import read_epochs, read_goods, read_stores
from zonedao.charter.tables import Table
from zonedao.errors import CharterProblem
from zonedao.federation.addresses import CURVES
from zonedao.federation.modules import VOTING
from zonedao.text import reason, slug, steering

_KEYS = (
    *("name", "purpose", "dao_uri", "active_votes", "verifier", "personhood", *VOTING, "epochs", "members", "laws"),
    *("assets", "caps", "stores", "goods", "industries"),
)


def read(path: Path) -> tuple[Charter | None, list[Mistake]]:
    """The charter in a file, or all its mistakes. Raises CharterProblem when there is no such file to read."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise CharterProblem(f"{path} cannot be read ({reason(problem)}). Check the path.") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        return None, [Mistake(str(path), line, "This line is not UTF-8.", "Save the file with UTF-8 encoding.")]
    source = Source(str(path), text)
    collector = Collector(source)
    charter: Charter | None = None
    if source.document is not None:
        _refuse_steering(source.document, collector)
        charter = _charter(path, raw, Table(source.document, (), collector))
    return (None if collector.mistakes else charter), collector.mistakes


def _refuse_steering(document: dict[str, Any], mistakes: Collector) -> None:
    """Note every text and every name with a character that is not seen but changes what is."""
    waiting: list[tuple[KeyPath, Any]] = [((), document)]
    while waiting:
        where, value = waiting.pop()
        texts = [value] if isinstance(value, str) else []
        if isinstance(value, dict):
            texts = list(value)
            waiting += [((*where, key), each) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [((*where, position), each) for position, each in enumerate(value)]
        for text in texts:
            # What stands for a line that could not be read is a mistake already.
            found = None if text.startswith(BROKEN) and mistakes.source.syntax else steering(text)
            if found is not None:
                at = where if isinstance(value, str) else (*where, text)
                what = f"A text holds the character U+{ord(found):04X}, which is not seen but changes what is."
                mistakes.note(at, what, "Remove it, or write the text anew.")


def _charter(path: Path, raw: bytes, top: Table) -> Charter:
    top.require_known(*_KEYS)
    name = top.name_text("name", '"Elmcourt"', None)
    people = People(top, path.parent)
    assets = Assets(top)
    laws = read_laws(top, None, zone=True)
    root = Above(slug(name), people.names, laws, {})
    zone = BodyCharter(
        path=root.path,
        name=name,
        purpose=top.text("purpose", '"what the zone is for"') or "",
        dao_uri=top.uri("dao_uri"),
        active_votes=read_active_votes(top),
        depth=0,
        members=people.names,
        laws=laws or (),
        caps=assets.caps(top),
        allowances=(),
        industries=Industries(people, assets).read(top, [root]),
    )
    epoch_start, epoch_seconds = read_epochs(top)
    stale_seconds, keepers = read_stores(top, people)
    return Charter(
        path=str(path),
        hash="0x" + keccak(raw).hex(),
        zone=zone,
        members=people.members,
        assets=assets.by_symbol,
        epoch_start=epoch_start,
        epoch_seconds=epoch_seconds,
        stale_seconds=stale_seconds,
        goods=read_goods(top),
        keepers=keepers,
        verifier=_verifier(top),
        personhood=read_personhood(top, path.parent),
        voting=tuple(kind for kind in VOTING if top.flag(kind)),
    )


def _verifier(top: Table) -> str:
    """The curve of the zone's verifier."""
    curve = top.text("verifier", f'"{CURVES[0]}"', optional=True) or CURVES[0]
    if curve in CURVES:
        return curve
    hint = " or ".join(f'verifier = "{each}"' for each in CURVES)
    top.mistakes.note(top.at("verifier"), f"There is no verifier {curve!r}.", f"Write {hint}, or leave it out.")
    return CURVES[0]
