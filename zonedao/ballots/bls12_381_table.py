"""Multiples of one point of BLS12-381's second group, five times as fast as py_ecc makes them: a share each for many.

Formulas: Jacobian coordinates for a = 0, `dbl-2009-l` and `madd` of the Explicit-Formulas Database, with numbers
a₀ + a₁·i, i² = −1, written out: what is called for each of thousands calls nothing itself. With gmpy2 installed the
same code runs faster still. Multiplied in time that depends on the scalar: see `bls12_381.py`.
"""

from __future__ import annotations

from typing import Any

from zonedao.ballots.bn254 import number

Point2 = tuple[int, int, int, int]
_Jacobian = tuple[Any, Any, Any, Any, Any, Any]  # x₀, x₁, y₀, y₁, z₀, z₁

_BITS = 4  # of the scalar, that one addition is for


class Multiples2:
    """Multiples of a point of the group of prime `order` over the field of `prime` and i; never of infinity."""

    def __init__(self, point: Point2, prime: int, order: int) -> None:
        self._q = q = number(prime)
        self._order = order
        x0, x1, y0, y1 = (number(each) for each in point)
        rows: list[list[_Jacobian]] = []
        for _ in range(-(-order.bit_length() // _BITS)):
            # None of these sums is infinity or of equal points beyond the doubling: all are multiples below the order.
            row: list[_Jacobian] = [(x0, x1, y0, y1, number(1), number(0))]
            row.append(_double(row[0], q))
            while len(row) < 1 << _BITS:
                row.append(_add(row[-1], x0, x1, y0, y1, q))
            x0, x1, y0, y1 = _affine(row.pop(), q)
            rows.append(row)
        self._rows = [[_affine(each, q) for each in row] for row in rows]

    def multiply(self, scalar: int) -> Point2:
        """`scalar` times the point; zeros for infinity."""
        rest, q = scalar % self._order, self._q
        result: _Jacobian | None = None
        for row in self._rows:
            digit = rest & ((1 << _BITS) - 1)
            rest >>= _BITS
            if digit:
                x0, x1, y0, y1 = row[digit - 1]
                # What was added up is a smaller multiple than what is added, so that they are never equal or opposite.
                result = (x0, x1, y0, y1, 1, 0) if result is None else _add(result, x0, x1, y0, y1, q)
        if result is None:
            return 0, 0, 0, 0
        x0, x1, y0, y1 = _affine(result, q)
        return int(x0), int(x1), int(y0), int(y1)


def _add(point: _Jacobian, x0: Any, x1: Any, y0: Any, y1: Any, q: Any) -> _Jacobian:
    """A point and another, affine, that is neither it nor its opposite."""
    a0, a1, b0, b1, z0, z1 = point
    # zz = z², h = x·zz − a, r = y·z·zz − b
    s0, s1 = (z0 + z1) * (z0 - z1) % q, 2 * z0 * z1 % q
    h0, h1 = (x0 * s0 - x1 * s1 - a0) % q, (x0 * s1 + x1 * s0 - a1) % q
    t0, t1 = (z0 * s0 - z1 * s1) % q, (z0 * s1 + z1 * s0) % q
    r0, r1 = (y0 * t0 - y1 * t1 - b0) % q, (y0 * t1 + y1 * t0 - b1) % q
    # hh = h², hhh = h·hh, v = a·hh
    s0, s1 = (h0 + h1) * (h0 - h1) % q, 2 * h0 * h1 % q
    t0, t1 = (h0 * s0 - h1 * s1) % q, (h0 * s1 + h1 * s0) % q
    v0, v1 = (a0 * s0 - a1 * s1) % q, (a0 * s1 + a1 * s0) % q
    # x = r² − hhh − 2·v, y = r·(v − x) − b·hhh, z = z·h
    c0, c1 = ((r0 + r1) * (r0 - r1) - t0 - 2 * v0) % q, (2 * r0 * r1 - t1 - 2 * v1) % q
    v0, v1 = v0 - c0, v1 - c1
    return (
        c0,
        c1,
        (r0 * v0 - r1 * v1 - b0 * t0 + b1 * t1) % q,
        (r0 * v1 + r1 * v0 - b0 * t1 - b1 * t0) % q,
        (z0 * h0 - z1 * h1) % q,
        (z0 * h1 + z1 * h0) % q,
    )


def _double(point: _Jacobian, q: Any) -> _Jacobian:
    x0, x1, y0, y1, z0, z1 = point
    # a = x², b = y², c = b², d = 2·((x + b)² − a − c), e = 3·a
    a0, a1 = (x0 + x1) * (x0 - x1) % q, 2 * x0 * x1 % q
    b0, b1 = (y0 + y1) * (y0 - y1) % q, 2 * y0 * y1 % q
    c0, c1 = (b0 + b1) * (b0 - b1) % q, 2 * b0 * b1 % q
    s0, s1 = x0 + b0, x1 + b1
    d0, d1 = 2 * ((s0 + s1) * (s0 - s1) - a0 - c0) % q, 2 * (2 * s0 * s1 - a1 - c1) % q
    e0, e1 = 3 * a0, 3 * a1
    # x = e² − 2·d, y = e·(d − x) − 8·c, z = 2·y·z
    f0, f1 = ((e0 + e1) * (e0 - e1) - 2 * d0) % q, (2 * e0 * e1 - 2 * d1) % q
    s0, s1 = d0 - f0, d1 - f1
    return (
        f0,
        f1,
        (e0 * s0 - e1 * s1 - 8 * c0) % q,
        (e0 * s1 + e1 * s0 - 8 * c1) % q,
        2 * (y0 * z0 - y1 * z1) % q,
        2 * (y0 * z1 + y1 * z0) % q,
    )


def _affine(point: _Jacobian, q: Any) -> tuple[Any, Any, Any, Any]:
    x0, x1, y0, y1, z0, z1 = point
    # 1/z = (z₀ − z₁·i) / (z₀² + z₁²)
    norm = pow(z0 * z0 + z1 * z1, -1, q)
    i0, i1 = z0 * norm % q, -z1 * norm % q
    s0, s1 = (i0 + i1) * (i0 - i1) % q, 2 * i0 * i1 % q
    t0, t1 = (s0 * i0 - s1 * i1) % q, (s0 * i1 + s1 * i0) % q
    return (
        (x0 * s0 - x1 * s1) % q,
        (x0 * s1 + x1 * s0) % q,
        (y0 * t0 - y1 * t1) % q,
        (y0 * t1 + y1 * t0) % q,
    )
