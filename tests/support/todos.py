"""What waits for somebody, asked of the node and read from an index: they must agree."""

from __future__ import annotations

from tests.support.kept import kept
from zonedao.governance.zone import Zone
from zonedao.todo import Todo


def todo_of(zone: Zone, person: str | None = None) -> tuple[Todo, ...]:
    """What the node tells, for an address or a name, by default for the signer of the zone."""
    asked = zone.todo(person)
    with kept(zone) as index:
        told = index.todo(person)
    assert [_shown(each) for each in told] == [_shown(each) for each in asked]
    return asked


def _shown(each: Todo) -> tuple[object, ...]:
    return each.where, each.number, each.kind, each.text, each.by, each.yours, each.asset, each.name
