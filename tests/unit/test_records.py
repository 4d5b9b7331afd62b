"""A record is what `dataclass(frozen=True)` makes of the same class."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from functools import cached_property

import pytest

from zonedao.records import record


@record
class Plain:
    """Of each kind of field."""

    number: int
    text: str = "a"
    hidden: bytes = field(default=b"", repr=False)

    @cached_property
    def twice(self) -> int:
        """What is worked out once."""
        return 2 * self.number


@dataclass(frozen=True)
class Frozen:
    number: int
    text: str = "a"
    hidden: bytes = field(default=b"", repr=False)


def test_it_is_shown_compared_and_hashed_like_one() -> None:
    for values in ((1,), (1, "b"), (2, "b", b"x")):
        assert repr(Plain(*values)) == repr(Frozen(*values)).replace("Frozen", "Plain")
        assert (Plain(*values) == Plain(1, "b")) is (Frozen(*values) == Frozen(1, "b"))
        assert hash(Plain(*values)) == hash(Frozen(*values))
    other: object = Frozen(1)
    assert Plain(1) != other
    assert len({Plain(1), Plain(1), Plain(2)}) == 2


def test_it_has_fields_like_one() -> None:
    assert [(each.name, each.default) for each in fields(Plain)] == [
        (each.name, each.default) for each in fields(Frozen)
    ]
    assert asdict(replace(Plain(1), text="z")) == asdict(replace(Frozen(1), text="z"))
    match Plain(3, "c"):
        case Plain(number, text):
            assert (number, text) == (3, "c")


def test_it_takes_what_one_takes() -> None:
    @record
    class Each:
        first: int
        second: list[int] = field(default_factory=list)
        third: str = "c"

    assert (Each(1).second, Each(1, third="z").third, Each(third="z", first=2).first) == ([], "z", 2)
    assert Each(1).second is not Each(1).second
    for values, named, wrong in (
        ((), {}, "is not given its first"),
        ((), {"second": []}, "is not given its first"),
        ((1, [], "c", 4), {}, "takes 3 arguments, and 4 were given"),
        ((1,), {"fourth": 4}, "has no fourth to be given"),
        ((1,), {"first": 4}, "has no first to be given"),
    ):
        with pytest.raises(TypeError, match=wrong):
            Each(*values, **named)  # type: ignore[arg-type]


def test_nothing_of_it_changes() -> None:
    one = Plain(1)
    assert (one.twice, one.twice) == (2, 2)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'number'"):
        one.number = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'nmuber'"):
        one.nmuber = 2  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'text'"):
        del one.text
    assert one == Plain(1)


def test_a_class_may_have_its_own() -> None:
    @record
    class Own:
        number: int

        def __repr__(self) -> str:
            return "mine"

    assert repr(Own(1)) == "mine"
