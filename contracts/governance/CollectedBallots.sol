// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallots} from "../interfaces/IBallots.sol";
import {IBallotVerifier} from "../interfaces/IBallotVerifier.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {IZone} from "../interfaces/IZone.sol";
import {Bits} from "../libraries/Bits.sol";
import {ProposalWords} from "../libraries/ProposalWords.sol";
import {Roles} from "../libraries/Roles.sol";
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

    /// @dev A batch under way. Of one word at a time, so that groups of one word share what was read of it.
    struct Count {
        uint256 proposalId;
        uint256 ballot; // the proposal's ballot word, without what representatives cast for persons of the closed words
        uint256 votes; // of the closed words, as the ballot word has them
        uint256 word;
        uint256 voted; // who voted themself before, and who was counted since
        uint256[3] fresh; // who was counted, by choice
        uint256 asked; // of whom it is known whether they are electors
        uint256 electors; // those who are
        uint256 loose; // whose signature is looked up in the registry, the others' in the page
        bool loaded; // the page is in memory
    }

    /* MANY AT ONCE */

    /// @inheritdoc IBallots
    function castBallots(uint256 proposalId, bytes calldata batch) external returns (uint256) {
        Count memory count = _begin(proposalId);
        bytes32[3] memory digests = _batchDigests(proposalId);
        uint256 page = _roomForPage();
        for (uint256 position; position < batch.length;) {
            (uint256 word, uint256 support, bytes calldata ballots) = _group(batch, position);
            unchecked {
                position += _HEADER_BYTES + ballots.length;
            }
            if (word != count.word) _turnTo(count, word);
            uint256 found = _signers(count, ballots, digests[support], page);
            count.voted |= found;
            count.fresh[support] |= found;
        }
        _close(count);
        return _finish(proposalId, count.ballot, count.votes);
    }

    /// @inheritdoc IBallots
    function castAggregate(uint256 proposalId, uint256 hint, uint256[] calldata words, uint256[] calldata proof)
        external
        returns (uint256)
    {
        uint256 ballot = _openForMany(proposalId);
        _checkWords(words);
        uint256 snapshot = ballot.snapshot();
        _verifierAt(snapshot).verify(_wiring.registry, snapshot, _batchDigests(proposalId), hint, words, proof);
        uint256 votes;
        for (uint256 i; i < words.length;) {
            (uint256 added, uint256 rest) = _countClaims(proposalId, ballot, words, i);
            ballot = rest;
            unchecked {
                votes += added;
                i += 4;
            }
        }
        return _finish(proposalId, ballot, votes);
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

    /// @dev Who voted themself, other than by a representative.
    function _votedThemselves(uint256 proposalId, uint256 word, uint256 ballot) private view returns (uint256) {
        return _voted[proposalId][word] & ~_followedIn(proposalId, word, ballot);
    }

    /// @dev Writes down who of a word was counted just now, by choice.
    /// @return votes as the ballot word has them
    /// @return left the ballot word without what representatives cast for these
    function _write(
        uint256 proposalId,
        uint256 word,
        uint256 ballot,
        uint256 no,
        uint256 yes,
        uint256 neither
    ) private returns (uint256 votes, uint256 left) {
        if (no | yes | neither == 0) return (0, ballot);
        if (ballot & ProposalWords.FOLLOWED != 0) {
            ballot = _takeBackAll(proposalId, word, ballot, no | yes | neither);
        }
        _voted[proposalId][word] |= no | yes | neither;
        emit BallotsCounted(proposalId, word, no, yes, neither);
        return (ProposalWords.packVotes(Bits.popcount(no), Bits.popcount(yes), Bits.popcount(neither)), ballot);
    }

    /// @dev Takes back what representatives cast for persons of a word.
    /// @return left the ballot word without those votes
    function _takeBackAll(uint256 proposalId, uint256 word, uint256 ballot, uint256 persons)
        private
        returns (uint256 left)
    {
        left = ballot;
        for (uint256 support; support < 3; ++support) {
            uint256 key = (word << 2) | support;
            uint256 followed = _followed[proposalId][key];
            uint256 taken = followed & persons;
            if (taken == 0) continue;
            _followed[proposalId][key] = followed ^ taken;
            left -= Bits.popcount(taken) * ProposalWords.oneVote(uint8(support));
        }
    }

    function _finish(uint256 proposalId, uint256 ballot, uint256 votes) private returns (uint256) {
        if (votes == 0) revert NothingCounted(proposalId);
        unchecked {
            // No tally overflows into the next: nobody is counted twice, and there are fewer than 2³² persons.
            _ballots[proposalId] = ballot + votes;
            return votes.againstVotes() + votes.forVotes() + votes.abstainVotes();
        }
    }

    /* BATCHES */

    /// @dev No word is open, and none has the number that stands for that.
    function _begin(uint256 proposalId) private view returns (Count memory count) {
        count.ballot = _openForMany(proposalId);
        count.proposalId = proposalId;
        count.word = type(uint256).max;
    }

    function _turnTo(Count memory count, uint256 word) private {
        _close(count);
        count.word = word;
        count.voted = _votedThemselves(count.proposalId, word, count.ballot);
        count.fresh[0] = 0;
        count.fresh[1] = 0;
        count.fresh[2] = 0;
        count.asked = 0;
        count.electors = 0;
        count.loose = type(uint256).max;
        count.loaded = false;
    }

    /// @dev Writes down who was counted in the open word.
    function _close(Count memory count) private {
        (uint256 votes, uint256 left) = _write(
            count.proposalId, count.word, count.ballot, count.fresh[0], count.fresh[1], count.fresh[2]
        );
        count.ballot = left;
        unchecked {
            count.votes += votes;
        }
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

    /// @dev Memory for 256 keys, and for what is read beyond the last of them when it is read as a whole word.
    function _roomForPage() private pure returns (uint256 page) {
        assembly ("memory-safe") {
            page := mload(64)
            mstore(64, add(page, 5152))
        }
    }

    /// @dev One copy of code brings 256 keys for what two storage reads cost. Where the code ends memory is zero, nobody's key.
    function _load(Count memory count, uint256 page) private view {
        address code;
        (code, count.loose) = IRegistry(_wiring.registry).keysOf(count.word);
        count.loaded = true;
        assembly ("memory-safe") {
            extcodecopy(code, page, 1, 5120)
        }
    }

    /// @dev Of the open word, who is eligible and has a ballot among these that their key signed.
    function _signers(Count memory count, bytes calldata ballots, bytes32 digest, uint256 page)
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
            if (ballots.length > _FEW * _BALLOT_BYTES && !count.loaded) _load(count, page);
            uint256 paged = eligible & ~count.loose;
            uint256 loose = eligible & count.loose;
            if (paged != 0) paged &= _listed(ballots, digest, page);
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
            let v := add(input, 32)
            let r := add(input, 64)
            let s := add(input, 96)
            mstore(input, digest)
            // The precompile answers nothing when nobody signed, or without enough gas, and what it answered before is still there:
            // at first nobody's address, then always somebody who did sign this digest. So no answer has to be told from one.
            mstore(0, not(0))
            let end := add(ballots.offset, ballots.length)
            for { let at := ballots.offset } lt(at, end) { at := add(at, 65) } {
                calldatacopy(r, add(at, 1), 64)
                let word := mload(s) // s, and v in its highest bit (EIP-2098)
                mstore(v, add(27, shr(255, word)))
                mstore(s, and(word, 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff))
                pop(staticcall(gas(), 1, input, 128, 0, 32))
                let i := byte(0, calldataload(at))
                // The answer is a whole word, so an address that is not there (the first) equals no key.
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
                uint256 vs = uint256(bytes32(ballots[at + 33:at + 65]));
                address signer = ecrecover(digest, uint8(27 + (vs >> 255)), r, bytes32(vs & uint256(type(int256).max)));
                if (signer != address(0) && registry.indexOf(signer) == first | i) persons ^= 1 << i;
            }
            return persons;
        }
    }

    /* AGGREGATES */

    /// @dev Counts those who are claimed for the word that is at `i`.
    /// @return votes and left as `_write` does
    function _countClaims(uint256 proposalId, uint256 ballot, uint256[] calldata words, uint256 i)
        private
        returns (uint256 votes, uint256 left)
    {
        (uint256 word, uint256 no, uint256 yes, uint256 neither) = _claims(words, i);
        uint256 fresh = _electors(word, no | yes | neither, ballot.snapshot(), ballot.frozenSeasoning());
        fresh &= ~_votedThemselves(proposalId, word, ballot);
        return _write(proposalId, word, ballot, no & fresh, yes & fresh, neither & fresh);
    }

    /// @dev The verifier that was listed when the electorate of the proposal was fixed.
    function _verifierAt(uint256 snapshot) private view returns (IBallotVerifier) {
        (address module, uint256 listedAt) = verifier();
        if (module == address(0)) revert NoVerifier();
        if (listedAt > snapshot) revert VerifierTooNew(listedAt, snapshot);
        return IBallotVerifier(module);
    }

    /// @dev A person is in one word and one class: a word beyond 2²⁴ would be another's electorate under a number of its own.
    function _checkWords(uint256[] calldata words) private pure {
        if (words.length % 4 != 0) revert MalformedWords(words.length);
        uint256 least;
        for (uint256 i; i < words.length;) {
            (uint256 word, uint256 no, uint256 yes, uint256 neither) = _claims(words, i);
            if (word < least || word > type(uint24).max) revert WordsNotRising(word);
            if (no & yes | (no | yes) & neither != 0) revert ClassesNotDisjoint(word);
            unchecked {
                least = word + 1;
                i += 4;
            }
        }
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
