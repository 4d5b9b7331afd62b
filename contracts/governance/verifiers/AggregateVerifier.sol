// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallotVerifier} from "../../interfaces/IBallotVerifier.sol";
import {Bits} from "../../libraries/Bits.sol";
import {VotingKeys} from "./VotingKeys.sol";

/// @title AggregateVerifier: adds up the keys of everybody who is claimed, by choice.
/// @dev What is the same for every curve: which keys count as of the snapshot, and that the largest choice is found by subtraction
/// where that is shorter. A curve adds points and checks one signature against the sums.
abstract contract AggregateVerifier is VotingKeys {
    using Bits for uint256;

    /// @param claims where the sets of the word at hand are, one for each choice
    /// @param direct where the sums of the choices begin: keys that were added
    /// @param indirect where their other parts begin, from pages whose hinted choice is found by subtraction. In the hinted
    /// choice's place is the sum of those who are claimed for no choice.
    /// @param whole where the sum of all keys of those pages is
    /// @param places where on the sheet the keys are, as `Bits.places` has it
    struct Sums {
        uint256 table;
        uint256 places;
        uint256 sheet;
        uint256 claims;
        uint256 direct;
        uint256 indirect;
        uint256 whole;
        bool subtracted;
    }

    uint256 internal constant _CHOICES = 3;
    uint256 private constant _NO_HINT = 3;

    /* OF THE CURVE */

    /// @dev Bytes of a sum, and of the key that is added to it: both are in memory as the curve's adding wants them. Zero is zeros.
    function _room() internal pure virtual returns (uint256);

    /// @dev Adds the keys of a set of so many persons to the sum at `to`.
    /// @param places where the keys are, as `Bits.places` has it
    function _addSet(uint256 set, uint256 persons, uint256 to, uint256 places) internal view virtual;

    /// @dev As `_addSet`, when nobody else's key in these places is wanted any more, so that they may be overwritten.
    function _addLastSet(uint256 set, uint256 persons, uint256 to, uint256 places) internal view virtual {
        _addSet(set, persons, to, places);
    }

    /// @dev Adds the sum of all keys of a page, which the page says itself.
    function _addWhole(uint256 page, uint256 to) internal view virtual;

    /// @dev Adds the sum at `from` to the one at `to`.
    function _addFrom(uint256 from, uint256 to) internal view virtual;

    /// @dev Replaces a sum by its negative.
    function _negate(uint256 at) internal view virtual;

    /// @dev Reverts unless the proof fits the sums of the choices.
    /// @param used bit c: somebody is claimed for choice c
    /// @param sums where the sums are, `_room()` bytes apart
    function _check(bytes32[3] calldata digests, uint256 used, uint256 sums, uint256[] calldata proof) internal view virtual;

    /* VERIFYING */

    /// @inheritdoc IBallotVerifier
    function verify(
        address registry,
        uint256 snapshot,
        bytes32[3] calldata digests,
        uint256 hint,
        uint256[] calldata words,
        uint256[] calldata proof
    ) external view override {
        if (words.length & 3 != 0) revert ClaimsMalformed(words.length);
        if (hint > _NO_HINT) revert HintUnknown(hint);
        Sums memory sums = _noSums();
        uint256 used = _addClaims(registry, snapshot, hint, words, sums);
        if (used == 0) revert NothingClaimed();
        if (sums.subtracted) _subtract(hint, sums);
        _check(digests, used, sums.direct, proof);
    }

    /// @dev Adds up the keys of everybody who is claimed, word by word.
    /// @return used bit c: somebody is claimed for choice c
    function _addClaims(address registry, uint256 snapshot, uint256 hint, uint256[] calldata words, Sums memory sums)
        private
        view
        returns (uint256 used)
    {
        mapping(uint256 word => Stack) storage stacks = _stacksOf(registry);
        uint256 claims = sums.claims;
        uint256 least; // of the next word
        for (uint256 i; i < words.length;) {
            (uint256 word, uint256 claimed, uint256 choices) = _readClaims(words, i, claims);
            if (word < least) revert WordsNotRising(word);
            used |= choices;
            if (claimed != 0) {
                uint256 keyless = _addWord(stacks[word], snapshot, hint, claimed, sums);
                if (keyless != 0) revert NoVotingKey(word, keyless);
            }
            unchecked {
                least = word + 1;
                i += 4;
            }
        }
    }

    /// @dev Puts the sets of the word that is at `i` at `claims`.
    /// @return word its number
    /// @return claimed everybody in them
    /// @return choices bit c: somebody is claimed for choice c
    function _readClaims(uint256[] calldata words, uint256 i, uint256 claims)
        private
        pure
        returns (uint256 word, uint256 claimed, uint256 choices)
    {
        uint256 twice;
        assembly ("memory-safe") {
            let at := add(words.offset, shl(5, i))
            word := calldataload(at)
            calldatacopy(claims, add(at, 32), 96)
            let against := mload(claims)
            let support := mload(add(claims, 32))
            let abstain := mload(add(claims, 64))
            let decided := or(against, support)
            claimed := or(decided, abstain)
            twice := or(and(against, support), and(decided, abstain))
            choices := or(gt(against, 0), or(shl(1, gt(support, 0)), shl(2, gt(abstain, 0))))
        }
        if (twice != 0) revert ChoicesOverlap(word, twice);
    }

    /// @dev Adds up the keys of one word, page by page from the newest.
    /// @return those of `claimed` who have no key
    function _addWord(Stack storage stack, uint256 snapshot, uint256 hint, uint256 claimed, Sums memory sums)
        private
        view
        returns (uint256)
    {
        for (uint256 entry = _entryAt(stack, snapshot); entry != 0; entry = _next(stack, entry)) {
            uint256 page = uint160(entry);
            uint256 mask = _maskOf(page);
            uint256 here = claimed & mask; // newer pages took theirs away
            if (here == 0) continue;
            _addPage(page, mask, hint, here, sums);
            claimed ^= here;
            if (claimed == 0) break;
        }
        return claimed;
    }

    /// @dev Adds up the keys of one page.
    /// @param here who is claimed and has their key from this page
    function _addPage(uint256 page, uint256 mask, uint256 hint, uint256 here, Sums memory sums) private view {
        unchecked {
            _load(page, mask, mask, sums.sheet, sums.table);
            (uint256 no, uint256 yes, uint256 neither) = _setsIn(sums.claims, here);
            uint256 to = sums.direct;
            (uint256 n, uint256 y, uint256 a) = (no.popcount(), yes.popcount(), neither.popcount());
            // From here on `here` is who is claimed for nothing, and `mask` how many they are: the stack has no room for more names.
            here ^= mask;
            mask = (mask == type(uint256).max ? 256 : mask.popcount()) - (n + y + a);
            if ((hint == 0 ? n : hint == 1 ? y : hint == 2 ? a : 0) > mask + 1) {
                to = sums.indirect;
                sums.subtracted = true;
                _addWhole(page, sums.whole);
                if (hint == 0) (no, n) = (here, mask);
                else if (hint == 1) (yes, y) = (here, mask);
                else (neither, a) = (here, mask);
            }
            _addSets(no, n, yes, y, neither, a, to, sums.places);
        }
    }

    /// @dev Adds the keys of three sets, each beside how many it has, to the sums that begin at `to`; those of the largest set last,
    /// since adding the last set is cheapest.
    function _addSets(
        uint256 no,
        uint256 n,
        uint256 yes,
        uint256 y,
        uint256 neither,
        uint256 a,
        uint256 to,
        uint256 places
    ) private view {
        unchecked {
            if (n > y && n > a) {
                _addSet(yes, y, to + _room(), places);
                _addSet(neither, a, to + 2 * _room(), places);
                _addLastSet(no, n, to, places);
            } else if (y > a) {
                _addSet(no, n, to, places);
                _addSet(neither, a, to + 2 * _room(), places);
                _addLastSet(yes, y, to + _room(), places);
            } else {
                _addSet(no, n, to, places);
                _addSet(yes, y, to + _room(), places);
                _addLastSet(neither, a, to + 2 * _room(), places);
            }
        }
    }

    /// @dev What the sets at `claims` have of `here`.
    function _setsIn(uint256 claims, uint256 here) private pure returns (uint256 no, uint256 yes, uint256 neither) {
        assembly ("memory-safe") {
            no := and(mload(claims), here)
            yes := and(mload(add(claims, 32)), here)
            neither := and(mload(add(claims, 64)), here)
        }
    }

    /// @dev Completes the direct sums: what pages that were subtracted have of each choice, and of the hinted one all the rest.
    function _subtract(uint256 hint, Sums memory sums) private view {
        unchecked {
            uint256 room = _room();
            uint256 whole = sums.whole;
            uint256 rest = sums.indirect + hint * room;
            for (uint256 choice; choice < _CHOICES; ++choice) {
                if (choice == hint) continue;
                uint256 part = sums.indirect + choice * room;
                _addFrom(part, sums.direct + choice * room);
                _addFrom(part, rest);
            }
            _negate(rest);
            _addFrom(rest, whole);
            _addFrom(whole, sums.direct + hint * room);
        }
    }

    /// @dev Memory for all sums, each zero.
    function _noSums() private pure returns (Sums memory sums) {
        sums.table = Bits.table();
        sums.sheet = _newSheet();
        sums.places = Bits.places(sums.table, sums.sheet, _keySize());
        uint256 part = _CHOICES * _room();
        uint256 size = 2 * part + _room();
        uint256 at;
        assembly ("memory-safe") {
            at := mload(0x40)
            mstore(0x40, add(at, add(size, 96)))
            calldatacopy(at, calldatasize(), size)
        }
        sums.claims = at + size;
        sums.direct = at;
        sums.indirect = at + part;
        sums.whole = at + 2 * part;
    }
}
