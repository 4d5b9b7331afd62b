// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallotVerifier} from "../../interfaces/IBallotVerifier.sol";
import {Bits} from "../../libraries/Bits.sol";
import {Bls12381} from "../../libraries/Bls12381.sol";
import {AggregateVerifier} from "./AggregateVerifier.sol";

/// @title Bls12381Verifier: thousands of ballots by one signature, on EVMs since Prague.
/// @dev Keys are points of the first group, signatures of the second, in the scheme that Ethereum's validators sign with. The
/// contract adds the keys K of each choice itself and finds the point H of its digest:
///
///     e(−G, sigma) · Π e(K_j, H_j) = 1
///
/// The pairing checks that sigma is in its group; keys are, since multiplying checks it when they are enrolled. The curve is worth
/// about 128 bits.
contract Bls12381Verifier is AggregateVerifier {
    uint256 private constant _PROOF = 8; // words of a point of the second group

    // A contract has at most 24,576 bytes of code, so the last keys of a page of 255 or 256 persons are in another one.
    uint256 private constant _ON_PAGE = 254;
    uint256 private constant _REST_AT = 24_513; // byte of a page's code, after all that: where the others are

    uint256 private constant _PLENTY = 100_000; // gas, four times what checking a proof of possession takes

    /// @dev What it is, it can be only where the precompiles are: it signs something and looks whether that holds.
    constructor() {
        uint256 pairs;
        assembly ("memory-safe") {
            pairs := mload(0x40)
            mstore(0x40, add(pairs, 1024))
        }
        unchecked {
            Bls12381.putGenerator(pairs);
            Bls12381.hashToSecond(0, pairs + Bls12381.WIDE);
            Bls12381.putMinusGenerator(pairs + Bls12381.PAIR);
            Bls12381.hashToSecond(0, pairs + Bls12381.PAIR + Bls12381.WIDE);
            if (!Bls12381.paired(pairs, 2 * Bls12381.PAIR)) revert PrecompileFailed(Bls12381.PAIRING);
        }
    }

    /// @inheritdoc IBallotVerifier
    function curve() external pure returns (string memory) {
        return "bls12-381";
    }

    /* KEYS */

    function _keySize() internal pure override returns (uint256) {
        return Bls12381.PACKED;
    }

    function _checkKey(uint256 index, uint256 key, uint256 proof, bytes32 digest, address owner) internal view override {
        uint256 hashed;
        bool zero;
        assembly ("memory-safe") {
            hashed := mload(0x40)
            zero := iszero(or(or(mload(key), mload(add(key, 32))), mload(add(key, 64))))
            mstore(hashed, digest)
            mstore(add(hashed, 32), owner)
        }
        if (zero) revert NotAKey(index);
        unchecked {
            uint256 commitment = hashed + 64;
            // G | response | key | challenge: the sum of both multiples is put where the first point was.
            Bls12381.putGenerator(commitment);
            Bls12381.widen(key, commitment + 160);
            uint256 challenge;
            bool done;
            uint256 available = gasleft();
            assembly ("memory-safe") {
                challenge := shr(128, calldataload(proof))
                mstore(add(commitment, 128), calldataload(add(proof, _CHALLENGE)))
                mstore(add(commitment, 288), challenge)
                done := staticcall(gas(), 12, commitment, 320, commitment, 128)
            }
            // The precompile takes all gas with it when a point is not in the group, as when it runs dry.
            if (!done && available > _PLENTY) revert NotAKey(index);
            bool possessed;
            assembly ("memory-safe") {
                done := and(eq(returndatasize(), 128), done)
                possessed := eq(and(keccak256(hashed, 192), 0xffffffffffffffffffffffffffffffff), challenge)
            }
            if (!done) revert PrecompileFailed(Bls12381.MULTIPLY);
            if (!possessed) revert NoPossession(index);
        }
    }

    function _sum(uint256 keys, uint256 persons, uint256 to) internal view override {
        uint256 places = Bits.places(Bits.table(), keys, Bls12381.PACKED);
        uint256 sum;
        assembly ("memory-safe") {
            sum := mload(0x40)
            calldatacopy(sum, calldatasize(), 128)
        }
        _addSet(type(uint256).max >> (256 - persons), persons, sum, places);
        Bls12381.pack(sum, to);
    }

    /* PAGES OF 255 AND 256 PERSONS */

    /// @dev The persons whose keys are not on the page itself: the last one of 255, the last two of 256.
    function _elsewhere(uint256 mask) private pure returns (uint256) {
        unchecked {
            uint256 keyless = ~mask;
            if (keyless == 0) return 3 << 254;
            if (keyless & (keyless - 1) != 0) return 0; // 254 or fewer
            return keyless == 1 << 255 ? 1 << 254 : 1 << 255;
        }
    }

    /// @dev Copies to memory the key of a person who is elsewhere.
    function _loadElsewhere(uint256 page, uint256 mask, uint256 i, uint256 to) private view {
        unchecked {
            // The second of two is person 255, and nobody else is.
            uint256 at = 1 + (mask == type(uint256).max ? i - _ON_PAGE : 0) * Bls12381.PACKED;
            assembly ("memory-safe") {
                extcodecopy(page, 0, _REST_AT, 32)
                extcodecopy(shr(96, mload(0)), to, at, 96)
            }
        }
    }

    function _fit(uint256 keys, uint256 end) internal override returns (uint256) {
        unchecked {
            uint256 last = keys + _ON_PAGE * Bls12381.PACKED;
            if (end <= last) return end;
            address rest;
            assembly ("memory-safe") {
                let start := mload(0x40)
                let size := sub(end, last)
                // push2 size, dup1, push1 10, 0, codecopy, 0, return; then 0x00, as on a page.
                mstore(start, or(shl(176, 0x61000080600a3d393df3), shl(232, add(size, 1))))
                for { let i := 0 } lt(i, size) { i := add(i, 32) } { mstore(add(add(start, 11), i), mload(add(last, i))) }
                rest := create(0, start, add(size, 11))
                mstore(last, shl(96, rest))
            }
            if (rest == address(0)) revert PageNotCreated();
            return last + 20;
        }
    }

    function _load(uint256 page, uint256 mask, uint256 wanted, uint256 sheet, uint256 table) internal view override {
        uint256 elsewhere = _elsewhere(mask) & wanted;
        super._load(page, mask, wanted ^ elsewhere, sheet, table);
        for (uint256 i = 254; elsewhere != 0; ++i) {
            if (elsewhere & (1 << i) == 0) continue;
            _loadElsewhere(page, mask, i, sheet + i * Bls12381.PACKED);
            elsewhere ^= 1 << i;
        }
    }

    function _keyOn(uint256 page, uint256 mask, uint256 i) internal view override returns (bytes memory key) {
        if (_elsewhere(mask) & (1 << i) == 0) return super._keyOn(page, mask, i);
        key = new bytes(Bls12381.PACKED);
        uint256 to;
        assembly ("memory-safe") {
            to := add(key, 32)
        }
        _loadElsewhere(page, mask, i, to);
    }

    /* ADDING UP */

    function _room() internal pure override returns (uint256) {
        return 2 * Bls12381.WIDE;
    }

    function _addSet(uint256 set, uint256, uint256 to, uint256 places) internal view override {
        if (set == 0) return; // nothing is called, and nothing returned
        bool done;
        assembly ("memory-safe") {
            done := 1
            let high := add(to, 128)
            // Of the high half of a coordinate 16 bytes are zero; they are put there once.
            mstore(high, 0)
            mstore(add(to, 192), 0)
            let x := add(to, 144)
            let middle := add(to, 160)
            let y := add(to, 208)
            let end := add(to, 224)
            // The hot loop of all counting, as in Bn254.
            for {} set {} {
                let low := sub(set, 1)
                let point := shr(240, mload(add(places, mod(xor(set, low), 538))))
                mstore(x, mload(point))
                mstore(middle, mload(add(point, 16)))
                mstore(y, mload(add(point, 48)))
                mstore(end, mload(add(point, 64)))
                done := and(staticcall(gas(), 11, to, 256, to, 128), done)
                set := and(set, low)
            }
            done := and(eq(returndatasize(), 128), done)
        }
        if (!done) revert PrecompileFailed(Bls12381.ADD);
    }

    function _addWhole(uint256 page, uint256 to) internal view override {
        uint256 packed;
        assembly ("memory-safe") {
            packed := mload(0x40)
            extcodecopy(page, packed, _SUM_AT, 96)
        }
        unchecked {
            Bls12381.widen(packed, to + Bls12381.WIDE);
        }
        Bls12381.add(to);
    }

    function _addFrom(uint256 from, uint256 to) internal view override {
        Bls12381.addFrom(from, to);
    }

    function _negate(uint256 at) internal pure override {
        Bls12381.negate(at);
    }

    /* CHECKING */

    function _check(bytes32[3] calldata digests, uint256 used, uint256 sums, uint256[] calldata proof) internal view override {
        if (proof.length != _PROOF) revert ProofMalformed(proof.length, _PROOF);
        uint256 pairs;
        assembly ("memory-safe") {
            pairs := mload(0x40)
            // Four pairs at most, and room behind them for the finding of a point.
            mstore(0x40, add(pairs, 1792))
            calldatacopy(add(pairs, 128), proof.offset, 256)
        }
        Bls12381.putMinusGenerator(pairs);
        unchecked {
            uint256 pair = pairs + Bls12381.PAIR;
            for (uint256 choice; choice < _CHOICES; ++choice) {
                if (used & (1 << choice) == 0) continue;
                Bls12381.copy(sums + choice * _room(), pair);
                Bls12381.hashToSecond(digests[choice], pair + Bls12381.WIDE);
                pair += Bls12381.PAIR;
            }
            if (!Bls12381.paired(pairs, pair - pairs)) revert WrongSignature();
        }
    }
}
