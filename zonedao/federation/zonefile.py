"""NAME.zone.toml: what a founder gives to members so that they find the zone. It holds nothing secret."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from zonedao.chain.abi import checksum_address
from zonedao.disk import FOR_EVERYBODY, replace_file, unwritable
from zonedao.errors import StorageProblem, UsageProblem
from zonedao.text import reason, slug

SUFFIX = ".zone.toml"

_HASH = re.compile(r"^0x[0-9a-f]{64}$")
_BUILD = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True)
class ZoneFile:
    """Where a zone is.

    `root` is the zone itself; `deploy_block` the first block that can hold its events; `charter_hash` (0x-hex) is also
    on chain; `build_hash` tells which build of the contracts it runs; `url` a node that serves the chain, empty when
    there was none to name.
    """

    name: str
    chain_id: int
    root: str
    registry: str
    treasury: str
    stores: str
    factory: str
    trade_post: str
    deploy_block: int
    charter_hash: str
    build_hash: str
    url: str = ""

    @property
    def file_name(self) -> str:
        """What the file is called."""
        return self.name + SUFFIX

    def text(self) -> str:
        """The file's content."""
        lines = [
            f"# The zone {self.name}. Read it with: zonedao join {self.file_name}",
            f"name = {json.dumps(self.name)}",
            f"chain_id = {self.chain_id}",
        ]
        if self.url:
            # What JSON quotes, TOML reads.
            lines.append(f"url = {json.dumps(self.url)}")
        for key in ("root", "registry", "treasury", "stores", "factory", "trade_post"):
            lines.append(f'{key} = "{getattr(self, key)}"')
        lines.append(f"deploy_block = {self.deploy_block}")
        lines += [f'{key} = "{getattr(self, key)}"' for key in ("charter_hash", "build_hash")]
        return "\n".join(lines) + "\n"

    def to_json(self) -> dict[str, Any]:
        """Its values in JSON's types."""
        return dict(self.__dict__)

    def write(self, folder: str | PathLike[str]) -> Path:
        """Write it into a folder, whole or not at all; the file's path.

        A file of the same zone is replaced. Raises StorageProblem when the folder cannot be written, UsageProblem
        when it holds the file of another zone of this name.
        """
        path = Path(folder) / self.file_name
        if path.exists():
            there = load_zone_file(path)
            if (there.chain_id, there.root) != (self.chain_id, self.root):
                raise UsageProblem(
                    f"{path} is the file of another zone: {there.root} on chain {there.chain_id}. "
                    "Move it away, or choose another folder."
                )
        try:
            replace_file(path, self.text(), mode=FOR_EVERYBODY)
        except OSError as problem:
            raise unwritable(Path(folder), reason(problem)) from None
        return path


def load_zone_file(path: str | PathLike[str]) -> ZoneFile:
    """The zone file at a path. Raises StorageProblem, or UsageProblem naming what is wrong in it."""
    path = Path(path)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise StorageProblem(f"{path} cannot be read ({reason(problem)}). Check its path.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise _malformed(path, str(problem)) from None
    return ZoneFile(
        name=_value(path, document, "name", str, lambda text: text == slug(text)),
        chain_id=_value(path, document, "chain_id", int, lambda number: number > 0),
        root=_address(path, document, "root"),
        registry=_address(path, document, "registry"),
        treasury=_address(path, document, "treasury"),
        stores=_address(path, document, "stores"),
        factory=_address(path, document, "factory"),
        trade_post=_address(path, document, "trade_post"),
        deploy_block=_value(path, document, "deploy_block", int, lambda number: number >= 0),
        charter_hash=_value(path, document, "charter_hash", str, lambda text: bool(_HASH.match(text))),
        build_hash=_value(path, document, "build_hash", str, lambda text: bool(_BUILD.match(text))),
        url=_value(path, document, "url", str, lambda _: True) if "url" in document else "",
    )


def _value(path: Path, document: dict[str, Any], key: str, kind: type, valid: Callable[[Any], bool]) -> Any:
    value = document.get(key)
    if not isinstance(value, kind) or isinstance(value, bool) or not valid(value):
        raise _malformed(path, f"{key} is {'missing' if value is None else f'{value!r}'}")
    return value


def _address(path: Path, document: dict[str, Any], key: str) -> str:
    value = _value(path, document, key, str, bool)
    try:
        return checksum_address(value)
    except UsageProblem:
        raise _malformed(path, f"{key} is {value!r}") from None


def _malformed(path: Path, what: str) -> UsageProblem:
    return UsageProblem(f"{path} is no zone file: {what}. Ask the zone's founder for it again.")
