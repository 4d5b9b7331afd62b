"""The group G2 of BN254: what the sum of voting keys is given in, so that one pairing ties it to the sum in G1.

A point is (x₁, x₀, y₁, y₀) in the order of the pairing precompile (EIP-197): the coordinates are x₀ + x₁·i and
y₀ + y₁·i with i² = −1, and y² = x³ + 3/(9 + i). (0, 0, 0, 0) is the point at infinity. Only a subgroup of the curve
has order `ORDER`; the precompile checks that.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from zonedao.ballots.bn254 import FIELD, ONE, ORDER, Q, number

Point2 = tuple[int, int, int, int]
_Number = tuple[int, int]  # real, imaginary
_Jacobian = tuple[_Number, _Number, _Number]

INFINITY2: Point2 = (0, 0, 0, 0)
GENERATOR2: Point2 = (
    11559732032986387107991004021392285783925812861821192530917403151452391805634,
    10857046999023057135944570762232829481370756359578518086990519993285655852781,
    4082367875863433681332203403145435568316851327593401208105741076214120093531,
    8495653923123431417604973247489272438418190587263600148770280649306958101930,
)

_ZERO: _Number = (number(0), number(0))
_UNIT: _Number = (ONE, number(0))
_FAR: _Jacobian = (_UNIT, _UNIT, _ZERO)


def is_on_curve2(point: Point2) -> bool:
    """Whether a point other than infinity is on the curve, its coordinates below `FIELD`; not whether in the group."""
    if any(not 0 <= each < FIELD for each in point) or point == INFINITY2:
        return False
    x, y = _inside(point)
    return _minus(_times(y, y), _times(_times(x, x), x)) == _B


def total2(points: Iterable[Point2]) -> Point2:
    """Sum of any number of points; infinity of none."""
    result = _FAR
    for point in points:
        if point != INFINITY2:
            result = _add_affine(result, *_inside(point))
    return _affine(result)


def multiply2(point: Point2, scalar: int) -> Point2:
    """`scalar` times a point of the group."""
    if point == INFINITY2:
        return INFINITY2
    return _affine(_multiple(point, scalar % ORDER))


def multiply_generator2(scalar: int) -> Point2:
    """`scalar` times the generator, five times faster than `multiply2` from the second time on."""
    rest = scalar % ORDER
    result = _FAR
    for x, y in _powers():
        if rest & 1:
            result = _add_affine(result, x, y)
        rest >>= 1
    return _affine(result)


@cache
def _powers() -> list[tuple[_Number, _Number]]:
    """The generator doubled 0, 1, 2, … times."""
    point: _Jacobian = (*_inside(GENERATOR2), _UNIT)
    found = []
    for _ in range(ORDER.bit_length()):
        found.append(_inside(_affine(point)))
        point = _double(point)
    return found


def is_in_group2(point: Point2) -> bool:
    """Whether a point of the curve has order `ORDER`: most points of this curve are in no group that counts here."""
    return _multiple(point, ORDER)[2] == _ZERO


# --- the field with i ---


def _times(one: _Number, other: _Number) -> _Number:
    a, b = one
    c, d = other
    low, high = a * c, b * d
    return (low - high) % Q, ((a + b) * (c + d) - low - high) % Q


def _square(one: _Number) -> _Number:
    a, b = one
    return (a + b) * (a - b) % Q, 2 * a * b % Q


def _minus(one: _Number, other: _Number) -> _Number:
    return (one[0] - other[0]) % Q, (one[1] - other[1]) % Q


def _scaled(one: _Number, factor: int) -> _Number:
    return one[0] * factor % Q, one[1] * factor % Q


def _inverse(one: _Number) -> _Number:
    a, b = one
    norm = pow(a * a + b * b, -1, Q)
    return a * norm % Q, -b * norm % Q


_B: _Number = _scaled(_inverse((number(9), ONE)), 3)


# --- arithmetic: the formulas of bn254.py ---


def _inside(point: Point2) -> tuple[_Number, _Number]:
    x1, x0, y1, y0 = point
    return (number(x0), number(x1)), (number(y0), number(y1))


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if z == _ZERO:
        return point
    a = _square(x)
    b = _square(y)
    c = _square(b)
    both = (x[0] + b[0], x[1] + b[1])
    d = _scaled(_minus(_minus(_square(both), a), c), 2)
    e = _scaled(a, 3)
    x3 = _minus(_square(e), _scaled(d, 2))
    y3 = _minus(_times(e, _minus(d, x3)), _scaled(c, 8))
    return x3, y3, _scaled(_times(y, z), 2)


def _add_affine(point: _Jacobian, x: _Number, y: _Number) -> _Jacobian:
    x1, y1, z1 = point
    if z1 == _ZERO:
        return x, y, _UNIT
    zz = _square(z1)
    h = _minus(_times(x, zz), x1)
    r = _minus(_times(_times(y, z1), zz), y1)
    if h == _ZERO:
        return _double(point) if r == _ZERO else _FAR
    hh = _square(h)
    hhh = _times(h, hh)
    v = _times(x1, hh)
    x3 = _minus(_minus(_square(r), hhh), _scaled(v, 2))
    y3 = _minus(_times(r, _minus(v, x3)), _times(y1, hhh))
    return x3, y3, _times(z1, h)


def _multiple(point: Point2, scalar: int) -> _Jacobian:
    x, y = _inside(point)
    result = _FAR
    for bit in bin(scalar)[2:]:
        result = _double(result)
        if bit == "1":
            result = _add_affine(result, x, y)
    return result


def _affine(point: _Jacobian) -> Point2:
    x, y, z = point
    if z == _ZERO:
        return INFINITY2
    inverse = _inverse(z)
    square = _square(inverse)
    x, y = _times(x, square), _times(_times(y, square), inverse)
    return int(x[1]), int(x[0]), int(y[1]), int(y[0])
