"""The curve BLS12-381 in plain integers, over py_ecc: G1, G2, hashing onto G2, sums and multiplication.

A point of G1 is (x, y), one of G2 is (x₀, x₁, y₀, y₁) with coordinates x₀ + x₁·i and y₀ + y₁·i, in the order of the
precompiles (EIP-2537). All zeros is the point at infinity. Only a subgroup of each curve has order `ORDER`.

The points of digests and the signatures are those of the scheme `TAG` (RFC 9380, draft-irtf-cfrg-bls-signature), so
that every library for it makes the same. What is secret is multiplied in time that depends on it: this is for a
member's own computer, where nobody else measures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any

from zonedao.ballots.bls12_381_table import Multiples2
from zonedao.errors import UsageProblem

FIELD = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
    16,
)
ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
TAG = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"

Point = tuple[int, int]
Point2 = tuple[int, int, int, int]

INFINITY: Point = (0, 0)
INFINITY2: Point2 = (0, 0, 0, 0)
GENERATOR: Point = (
    int("17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb", 16),
    int("08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1", 16),
)

_WINDOW = 4  # bits of a multiplication by a table


# --- the first group ---


def is_on_curve(point: Point) -> bool:
    """Whether (x, y) is a point of the curve other than infinity, its coordinates reduced; not whether in the group."""
    x, y = point
    return 0 <= x < FIELD and 0 < y < FIELD and (y * y - x * x * x - 4) % FIELD == 0


def is_in_group(point: Point) -> bool:
    """Whether a point of the curve has order `ORDER`."""
    curve = _curve()
    return bool(curve.is_inf(curve.multiply(_inside(point), ORDER)))


def negate(point: Point) -> Point:
    """The opposite point."""
    return (point[0], FIELD - point[1]) if point[1] else point


def add(one: Point, other: Point) -> Point:
    """Sum of two points."""
    return total((one, other))


def total(points: Iterable[Point]) -> Point:
    """Sum of any number of points; infinity of none."""
    curve = _curve()
    result = curve.Z1
    for point in points:
        if point != INFINITY:
            result = curve.add(result, _inside(point))
    return _outside(result)


def multiply(point: Point, scalar: int) -> Point:
    """`scalar` times a point of the group."""
    if point == INFINITY:
        return INFINITY
    return _outside(_curve().multiply(_inside(point), scalar % ORDER))


def multiply_generator(scalar: int) -> Point:
    """`scalar` times the generator, several times faster than `multiply` from the second time on."""
    return _outside(_by_rows(_generator_rows(), scalar, _curve().Z1))


# --- the second group ---


def is_on_curve2(point: Point2) -> bool:
    """Whether a point other than infinity is on the curve, its coordinates reduced; not whether in the group."""
    if any(not 0 <= each < FIELD for each in point) or point == INFINITY2:
        return False
    curve = _curve()
    return bool(curve.is_on_curve(_inside2(point), curve.b2))


def is_in_group2(point: Point2) -> bool:
    """Whether a point of the curve has order `ORDER`."""
    curve = _curve()
    return bool(curve.is_inf(curve.multiply(_inside2(point), ORDER)))


def negate2(point: Point2) -> Point2:
    """The opposite point."""
    return (point[0], point[1], -point[2] % FIELD, -point[3] % FIELD)


def total2(points: Iterable[Point2]) -> Point2:
    """Sum of any number of points; infinity of none."""
    curve = _curve()
    result = curve.Z2
    for point in points:
        if point != INFINITY2:
            result = curve.add(result, _inside2(point))
    return _outside2(result)


def multiply2(point: Point2, scalar: int) -> Point2:
    """`scalar` times a point of the group. For many scalars and one point make a `Table2`."""
    if point == INFINITY2:
        return INFINITY2
    return _outside2(_curve().multiply(_inside2(point), scalar % ORDER))


class Table2:
    """Multiples of one point, for multiplying it by many scalars: a share each for many keys."""

    def __init__(self, point: Point2) -> None:
        if not is_on_curve2(point):
            raise UsageProblem("A table needs a point of the curve, not infinity. Give another.")
        self._multiples = Multiples2(point, FIELD, ORDER)

    def multiply(self, scalar: int) -> Point2:
        """`scalar` times the point."""
        return self._multiples.multiply(scalar)


def hash_to_point2(message: bytes) -> Point2:
    """The point of G2 that stands for a message: hash_to_curve of RFC 9380 with the tag `TAG`."""
    from py_ecc.bls.hash_to_curve import hash_to_G2

    sha256: Any = hashlib.sha256  # its type is declared as that of a digest
    return _outside2(hash_to_G2(message, TAG, sha256))


# --- inside: py_ecc's points are (x, y, z) with x/z and y/z ---


@cache
def _curve() -> ModuleType:
    # Here, not above: it takes as long as everything else that a command imports.
    from py_ecc import optimized_bls12_381

    return optimized_bls12_381


def _inside(point: Point) -> Any:
    field = _curve().FQ
    return field(point[0]), field(point[1]), field(1)


def _outside(point: Any) -> Point:
    curve = _curve()
    if curve.is_inf(point):
        return INFINITY
    x, y = curve.normalize(point)
    return int(x), int(y)


def _inside2(point: Point2) -> Any:
    field = _curve().FQ2
    return field(point[:2]), field(point[2:]), field.one()


def _outside2(point: Any) -> Point2:
    curve = _curve()
    if curve.is_inf(point):
        return INFINITY2
    x, y = curve.normalize(point)
    return int(x.coeffs[0]), int(x.coeffs[1]), int(y.coeffs[0]), int(y.coeffs[1])


@cache
def _generator_rows() -> list[list[Any]]:
    return _rows(_curve().G1)


def _rows(base: Any) -> list[list[Any]]:
    """For each digit of a scalar, lowest first, its multiples of the base: once, twice, … fifteen times."""
    add_points = _curve().add
    rows = []
    for _ in range(-(-ORDER.bit_length() // _WINDOW)):
        row = [base]
        for _ in range((1 << _WINDOW) - 2):
            row.append(add_points(row[-1], base))
        rows.append(row)
        base = add_points(row[-1], base)
    return rows


def _by_rows(rows: list[list[Any]], scalar: int, zero: Any) -> Any:
    add_points = _curve().add
    rest = scalar % ORDER
    result = zero
    for row in rows:
        digit = rest & ((1 << _WINDOW) - 1)
        if digit:
            result = add_points(result, row[digit - 1])
        rest >>= _WINDOW
    return result
