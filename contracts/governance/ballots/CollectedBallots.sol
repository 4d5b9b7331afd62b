// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallots} from "../../interfaces/IBallots.sol";
import {IBallotVerifier} from "../../interfaces/IBallotVerifier.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {Bits} from "../../libraries/Bits.sol";
import {ProposalWords} from "../../libraries/ProposalWords.sol";
import {Roles} from "../../libraries/Roles.sol";
import {SignedVotes} from "./SignedVotes.sol";

/// @title CollectedBallots: the ballots of many persons in one transaction, as a batch of signatures or under one aggregate.
/// @dev In every way counted = claimed & electorate & ~voted, a word of 256 persons at a time.
abstract contract CollectedBallots is SignedVotes {
    using ProposalWords for uint256;

    /* CONSTANTS */

    uint256 private constant _HEADER_BYTES = 6;
    uint256 private constant _BALLOT_BYTES = 65;
    /// Up to so many ballots are cheaper to look up one by one than a page of 256 keys is to load.
    uint256 private constant _FEW = 3;

    /// @dev A count under way. Of one word at a time, so that groups of one word share what was read of it.
    struct Count {
        uint256 proposalId;
        uint256 ballot; // the proposal's ballot word, without what representatives cast for persons of the closed words
        uint256 votes; // of the closed words, as the ballot word has them
        uint256 list; // where in memory what is told of the closed words begins, as the data of the event
        uint256 listed; // where that ends
        uint256 word;
        uint256 before; // the word of the bitmap, as it was
        uint256 voted; // who voted themself before, and who was counted since
        uint256 asked; // of whom it is known whether they are electors
        uint256 electors; // those who are
        uint256 loose; // whose signature is looked up in the registry, the others' in the page
        uint256 page; // where in memory the page is, 0 if it was not loaded
        uint256[3] fresh; // who was counted, by choice
    }

    /* MANY AT ONCE */

    /// @inheritdoc IBallots
    function castBallots(uint256 proposalId, bytes calldata batch) external returns (uint256) {
        mapping(uint256 word => uint256) storage voted = _voted[proposalId];
        bytes32[3] memory digests = _batchDigests(proposalId);
        Count memory count = _begin(proposalId);
        for (uint256 position; position < batch.length;) {
            (uint256 word, uint256 support, bytes calldata ballots) = _group(batch, position);
            unchecked {
                position += _HEADER_BYTES + ballots.length;
            }
            if (word != count.word) {
                _close(count, voted);
                _turnTo(count, voted, word);
            }
            uint256 found = _signers(count, ballots, digests[support]);
            count.voted |= found;
            count.fresh[support] |= found;
        }
        _close(count, voted);
        return _finish(count);
    }

    /// @inheritdoc IBallots
    function castAggregate(uint256 proposalId, uint256 hint, uint256[] calldata words, uint256[] calldata proof)
        external
        returns (uint256)
    {
        if (words.length % 4 != 0) revert MalformedWords(words.length);
        bytes32[3] memory digests = _batchDigests(proposalId);
        Count memory count = _begin(proposalId);
        uint256 snapshot = count.ballot.snapshot();
        _verifierAt(snapshot).verify(_wiring.registry, snapshot, digests, hint, words, proof);
        _countClaims(count, words);
        return _finish(count);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IBallots
    function batchDeadline(uint256 proposalId) external view returns (uint256) {
        return _existing(proposalId).lastPartFrom();
    }

    /// @inheritdoc IBallots
    function verifier() public view returns (address module, uint256 listedAt) {
        if (_wiring.depth != 0) return IBallots(_root()).verifier();
        return (_modules[Roles.VERIFIER], _listedAt[Roles.VERIFIER]);
    }

    /* A COUNT */

    /// @dev The ballot word, until batches end.
    function _openForMany(uint256 proposalId) private view returns (uint256 ballot) {
        (, bool noticed) = _registryAndNotice();
        (ballot,) = _openBallot(proposalId, noticed);
        uint256 deadline = ballot.lastPartFrom();
        if (block.timestamp > deadline) revert BatchesClosed(proposalId, deadline);
    }

    /// @dev No word is open, and none has the number that stands for that.
    function _begin(uint256 proposalId) private view returns (Count memory count) {
        count.ballot = _openForMany(proposalId);
        count.proposalId = proposalId;
        count.word = type(uint256).max;
        uint256 list;
        assembly ("memory-safe") {
            list := mload(64)
            // Where the array is in the data of the event; its length comes behind that.
            mstore(list, 32)
            mstore(64, add(list, 64))
        }
        (count.list, count.listed) = (list, list + 64);
    }

    /// @dev Opens a word.
    function _open(Count memory count, mapping(uint256 word => uint256) storage voted, uint256 word) private view {
        uint256 before = voted[word];
        count.word = word;
        count.before = before;
        count.voted = before & ~_followedIn(count.proposalId, word, count.ballot);
    }

    /// @dev Writes down who of the open word was counted just now, by choice.
    function _write(
        Count memory count,
        mapping(uint256 word => uint256) storage voted,
        uint256 no,
        uint256 yes,
        uint256 neither
    ) private {
        uint256 persons = no | yes | neither;
        if (persons == 0) return;
        uint256 word = count.word;
        if (count.ballot & ProposalWords.FOLLOWED != 0) _takeBackAll(count, word, persons);
        voted[word] = count.before | persons;
        uint256 at = count.listed;
        // Whatever else was put into memory since the word was opened is not needed any more.
        assembly ("memory-safe") {
            mstore(at, word)
            mstore(add(at, 32), no)
            mstore(add(at, 64), yes)
            mstore(add(at, 96), neither)
            mstore(64, add(at, 128))
        }
        unchecked {
            count.listed = at + 128;
            count.votes += ProposalWords.packVotes(Bits.popcount(no), Bits.popcount(yes), Bits.popcount(neither));
        }
    }

    /// @dev Takes back what representatives cast for persons of a word.
    function _takeBackAll(Count memory count, uint256 word, uint256 persons) private {
        for (uint256 support; support < 3; ++support) {
            uint256 key = (word << 2) | support;
            uint256 followed = _followed[count.proposalId][key];
            uint256 taken = followed & persons;
            if (taken == 0) continue;
            _followed[count.proposalId][key] = followed ^ taken;
            count.ballot -= Bits.popcount(taken) * ProposalWords.oneVote(uint8(support));
        }
    }

    /// @dev Writes down the votes, and tells who was counted.
    function _finish(Count memory count) private returns (uint256) {
        uint256 proposalId = count.proposalId;
        uint256 votes = count.votes;
        if (votes == 0) revert NothingCounted(proposalId);
        unchecked {
            // No tally overflows into the next: nobody is counted twice, and there are fewer than 2³² persons.
            _ballots[proposalId] = count.ballot + votes;
        }
        (uint256 list, uint256 end) = (count.list, count.listed);
        bytes32 topic = BallotsCounted.selector;
        // The data is in memory as it is told; Solidity would copy it, number by number.
        assembly ("memory-safe") {
            let size := sub(end, list)
            mstore(add(list, 32), shr(5, sub(size, 64)))
            log2(list, size, topic, proposalId)
        }
        return votes.againstVotes() + votes.forVotes() + votes.abstainVotes();
    }

    /* BATCHES */

    /// @dev Opens the word of a batch, of which nothing is known.
    function _turnTo(Count memory count, mapping(uint256 word => uint256) storage voted, uint256 word) private view {
        _open(count, voted, word);
        uint256[3] memory fresh = count.fresh;
        (fresh[0], fresh[1], fresh[2]) = (0, 0, 0);
        count.asked = 0;
        count.electors = 0;
        count.loose = type(uint256).max;
        count.page = 0;
    }

    /// @dev Writes down who was counted in the open word of a batch.
    function _close(Count memory count, mapping(uint256 word => uint256) storage voted) private {
        uint256[3] memory fresh = count.fresh;
        _write(count, voted, fresh[0], fresh[1], fresh[2]);
    }

    /// @dev Electors among the `wanted` of the open word. What was asked before for another choice is not read again.
    function _electorsOf(Count memory count, uint256 wanted) private view returns (uint256) {
        uint256 unknown = wanted & ~count.asked;
        if (unknown != 0) {
            uint256 ballot = count.ballot;
            count.electors |= _electors(count.word, unknown, ballot.snapshot(), ballot.frozenSeasoning());
            count.asked |= unknown;
        }
        return count.electors & wanted;
    }

    /// @dev The group that begins at `position`.
    function _group(bytes calldata batch, uint256 position)
        private
        pure
        returns (uint256 word, uint256 support, bytes calldata ballots)
    {
        unchecked {
            uint256 begin = position + _HEADER_BYTES;
            uint256 header;
            assembly ("memory-safe") {
                header := shr(208, calldataload(add(batch.offset, position)))
            }
            uint256 length = uint16(header) * _BALLOT_BYTES;
            // Whatever was read for a header that is not whole, its ballots would end beyond the batch.
            if (begin + length > batch.length) revert TruncatedBatch(position);
            (word, support) = (header >> 24, uint8(header >> 16));
            if (support > 2) revert IZone.GovernorInvalidVoteType();
            // A slice in Solidity checks both ends once more.
            assembly ("memory-safe") {
                ballots.offset := add(batch.offset, begin)
                ballots.length := length
            }
        }
    }

    /// @dev One copy of code brings 256 keys for what two storage reads cost. Where the code ends memory is zero, nobody's key.
    function _load(Count memory count) private view {
        (address code, uint256 loose) = IRegistry(_wiring.registry).keysOf(count.word);
        uint256 page;
        assembly ("memory-safe") {
            page := mload(64)
            // And room for what is read beyond the last key when it is read as a whole word.
            mstore(64, add(page, 5152))
            extcodecopy(code, page, 1, 5120)
        }
        (count.page, count.loose) = (page, loose);
    }

    /// @dev Of the open word, who is eligible and has a ballot among these that their key signed.
    function _signers(Count memory count, bytes calldata ballots, bytes32 digest)
        private
        view
        returns (uint256)
    {
        unchecked {
            if (ballots.length == 0) return 0;
            // A single ballot concerns one half of the word, the other is not read.
            uint256 wanted = ballots.length == _BALLOT_BYTES ? 1 << uint8(ballots[0]) : type(uint256).max;
            uint256 eligible = _electorsOf(count, wanted) & ~count.voted;
            if (eligible == 0) return 0;
            if (ballots.length > _FEW * _BALLOT_BYTES && count.page == 0) _load(count);
            uint256 paged = eligible & ~count.loose;
            uint256 loose = eligible & count.loose;
            if (paged != 0) paged &= _listed(ballots, digest, count.page);
            if (loose != 0) loose ^= _unlisted(ballots, digest, loose, count.word << 8);
            return paged | loose;
        }
    }

    /// @dev Persons whose key in the page signed one of the ballots that are said to be theirs. In assembly, because all this is done for
    /// each of thousands: Solidity's checks and its own `ecrecover` took 500 gas more a ballot.
    function _listed(bytes calldata ballots, bytes32 digest, uint256 page) private view returns (uint256 persons) {
        assembly ("memory-safe") {
            // Input of the precompile, in free memory; what it answers is at 0.
            let input := mload(64)
            let rs := add(input, 64)
            mstore(input, digest)
            mstore(add(input, 32), 27)
            // The precompile answers nothing when nobody signed, or without enough gas, and what it answered before is still there:
            // at first nobody's address, then always somebody who did sign this digest. So no answer has to be told from one. And an
            // answer is a whole word, so nobody's address (not zero, but beyond all addresses) equals no key.
            mstore(0, not(0))
            let at := ballots.offset
            let end := add(at, ballots.length)
            // Four at a time, as long as there are four: asking after each would take a quarter of what is not the precompile's.
            for {} gt(sub(end, at), 259) { at := add(at, 260) } {
                let i1 := byte(0, calldataload(at))
                calldatacopy(rs, add(at, 1), 64)
                pop(staticcall(gas(), 1, input, 128, 0, 32))
                persons := or(persons, shl(i1, eq(mload(0), shr(96, mload(add(page, mul(i1, 20)))))))

                let i2 := byte(0, calldataload(add(at, 65)))
                calldatacopy(rs, add(at, 66), 64)
                pop(staticcall(gas(), 1, input, 128, 0, 32))
                persons := or(persons, shl(i2, eq(mload(0), shr(96, mload(add(page, mul(i2, 20)))))))

                let i3 := byte(0, calldataload(add(at, 130)))
                calldatacopy(rs, add(at, 131), 64)
                pop(staticcall(gas(), 1, input, 128, 0, 32))
                persons := or(persons, shl(i3, eq(mload(0), shr(96, mload(add(page, mul(i3, 20)))))))

                let i4 := byte(0, calldataload(add(at, 195)))
                calldatacopy(rs, add(at, 196), 64)
                pop(staticcall(gas(), 1, input, 128, 0, 32))
                persons := or(persons, shl(i4, eq(mload(0), shr(96, mload(add(page, mul(i4, 20)))))))
            }
            for {} lt(at, end) { at := add(at, 65) } {
                let i := byte(0, calldataload(at))
                calldatacopy(rs, add(at, 1), 64)
                pop(staticcall(gas(), 1, input, 128, 0, 32))
                persons := or(persons, shl(i, eq(mload(0), shr(96, mload(add(page, mul(i, 20)))))))
            }
        }
    }

    /// @dev Of persons who are looked up in the registry by the key that signed, those without a ballot that their key signed: the first
    /// good one takes each of them out. Nobody's index is no person's, since zero is in no electorate.
    function _unlisted(bytes calldata ballots, bytes32 digest, uint256 persons, uint256 first)
        private
        view
        returns (uint256)
    {
        IRegistry registry = IRegistry(_wiring.registry);
        unchecked {
            for (uint256 at; at < ballots.length; at += _BALLOT_BYTES) {
                uint256 i = uint8(ballots[at]);
                if (persons & (1 << i) == 0) continue;
                bytes32 r = bytes32(ballots[at + 1:at + 33]);
                address signer = ecrecover(digest, 27, r, bytes32(ballots[at + 33:at + 65]));
                if (signer != address(0) && registry.indexOf(signer) == first | i) persons ^= 1 << i;
            }
            return persons;
        }
    }

    /* AGGREGATES */

    /// @dev Counts who is claimed, word by word. A person is in one word and one class: a word beyond 2²⁴ would be another's
    /// electorate under a number of its own. That is for this body to see, whatever the verifier looks at.
    function _countClaims(Count memory count, uint256[] calldata words) private {
        mapping(uint256 word => uint256) storage voted = _voted[count.proposalId];
        uint256 snapshot = count.ballot.snapshot();
        uint256 seasoning = count.ballot.frozenSeasoning();
        uint256 least;
        for (uint256 i; i < words.length;) {
            (uint256 word, uint256 no, uint256 yes, uint256 neither) = _claims(words, i);
            if (word < least || word > type(uint24).max) revert WordsNotRising(word);
            if (no & yes | (no | yes) & neither != 0) revert ClassesNotDisjoint(word);
            _open(count, voted, word);
            uint256 fresh = _electors(word, no | yes | neither, snapshot, seasoning) & ~count.voted;
            _write(count, voted, no & fresh, yes & fresh, neither & fresh);
            unchecked {
                least = word + 1;
                i += 4;
            }
        }
    }

    /// @dev The verifier that was listed when the electorate of the proposal was fixed.
    function _verifierAt(uint256 snapshot) private view returns (IBallotVerifier) {
        (address module, uint256 listedAt) = verifier();
        if (module == address(0)) revert NoVerifier();
        if (listedAt > snapshot) revert VerifierTooNew(listedAt, snapshot);
        return IBallotVerifier(module);
    }

    /// @dev The four numbers from `i` on, which are there: Solidity would ask anew at each.
    function _claims(uint256[] calldata words, uint256 i)
        private
        pure
        returns (uint256 word, uint256 no, uint256 yes, uint256 neither)
    {
        assembly ("memory-safe") {
            let at := add(words.offset, shl(5, i))
            word := calldataload(at)
            no := calldataload(add(at, 32))
            yes := calldataload(add(at, 64))
            neither := calldataload(add(at, 96))
        }
    }
}
