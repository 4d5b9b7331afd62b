// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallotVerifier} from "../interfaces/IBallotVerifier.sol";

/// @title The curve BLS12-381 by the contracts that EVMs have for it since Prague (EIP-2537).
/// @notice A coordinate is 48 bytes, and 64 with zeros before it where a precompile reads or writes it. A point of the first group is
/// x | y, *packed* in 96 bytes or *wide* in 128; one of the second has two coordinates for each of them, 256 bytes wide. Zero is zeros.
/// @dev Functions take and leave points in memory, by address. Each reverts unless the precompile is there, accepted its input and
/// finished: where there is none, a call succeeds and returns nothing.
library Bls12381 {
    uint256 internal constant PACKED = 96; // bytes
    uint256 internal constant WIDE = 128; // bytes
    uint256 internal constant PAIR = 384; // bytes of a point and a point of the second group

    // Addresses of the precompiles.
    uint256 internal constant SHA256 = 2;
    uint256 internal constant MODEXP = 5;
    uint256 internal constant ADD = 11;
    uint256 internal constant MULTIPLY = 12;
    uint256 internal constant ADD_SECOND = 13;
    uint256 internal constant PAIRING = 15;
    uint256 internal constant MAP_SECOND = 17;

    // The order q of the field, and the ordinate y of the generator and q − y of its negative: 16 bytes, then 32.
    uint256 private constant _Q_HIGH = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
    uint256 private constant _Q_LOW = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;
    uint256 private constant _X_HIGH = 0x17f1d3a73197d7942695638c4fa9ac0f;
    uint256 private constant _X_LOW = 0xc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb;
    uint256 private constant _Y_HIGH = 0x08b3f481e3aaa0f1a09e30ed741d8ae4;
    uint256 private constant _Y_LOW = 0xfcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1;
    uint256 private constant _MINUS_Y_HIGH = 0x114d1d6855d545a8aa7d76c8cf2e21f2;
    uint256 private constant _MINUS_Y_LOW = 0x67816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca;

    // "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_", the scheme of signatures, and its length behind it (DST_prime of RFC 9380).
    uint256 private constant _TAG_HEAD = 0x424c535f5349475f424c53313233383147325f584d443a5348412d3235365f53;
    uint256 private constant _TAG_TAIL = 0x5357555f524f5f504f505f2b0000000000000000000000000000000000000000;

    /* THE FIRST GROUP */

    /// @notice Puts the generator, wide, at `to`.
    function putGenerator(uint256 to) internal pure {
        assembly ("memory-safe") {
            mstore(to, _X_HIGH)
            mstore(add(to, 32), _X_LOW)
            mstore(add(to, 64), _Y_HIGH)
            mstore(add(to, 96), _Y_LOW)
        }
    }

    /// @notice Puts the negative of the generator, wide, at `to`.
    function putMinusGenerator(uint256 to) internal pure {
        assembly ("memory-safe") {
            mstore(to, _X_HIGH)
            mstore(add(to, 32), _X_LOW)
            mstore(add(to, 64), _MINUS_Y_HIGH)
            mstore(add(to, 96), _MINUS_Y_LOW)
        }
    }

    /// @notice Makes a packed point wide.
    function widen(uint256 from, uint256 to) internal pure {
        assembly ("memory-safe") {
            let middle := mload(add(from, 32))
            mstore(to, shr(128, mload(from)))
            mstore(add(to, 32), mload(add(from, 16)))
            mstore(add(to, 64), and(middle, 0xffffffffffffffffffffffffffffffff))
            mstore(add(to, 96), mload(add(from, 64)))
        }
    }

    /// @notice Makes a wide point packed.
    function pack(uint256 from, uint256 to) internal pure {
        assembly ("memory-safe") {
            let x := mload(add(from, 32))
            mstore(to, or(shl(128, mload(from)), shr(128, x)))
            mstore(add(to, 32), or(shl(128, x), mload(add(from, 64))))
            mstore(add(to, 64), mload(add(from, 96)))
        }
    }

    /// @notice Adds the point behind the one at `at` to it, both wide: 256 bytes are read, 128 written.
    function add(uint256 at) internal view {
        bool done;
        assembly ("memory-safe") {
            done := staticcall(gas(), 11, at, 256, at, 128)
            done := and(eq(returndatasize(), 128), done)
        }
        if (!done) revert IBallotVerifier.PrecompileFailed(ADD);
    }

    /// @notice Adds the point at `from` to the one at `to`, both wide, whose next 128 bytes are overwritten.
    function addFrom(uint256 from, uint256 to) internal view {
        unchecked {
            copy(from, to + WIDE);
        }
        add(to);
    }

    /// @notice Copies a wide point.
    function copy(uint256 from, uint256 to) internal pure {
        assembly ("memory-safe") {
            mstore(to, mload(from))
            mstore(add(to, 32), mload(add(from, 32)))
            mstore(add(to, 64), mload(add(from, 64)))
            mstore(add(to, 96), mload(add(from, 96)))
        }
    }

    /// @notice Replaces the wide point at `at` by its negative.
    function negate(uint256 at) internal pure {
        assembly ("memory-safe") {
            let high := mload(add(at, 64))
            let low := mload(add(at, 96))
            // No point has y = 0 but zero.
            if or(high, low) {
                mstore(add(at, 64), sub(sub(_Q_HIGH, high), gt(low, _Q_LOW)))
                mstore(add(at, 96), sub(_Q_LOW, low))
            }
        }
    }

    /* SIGNATURES */

    /// @notice Puts the point of the second group that stands for a digest at `to`, where 512 bytes are overwritten: hash_to_curve of
    /// RFC 9380 in the suite BLS12381G2_XMD:SHA-256_SSWU_RO_.
    function hashToSecond(bytes32 digest, uint256 to) internal view {
        uint256 failed; // the precompile that did
        assembly ("memory-safe") {
            function hash(at, size, into) -> done {
                done := staticcall(gas(), 2, at, size, into, 32)
                done := and(eq(returndatasize(), 32), done)
            }
            // expand_message_xmd: a block of zeros | digest | 256 as two bytes | 0 | tag.
            let hashed := mload(0x40)
            calldatacopy(hashed, calldatasize(), 64)
            mstore(add(hashed, 64), digest)
            mstore(add(hashed, 96), shl(232, 0x010000))
            mstore(add(hashed, 99), _TAG_HEAD)
            mstore(add(hashed, 131), _TAG_TAIL)
            let first := add(hashed, 160)
            if iszero(hash(hashed, 143, first)) { failed := SHA256 }
            // What each further block hashes: the first block, not the same bits as the one before | its number | tag.
            let next := add(hashed, 192)
            mstore(add(next, 33), _TAG_HEAD)
            mstore(add(next, 65), _TAG_TAIL)
            // Two blocks modulo q are a coordinate: lengths of base, exponent and modulus | base | 1 | q.
            let reduced := add(hashed, 288)
            mstore(reduced, 64)
            mstore(add(reduced, 32), 1)
            mstore(add(reduced, 64), 48)
            let base := add(reduced, 96)
            mstore8(add(reduced, 160), 1)
            mstore(add(reduced, 161), or(shl(128, _Q_HIGH), shr(128, _Q_LOW)))
            mstore(add(reduced, 193), shl(128, _Q_LOW))
            calldatacopy(to, calldatasize(), 256)
            let before := 0
            for { let i := 0 } lt(i, 4) { i := add(i, 1) } {
                for { let half := 0 } lt(half, 2) { half := add(half, 1) } {
                    mstore(next, xor(mload(first), before))
                    mstore8(add(next, 32), add(add(i, i), add(half, 1)))
                    let into := add(base, shl(5, half))
                    if iszero(hash(next, 77, into)) { failed := SHA256 }
                    before := mload(into)
                }
                let done := staticcall(gas(), 5, reduced, 209, add(to, add(shl(6, i), 16)), 48)
                if iszero(and(eq(returndatasize(), 48), done)) { failed := MODEXP }
            }
            // Two coordinates are an element of the field above, which is mapped to a point; the second first, over whose
            // element the first point is written.
            let mapped := staticcall(gas(), 17, add(to, 128), 128, add(to, 256), 256)
            mapped := and(eq(returndatasize(), 256), mapped)
            let other := staticcall(gas(), 17, to, 128, to, 256)
            if iszero(and(and(eq(returndatasize(), 256), other), mapped)) { failed := MAP_SECOND }
            let added := staticcall(gas(), 13, to, 512, to, 256)
            if iszero(and(eq(returndatasize(), 256), added)) {
                if iszero(failed) { failed := ADD_SECOND }
            }
        }
        if (failed != 0) revert IBallotVerifier.PrecompileFailed(failed);
    }

    /// @notice Whether the product of the pairings of `length` bytes of pairs at `at` is one. Points outside of the groups make it
    /// revert.
    function paired(uint256 at, uint256 length) internal view returns (bool one) {
        bool done;
        assembly ("memory-safe") {
            done := staticcall(gas(), 15, at, length, 0, 32)
            done := and(eq(returndatasize(), 32), done)
            one := eq(mload(0), 1)
        }
        if (!done) revert IBallotVerifier.PrecompileFailed(PAIRING);
    }
}
