// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallots} from "../../interfaces/IBallots.sol";
import {IRepresentation} from "../../interfaces/IRepresentation.sol";
import {IRepresentedVotes} from "../../interfaces/IRepresentedVotes.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {Bits} from "../../libraries/Bits.sol";
import {ProposalWords} from "../../libraries/ProposalWords.sol";
import {Representatives} from "../../libraries/Representatives.sol";
import {SignedVotes} from "./SignedVotes.sol";

/// @title RepresentedVotes: representatives, and the followers counted with their choice.
abstract contract RepresentedVotes is IRepresentedVotes, SignedVotes {
    using ProposalWords for uint256;

    /* CONSTANTS */

    bytes32 private constant _BALLOT_TYPEHASH =
        keccak256("RepresentativeBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce)");

    uint256 private constant _COUNTED = 8;

    /* VOTES */

    /// @inheritdoc IRepresentedVotes
    function castVoteAsRepresentative(uint256 proposalId, uint8 support) external returns (uint256) {
        _represent(msg.sender, proposalId, support);
        return 1;
    }

    /// @inheritdoc IRepresentedVotes
    function castVoteAsRepresentativeBySig(uint256 proposalId, uint8 support, address voter, bytes calldata signature)
        external
        returns (uint256)
    {
        bytes32 content =
            keccak256(abi.encode(_BALLOT_TYPEHASH, proposalId, support, voter, _nonces[voter]++));
        _requireSigned(voter, content, signature);
        _represent(voter, proposalId, support);
        return 1;
    }

    /// @inheritdoc IRepresentedVotes
    function countFollowers(uint256 proposalId, uint256 representative, uint24[] calldata words)
        external
        returns (uint256 counted)
    {
        uint256 ballot = _requireEarly(proposalId);
        uint256 record = _representing[proposalId][representative];
        if (record == 0) revert NotRepresenting(proposalId, representative);
        uint256 support = uint8(record) - 1;
        uint256 room = Representatives.most(ballot.electorate()) - (record >> _COUNTED);
        for (uint256 i; i < words.length && counted < room; ++i) {
            uint256 word = words[i];
            uint256 fresh = _followers(proposalId, ballot, representative, word, room - counted);
            if (fresh == 0) continue;
            _voted[proposalId][word] |= fresh;
            _followed[proposalId][(word << 2) | support] |= fresh;
            counted += Bits.popcount(fresh);
            emit FollowersCounted(proposalId, representative, word, fresh);
        }
        if (counted == 0) revert NoFollowersCounted(proposalId, representative);
        _representing[proposalId][representative] = record + (counted << _COUNTED);
        _ballots[proposalId] = (ballot | ProposalWords.FOLLOWED) + counted * ProposalWords.oneVote(uint8(support));
    }

    /* READ BY ANYONE */

    /// @inheritdoc IRepresentedVotes
    function followedMasks(uint256 proposalId, uint256 word) external view returns (uint256, uint256, uint256) {
        mapping(uint256 wordAndChoice => uint256) storage followed = _followed[proposalId];
        return (followed[word << 2], followed[(word << 2) | 1], followed[(word << 2) | 2]);
    }

    /// @inheritdoc IRepresentedVotes
    function representativeVote(uint256 proposalId, uint256 representative)
        external
        view
        returns (bool voted, uint8 support, uint256 counted)
    {
        uint256 record = _representing[proposalId][representative];
        if (record != 0) return (true, uint8(record) - 1, record >> _COUNTED);
    }

    /* INTERNAL */

    function _represent(address voter, uint256 proposalId, uint8 support) private {
        _requireEarly(proposalId);
        uint256 representative = _count(voter, proposalId, support);
        _representing[proposalId][representative] = uint256(support) + 1;
        emit IZone.VoteCast(voter, proposalId, support, 1, "");
        emit RepresentativeVoted(proposalId, representative, support);
    }

    /// @dev Followers can answer their representative's vote with their own as long as the last part of the vote lasts.
    function _requireEarly(uint256 proposalId) private view returns (uint256 ballot) {
        (, bool noticed) = _registryAndNotice();
        (ballot,) = _openBallot(proposalId, noticed);
        uint256 deadline = ballot.lastPartFrom();
        if (block.timestamp > deadline) revert IBallots.BatchesClosed(proposalId, deadline);
    }

    /// @dev At most `room` electors of a word who followed at the snapshot and are not counted. Where there are more, those admitted last.
    function _followers(uint256 proposalId, uint256 ballot, uint256 representative, uint256 word, uint256 room)
        private
        view
        returns (uint256 fresh)
    {
        uint256 snapshot = ballot.snapshot();
        fresh = IRepresentation(_wiring.registry).followersAt(representative, word, snapshot) & ~_voted[proposalId][word];
        fresh = _electors(word, fresh, snapshot, ballot.frozenSeasoning());
        for (uint256 n = Bits.popcount(fresh); n > room; --n) {
            fresh &= fresh - 1;
        }
    }
}
