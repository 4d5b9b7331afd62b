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

    /// @dev A count under way. Of one word at a time, so that groups of one word share what was read of it.
    struct Count {
        uint256 proposalId;
        uint256 ballot; // the proposal's ballot word, with the votes of the closed words
        uint256 total; // persons counted in the closed words
        uint256 word;
        uint256 voted; // who voted themself before, and who was counted since
        uint256[3] fresh; // who was counted, by choice
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
            position += _HEADER_BYTES + ballots.length;
            if (word != count.word) _turnTo(count, word);
            uint256 found = _signers(count, ballots, digests[support], page);
            count.voted |= found;
            count.fresh[support] |= found;
        }
        return _finish(count);
    }

    /// @inheritdoc IBallots
    function castAggregate(uint256 proposalId, uint256 hint, uint256[] calldata words, uint256[] calldata proof)
        external
        returns (uint256)
    {
        Count memory count = _begin(proposalId);
        _checkWords(words);
        uint256 snapshot = count.ballot.snapshot();
        _verifierAt(snapshot).verify(_wiring.registry, snapshot, _batchDigests(proposalId), hint, words, proof);
        for (uint256 i; i < words.length; i += 4) {
            _turnTo(count, words[i]);
            uint256 fresh = _eligible(count, words[i + 1] | words[i + 2] | words[i + 3]);
            count.voted |= fresh;
            for (uint256 support; support < 3; ++support) {
                count.fresh[support] = words[i + 1 + support] & fresh;
            }
        }
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

    /// @dev Batches are open until their deadline. No word is open, and none has the number that stands for that.
    function _begin(uint256 proposalId) private view returns (Count memory count) {
        (, bool noticed) = _registryAndNotice();
        (uint256 ballot,) = _openBallot(proposalId, noticed);
        uint256 deadline = ballot.lastPartFrom();
        if (block.timestamp > deadline) revert BatchesClosed(proposalId, deadline);
        count.proposalId = proposalId;
        count.ballot = ballot;
        count.word = type(uint256).max;
    }

    function _turnTo(Count memory count, uint256 word) private {
        _close(count);
        count.word = word;
        count.voted = _voted[count.proposalId][word] & ~_followedIn(count.proposalId, word, count.ballot);
        delete count.fresh;
        count.loose = type(uint256).max;
        count.loaded = false;
    }

    /// @dev Writes down who was counted in the open word.
    function _close(Count memory count) private {
        uint256[3] memory fresh = count.fresh;
        if (fresh[0] | fresh[1] | fresh[2] == 0) return;
        _voted[count.proposalId][count.word] = count.voted | _takeBackAll(count, fresh[0] | fresh[1] | fresh[2]);
        emit BallotsCounted(count.proposalId, count.word, fresh[0], fresh[1], fresh[2]);
        unchecked {
            for (uint256 support; support < 3; ++support) {
                if (fresh[support] == 0) continue;
                uint256 votes = Bits.popcount(fresh[support]);
                count.ballot += votes * ProposalWords.oneVote(uint8(support));
                count.total += votes;
            }
        }
    }

    /// @dev Takes back what representatives cast for persons of the open word; those for whom they go on.
    function _takeBackAll(Count memory count, uint256 persons) private returns (uint256 left) {
        if (count.ballot & ProposalWords.FOLLOWED == 0) return 0;
        for (uint256 support; support < 3; ++support) {
            uint256 key = (count.word << 2) | support;
            uint256 followed = _followed[count.proposalId][key];
            uint256 taken = followed & persons;
            left |= followed ^ taken;
            if (taken == 0) continue;
            _followed[count.proposalId][key] = followed ^ taken;
            count.ballot -= Bits.popcount(taken) * ProposalWords.oneVote(uint8(support));
        }
    }

    function _finish(Count memory count) private returns (uint256 total) {
        _close(count);
        total = count.total;
        if (total == 0) revert NothingCounted(count.proposalId);
        _ballots[count.proposalId] = count.ballot;
    }

    /// @dev Electors among the `wanted` of the open word who have not voted.
    function _eligible(Count memory count, uint256 wanted) private view returns (uint256) {
        uint256 ballot = count.ballot;
        return _electors(count.word, wanted, ballot.snapshot(), ballot.frozenSeasoning()) & ~count.voted;
    }

    /* BATCHES */

    /// @dev The group that begins at `position`.
    function _group(bytes calldata batch, uint256 position)
        private
        pure
        returns (uint256 word, uint256 support, bytes calldata ballots)
    {
        uint256 begin = position + _HEADER_BYTES;
        if (begin > batch.length) revert TruncatedBatch(position);
        uint256 header = uint48(bytes6(batch[position:begin]));
        (word, support) = (header >> 24, uint8(header >> 16));
        if (support > 2) revert IZone.GovernorInvalidVoteType();
        uint256 end = begin + uint16(header) * _BALLOT_BYTES;
        if (end > batch.length) revert TruncatedBatch(position);
        ballots = batch[begin:end];
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
        // A single ballot concerns one half of the word, the other is not read.
        uint256 eligible =
            _eligible(count, ballots.length == _BALLOT_BYTES ? 1 << uint8(ballots[0]) : type(uint256).max);
        if (eligible == 0) return 0;
        if (ballots.length > _FEW * _BALLOT_BYTES && !count.loaded) _load(count, page);
        uint256 paged = eligible & ~count.loose;
        uint256 loose = eligible & count.loose;
        if (paged != 0) paged ^= _unsigned(ballots, digest, paged, page);
        if (loose != 0) loose ^= _unlisted(ballots, digest, loose, count.word << 8);
        return paged | loose;
    }

    /// @dev Of persons whose keys are in the page, those without a ballot that their key signed: the first good one takes each of them
    /// out. In assembly, because all this is done for each of thousands: Solidity's checks and its own `ecrecover` took 500 gas
    /// more a ballot.
    function _unsigned(bytes calldata ballots, bytes32 digest, uint256 persons, uint256 page)
        private
        view
        returns (uint256)
    {
        assembly ("memory-safe") {
            // Input of the precompile, in free memory.
            let input := mload(64)
            let v := add(input, 32)
            let r := add(input, 64)
            let s := add(input, 96)
            mstore(input, digest)
            let end := add(ballots.offset, ballots.length)
            for { let at := ballots.offset } iszero(eq(at, end)) { at := add(at, 65) } {
                let i := byte(0, calldataload(at))
                let bit := shl(i, 1)
                if iszero(and(persons, bit)) { continue }
                mstore(r, calldataload(add(at, 1)))
                let word := calldataload(add(at, 33)) // s, and v in its highest bit (EIP-2098)
                mstore(v, add(27, shr(255, word)))
                mstore(s, and(word, 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff))
                let success := staticcall(gas(), 1, input, 128, 0, 32)
                // The precompile answers nothing when nobody signed, and what it answered before is still there.
                if iszero(and(success, eq(returndatasize(), 32))) { continue }
                if xor(mload(0), shr(96, mload(add(page, mul(i, 20))))) { continue }
                persons := xor(persons, bit)
            }
        }
        return persons;
    }

    /// @dev The same for persons who are looked up in the registry by the key that signed. Nobody's index is no person's, since zero is in
    /// no electorate.
    function _unlisted(bytes calldata ballots, bytes32 digest, uint256 persons, uint256 first)
        private
        view
        returns (uint256)
    {
        IRegistry registry = IRegistry(_wiring.registry);
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

    /* AGGREGATES */

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
        for (uint256 i; i < words.length; i += 4) {
            uint256 word = words[i];
            if (word < least || word > type(uint24).max) revert WordsNotRising(word);
            least = word + 1;
            uint256 no = words[i + 1];
            uint256 yes = words[i + 2];
            if (no & yes | (no | yes) & words[i + 3] != 0) revert ClassesNotDisjoint(word);
        }
    }
}
