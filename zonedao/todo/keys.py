"""What waits around keys and membership: recoveries, expulsions that were decided, representatives who left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from zonedao.times import moment
from zonedao.todo.items import Sight, Todo


class LostKey(NamedTuple):
    """A recovery that is open: `vouchers` (indices) say that `new_key` is the key of a person. It can be finished from
    `ready_at` on (unix seconds, 0 while vouchers are missing); the next step is possible until `expires_at`."""

    person: int
    new_key: str
    vouchers: tuple[int, ...]
    ready_at: int
    expires_at: int


class Expulsion(NamedTuple):
    """A person was given notice: anybody can finish it from `ready_at` to `expires_at`, unix seconds."""

    person: int
    ready_at: int
    expires_at: int


class Admission(NamedTuple):
    """Who looks can become a member from `ready_at` to `expires_at`, unix seconds."""

    ready_at: int
    expires_at: int


class Cleared(NamedTuple):
    """Who looks vouched for `key`; others objected, and the zone admitted it all the same. Those who vouched can be
    cleared until `expires_at`, unix seconds."""

    key: str
    expires_at: int


class Keys(Protocol):
    """What is read of the register, and of notices."""

    def recovery_of(self, person: int) -> LostKey | None:
        """The open recovery of somebody's key."""

    def recoveries_for(self, key: str) -> Iterable[LostKey]:
        """The open recoveries that would make an address the key of somebody."""

    def called(self, person: int) -> str:
        """Somebody by name, else by key: never as “you”."""

    def admission(self) -> Admission | None:
        """Where enough members vouched for who looks, and they are no member."""

    def cleared(self) -> Iterable[Cleared]:
        """Newcomers whom a vote admitted, for whom who looks is suspended from vouching."""

    def gone_representative(self) -> int:
        """By whom they are represented who has left the zone, 0 where that is not so."""

    def expulsions(self) -> Iterable[Expulsion]:
        """Notices that are neither finished nor taken back nor lapsed."""


def waiting(sight: Sight, keys: Keys) -> Iterator[Todo]:
    """What others say of a key, and what becomes of a membership."""
    yield from _recoveries(sight, keys)
    yield from _expulsions(sight, keys)
    admission = keys.admission()
    if admission is not None and sight.now >= admission.ready_at:
        until = moment(admission.expires_at, sight.now)
        text = f"become a member of {sight.path}, as others vouched for you, by {until}"
        yield Todo("enroll", sight.path, 0, text, admission.expires_at, True, about=admission)
    for found in keys.cleared():
        text = f"be allowed to vouch again, as {sight.path} admitted {sight.who(found.key)}, for whom you vouched; "
        text += f"by {moment(found.expires_at, sight.now)}"
        yield Todo("clear", sight.path, 0, text, found.expires_at, True, name=found.key, about=found)
    gone = keys.gone_representative() if sight.person else 0
    if gone:
        text = f"choose who represents you: {sight.named(gone)} has left {sight.path}, so that nobody votes for you"
        yield Todo("delegate", sight.path, 0, text, 0, True, about=gone)


def _recoveries(sight: Sight, keys: Keys) -> Iterator[Todo]:
    """Others say that this person lost their key, who is here to say that it is not so; or that this is the new one."""
    now = sight.now
    recovery = keys.recovery_of(sight.person) if sight.person else None
    if recovery is not None:
        say = "says" if len(recovery.vouchers) == 1 else "say"
        text = f"veto: {', '.join(map(keys.called, recovery.vouchers))} {say} that you lost your key, and that "
        text += f"{sight.who(recovery.new_key)} is yours; "
        by = recovery.ready_at or recovery.expires_at
        if recovery.ready_at and now >= recovery.ready_at:
            by = recovery.expires_at
            text += f"it can take your place at any moment until {moment(by, now)}"
        else:
            text += f"do so before {moment(by, now)}"
        yield Todo("veto", sight.path, 0, text, by, True, about=recovery)
    for found in keys.recoveries_for(sight.address) if not sight.person else ():
        if found.ready_at and now >= found.ready_at:
            until = moment(found.expires_at, now)
            text = f"become the key of {keys.called(found.person)}, as others vouched, by {until}"
            yield Todo("finish", sight.path, found.person, text, found.expires_at, True, about=found)


def _expulsions(sight: Sight, keys: Keys) -> Iterator[Todo]:
    """Who has notice may ask the others to think again; what has run out anybody can finish."""
    now = sight.now
    for notice in keys.expulsions():
        if now >= notice.ready_at:
            who = sight.named(notice.person)
            text = f"finish the expulsion of {who} by {moment(notice.expires_at, now)}, after which it lapses"
            yield Todo("expel", sight.path, notice.person, text, notice.expires_at, False, about=notice)
        elif notice.person == sight.person:
            text = f"you are expelled from {sight.path} {moment(notice.ready_at, now)}, unless a vote takes it back"
            yield Todo("appeal", sight.path, notice.person, text, notice.ready_at, True, about=notice)
