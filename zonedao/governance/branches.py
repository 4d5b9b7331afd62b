"""Where the bodies of a zone stand, worked out from their births, names and moves, wherever those were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from zonedao.errors import NotFound, UsageProblem
from zonedao.records import record
from zonedao.text import slug


@record
class Branch:
    """Where a body stands: its address, the name it was born with, its path from the zone, its parent's address.

    `parent` is the one of now; another founded it if what that one was has been dissolved.
    """

    address: str
    name: str
    path: str
    depth: int
    parent: str | None
    founded_block: int
    children: tuple[str, ...] = ()


@record
class Birth:
    """A body that the factory made: its address, that of the body that founded it, in which block, and its name."""

    address: str
    parent: str
    block: int
    name: str


def grow(top: Branch, births: Iterable[Birth], parents: Mapping[str, str]) -> dict[str, Branch]:
    """Every body of a zone by address, parents before children and older ones first.

    `top` is the zone, `births` are those of its industries in the order of the chain, `parents` the body above each
    that was hung elsewhere. Siblings whose names look alike in a path are numbered in the order of their births.
    """
    born = list(births)
    found = _levels(top, born)
    if all(found[address].parent == parent for address, parent in parents.items() if address in found):
        return found
    known = [branch for address, branch in found.items() if address != top.address]
    return _levels(
        top,
        [
            Birth(branch.address, parents.get(branch.address, branch.parent or ""), branch.founded_block, branch.name)
            for branch in known
        ],
    )


def find_body(tree: Mapping[str, Branch], zone: str, wanted: str) -> str:
    """The address of a body by path from the zone (`elmcourt/kitchen`), from below it (`kitchen`), or its own name.

    `zone` is the zone's own name, with which a path may begin. Raises NotFound, and UsageProblem when a name fits
    several.
    """
    path = "/".join(slug(part) for part in wanted.strip().strip("/").split("/"))
    top = next(iter(tree.values())).path
    by_path = {branch.path: branch.address for branch in tree.values()}
    first, slash, rest = path.partition("/")
    from_name = top + slash + rest if first == slug(zone) else path
    for each in (wanted.strip().strip("/"), path, f"{top}/{path}", from_name):
        if each in by_path:
            return by_path[each]
    named = [each for each in by_path if each.endswith(f"/{path}")]
    if len(named) == 1:
        return by_path[named[0]]
    if named:
        raise UsageProblem(f"Several bodies are called {wanted}: {', '.join(named)}. Use the whole path.")
    raise NotFound(f"There is no body {wanted} in {zone}. Those there are: {', '.join(by_path)}.")


def _levels(top: Branch, births: Sequence[Birth]) -> dict[str, Branch]:
    found = {top.address: replace(top, children=())}
    level = {top.address}
    while level:
        following = [birth for birth in births if birth.parent in level]
        for birth in following:
            parent = found[birth.parent]
            taken = {found[child].path for child in parent.children}
            path = _free(f"{parent.path}/{slug(birth.name)}", taken)
            found[birth.address] = Branch(birth.address, birth.name, path, parent.depth + 1, birth.parent, birth.block)
            found[birth.parent] = replace(parent, children=(*parent.children, birth.address))
        level = {birth.address for birth in following}
    return found


def _free(path: str, taken: set[str]) -> str:
    if path not in taken:
        return path
    number = 2
    while f"{path}-{number}" in taken:
        number += 1
    return f"{path}-{number}"
