// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallotVerifier} from "../../interfaces/IBallotVerifier.sol";
import {Bits} from "../../libraries/Bits.sol";
import {Bn254} from "../../libraries/Bn254.sol";
import {AggregateVerifier} from "./AggregateVerifier.sol";

/// @title Bn254Verifier: thousands of ballots by one signature, on every EVM since Shanghai.
/// @dev Keys and signatures are points of the curve; a signature of digest m is sk · H(m). Signatures are added up, whatever their
/// choice. The contract adds the keys K of each choice itself; whoever posts gives the same sum on the twist, K', because pairing
/// needs one side there. With a number g that nobody can know before all else is fixed, one product of pairings checks both that
/// the signature is right and that each K' has the secret of its K:
///
///     e(sigma + Σ g^(j+1) · K_j, −G') · Π e(H_j + g^(j+1) · G, K'_j) = 1
///
/// It is a polynomial in g: unless e(sigma, G') = Π e(H_j, K'_j) and every e(K_j, G') = e(G, K'_j), at most three values of g
/// make it 1. The curve is worth about 100 bits.
contract Bn254Verifier is AggregateVerifier {
    using Bits for uint256;

    uint256 private constant _ROOM = 128; // bytes of a sum, and of the key that is added to it

    /* KEYS */

    /// @inheritdoc IBallotVerifier
    function curve() external pure returns (string memory) {
        return "bn254";
    }

    function _keySize() internal pure override returns (uint256) {
        return Bn254.POINT;
    }

    function _checkKey(uint256 index, uint256 key, uint256 proof, bytes32 digest, address owner) internal view override {
        uint256 x;
        uint256 y;
        assembly ("memory-safe") {
            x := mload(key)
            y := mload(add(key, 32))
        }
        if (!Bn254.isPoint(x, y)) revert NotAKey(index);
        (bool done, bool possessed) = _schnorr(x, y, proof, digest, owner);
        if (!done) revert PrecompileFailed(Bn254.MULTIPLY);
        if (!possessed) revert NoPossession(index);
    }

    /// @dev Whether the response in calldata leads from the challenge to the commitment that the challenge was made of.
    /// @return done whether the precompiles did their work
    function _schnorr(uint256 x, uint256 y, uint256 proof, bytes32 digest, address owner)
        private
        view
        returns (bool done, bool possessed)
    {
        // One block without calls between functions: this is most of the work of enrolling that is not a precompile's.
        assembly ("memory-safe") {
            let challenge := shr(128, calldataload(proof))
            let hashed := mload(0x40)
            mstore(hashed, digest)
            mstore(add(hashed, 32), owner)
            let commitment := add(hashed, 64)
            mstore(commitment, 1)
            mstore(add(hashed, 96), 2)
            mstore(add(hashed, 128), calldataload(add(proof, _CHALLENGE)))
            done := staticcall(gas(), 7, commitment, 96, commitment, 64)
            let part := add(hashed, 128)
            mstore(part, x)
            mstore(add(hashed, 160), y)
            mstore(add(hashed, 192), challenge)
            done := and(staticcall(gas(), 7, part, 96, part, 64), done)
            done := and(staticcall(gas(), 6, commitment, 128, commitment, 64), done)
            possessed := eq(and(keccak256(hashed, 128), 0xffffffffffffffffffffffffffffffff), challenge)
        }
    }

    function _sum(uint256 keys, uint256 number, uint256 to) internal view override {
        uint256 table = Bits.table();
        uint256 sum;
        assembly ("memory-safe") {
            sum := mload(0x40)
            calldatacopy(sum, calldatasize(), _ROOM)
        }
        _addSet(keys, type(uint256).max >> (256 - number), sum, table);
        Bn254.copy(sum, to);
    }

    /* ADDING UP */

    function _room() internal pure override returns (uint256) {
        return _ROOM;
    }

    function _addSet(uint256 sheet, uint256 set, uint256 to, uint256 table) internal view override {
        uint256 persons = set.popcount();
        // The hot loop of all counting: once for each ballot, or for each person who is subtracted. The result takes the place of
        // the sum, and the next point comes behind it. Who was added leaves the set; if adding failed, they stay. Four at a time,
        // because asking each time whether another follows would take a quarter of what is not the precompile's; all four are
        // written out, since a function would be jumped to.
        assembly ("memory-safe") {
            let x := add(to, 64)
            let y := add(to, 96)
            for {} gt(persons, 3) { persons := sub(persons, 4) } {
                let bit := and(set, sub(0, set))
                let point := add(sheet, shl(6, byte(0, mload(add(table, mod(bit, 269))))))
                mstore(x, mload(point))
                mstore(y, mload(add(point, 32)))
                set := xor(set, mul(bit, staticcall(gas(), 6, to, 128, to, 64)))

                bit := and(set, sub(0, set))
                point := add(sheet, shl(6, byte(0, mload(add(table, mod(bit, 269))))))
                mstore(x, mload(point))
                mstore(y, mload(add(point, 32)))
                set := xor(set, mul(bit, staticcall(gas(), 6, to, 128, to, 64)))

                bit := and(set, sub(0, set))
                point := add(sheet, shl(6, byte(0, mload(add(table, mod(bit, 269))))))
                mstore(x, mload(point))
                mstore(y, mload(add(point, 32)))
                set := xor(set, mul(bit, staticcall(gas(), 6, to, 128, to, 64)))

                bit := and(set, sub(0, set))
                point := add(sheet, shl(6, byte(0, mload(add(table, mod(bit, 269))))))
                mstore(x, mload(point))
                mstore(y, mload(add(point, 32)))
                set := xor(set, mul(bit, staticcall(gas(), 6, to, 128, to, 64)))
            }
            for {} persons { persons := sub(persons, 1) } {
                let bit := and(set, sub(0, set))
                let point := add(sheet, shl(6, byte(0, mload(add(table, mod(bit, 269))))))
                mstore(x, mload(point))
                mstore(y, mload(add(point, 32)))
                set := xor(set, mul(bit, staticcall(gas(), 6, to, 128, to, 64)))
            }
        }
        if (set != 0) revert PrecompileFailed(Bn254.ADD);
    }

    function _addWhole(uint256 page, uint256 to) internal view override {
        assembly ("memory-safe") {
            extcodecopy(page, add(to, 64), _SUM_AT, 64)
        }
        Bn254.add(to);
    }

    function _addFrom(uint256 from, uint256 to) internal view override {
        Bn254.addFrom(from, to);
    }

    function _negate(uint256 at) internal pure override {
        Bn254.negate(at);
    }

    /* CHECKING */

    /// @dev Checks the proof against the sums of the choices.
    function _check(bytes32[3] calldata digests, uint256 used, uint256 sums, uint256[] calldata proof) internal view override {
        uint256 expected = 2 + 6 * used.popcount();
        if (proof.length != expected) revert ProofMalformed(proof.length, expected);
        uint256 challenge = _challenge(digests, sums, proof);
        uint256 pairs;
        assembly ("memory-safe") {
            pairs := mload(0x40)
            // Four pairs at most, and room behind them for what is added to a point.
            mstore(0x40, add(pairs, 1024))
            calldatacopy(pairs, proof.offset, 64)
            // The negative of the generator of the twist.
            mstore(add(pairs, 64), 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2)
            mstore(add(pairs, 96), 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed)
            mstore(add(pairs, 128), 0x275dc4a288d1afb3cbb1ac09187524c7db36395df7be3b99e673b13a075a65ec)
            mstore(add(pairs, 160), 0x1d9befcd05a5323e6da4d435f3b617cdb3af83285c2df711ef39c01571827f9d)
        }
        uint256 scratch = pairs + 832;
        Bn254.copy(pairs, scratch);
        unchecked {
            uint256 pair = pairs + Bn254.PAIR;
            uint256 power = challenge;
            for (uint256 choice; choice < _CHOICES; ++choice) {
                if (used & (1 << choice) == 0) continue;
                _addMultiple(sums + choice * _ROOM, power, scratch);
                // The second pair belongs to the six numbers after the signature, the third to the next six.
                _putPair(choice, digests[choice], proof, (pair - pairs) / Bn254.PAIR * 6 - 4, power, pair);
                pair += Bn254.PAIR;
                power = mulmod(power, challenge, Bn254.R);
            }
            Bn254.copy(scratch, pairs);
            if (!Bn254.paired(pairs, pair - pairs)) revert WrongSignature();
        }
    }

    /// @dev A number that nobody knows before everything else is fixed (Fiat and Shamir): all sums, digests and the whole proof.
    function _challenge(bytes32[3] calldata digests, uint256 sums, uint256[] calldata proof)
        private
        pure
        returns (uint256 challenge)
    {
        assembly ("memory-safe") {
            let hashed := mload(0x40)
            for { let i := 0 } lt(i, 3) { i := add(i, 1) } {
                let from := add(sums, mul(i, _ROOM))
                let to := add(hashed, mul(i, 64))
                mstore(to, mload(from))
                mstore(add(to, 32), mload(add(from, 32)))
            }
            calldatacopy(add(hashed, 192), digests, 96)
            let size := mul(proof.length, 32)
            calldatacopy(add(hashed, 288), proof.offset, size)
            challenge := mod(keccak256(hashed, add(288, size)), 21888242871839275222246405745257275088548364400416034343698204186575808495617)
        }
    }

    /// @dev Puts the pair of a choice at `pair`: its point of the curve + power · G, and the sum of its keys on the twist.
    /// @param at where the choice's numbers are in the proof: x', x, y', y of the twist, counter, ordinate
    function _putPair(
        uint256 choice,
        bytes32 digest,
        uint256[] calldata proof,
        uint256 at,
        uint256 power,
        uint256 pair
    ) private view {
        uint256 x;
        uint256 y;
        assembly ("memory-safe") {
            let numbers := add(proof.offset, shl(5, at))
            calldatacopy(add(pair, 64), numbers, 128)
            mstore(0, digest)
            mstore(32, calldataload(add(numbers, 128)))
            x := mod(keccak256(0, 64), 21888242871839275222246405745257275088696311157297823662689037894645226208583)
            y := calldataload(add(numbers, 160))
        }
        if (!Bn254.isPoint(x, y)) revert NotThePointOf(choice);
        // Adding needs the room of two points, where the twist's is by now.
        _addGenerator(x, y, power, pair);
    }

    /// @dev Puts (x, y) + k · G at `to`.
    function _addGenerator(uint256 x, uint256 y, uint256 k, uint256 to) private view {
        uint256 scratch;
        assembly ("memory-safe") {
            scratch := mload(0x40)
            mstore(scratch, x)
            mstore(add(scratch, 32), y)
        }
        unchecked {
            Bn254.multiply(1, 2, k, scratch + Bn254.POINT);
        }
        Bn254.add(scratch);
        Bn254.copy(scratch, to);
    }

    /// @dev Adds k times the point at `point` to the one at `to`, whose next 96 bytes are overwritten.
    function _addMultiple(uint256 point, uint256 k, uint256 to) private view {
        uint256 x;
        uint256 y;
        assembly ("memory-safe") {
            x := mload(point)
            y := mload(add(point, 32))
        }
        unchecked {
            Bn254.multiply(x, y, k, to + Bn254.POINT);
        }
        Bn254.add(to);
    }
}
