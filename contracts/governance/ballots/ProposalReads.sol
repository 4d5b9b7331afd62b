// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IConstitution} from "../../interfaces/IConstitution.sol";
import {IOversight} from "../../interfaces/IOversight.sol";
import {IProposals} from "../../interfaces/IProposals.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {Classes} from "../../libraries/Classes.sol";
import {LawWords} from "../../libraries/LawWords.sol";
import {ProposalWords} from "../../libraries/ProposalWords.sol";
import {Ballots} from "./Ballots.sol";

/// @title ProposalReads: what can be read of proposals.
abstract contract ProposalReads is IProposals, Ballots {
    using LawWords for uint256;
    using ProposalWords for uint256;

    /// @inheritdoc IProposals
    function name() external view returns (string memory) {
        return _name;
    }

    /// @inheritdoc IProposals
    function version() external pure returns (string memory) {
        return "1";
    }

    /// @inheritdoc IProposals
    function proposalVotes(uint256 proposalId) external view returns (uint256, uint256, uint256) {
        uint256 ballot = _existing(proposalId);
        return (ballot.againstVotes(), ballot.forVotes(), ballot.abstainVotes());
    }

    /// @inheritdoc IProposals
    function hasVoted(uint256 proposalId, address account) external view returns (bool) {
        uint256 index = IRegistry(_wiring.registry).indexOf(account);
        return (votedMask(proposalId, index >> 8) >> (index & 255)) & 1 == 1;
    }

    /// @inheritdoc IProposals
    function votedMask(uint256 proposalId, uint256 word) public view returns (uint256) {
        return _voted[proposalId][word] & ~_followedIn(proposalId, word, _ballots[proposalId]);
    }

    /// @inheritdoc IProposals
    function proposalSnapshot(uint256 proposalId) external view returns (uint256) {
        return _existing(proposalId).snapshot();
    }

    /// @inheritdoc IProposals
    function proposalVoteStart(uint256 proposalId) external view returns (uint256) {
        return _existing(proposalId).voteStart();
    }

    /// @inheritdoc IProposals
    function proposalDeadline(uint256 proposalId) external view returns (uint256) {
        return _existing(proposalId).voteEnd();
    }

    /// @inheritdoc IProposals
    function proposalElectorate(uint256 proposalId) external view returns (uint256) {
        return _existing(proposalId).electorate();
    }

    /// @inheritdoc IProposals
    function proposalClasses(uint256 proposalId) external view returns (uint256) {
        return _existing(proposalId).classes();
    }

    /// @inheritdoc IProposals
    function proposalLaw(uint256 proposalId) external view returns (IConstitution.Law memory) {
        return _lawOf(_existing(proposalId)).unpack();
    }

    /// @inheritdoc IProposals
    function proposalQuorum(uint256 proposalId) external view returns (uint256) {
        return _quorum(_existing(proposalId).electorate(), _lawOf(_existing(proposalId)).quorumPpm());
    }

    /// @inheritdoc IProposals
    function proposalExpiry(uint256 proposalId) external view returns (uint256) {
        uint256 ballot = _existing(proposalId);
        uint256 lifecycle = _lifecycles[proposalId];
        return _later(proposalId, _expiry(ballot, lifecycle, _lawOf(ballot)), _waitsSince(ballot, lifecycle));
    }

    /// @inheritdoc IProposals
    function proposalEta(uint256 proposalId) external view returns (uint256) {
        uint256 queuedAt = _lifecycles[proposalId].queuedAt();
        if (queuedAt == 0) return 0;
        return _later(proposalId, queuedAt + _lawOf(_existing(proposalId)).executionDelay(), queuedAt);
    }

    /// @inheritdoc IProposals
    function proposalProposer(uint256 proposalId) external view returns (address) {
        uint256 index = _lifecycles[proposalId].proposer();
        return index == 0 ? _proposingBodies[proposalId] : IRegistry(_wiring.registry).person(index).key;
    }

    /// @inheritdoc IProposals
    function proposalNumber(uint256 proposalId) external view returns (uint256) {
        _existing(proposalId);
        return _lifecycles[proposalId].number();
    }

    /// @inheritdoc IProposals
    function proposalNeedsQueuing(uint256) external pure returns (bool) {
        return true;
    }

    /// @inheritdoc IProposals
    function proposalThreshold() external pure returns (uint256) {
        return 1;
    }

    /// @inheritdoc IProposals
    function proposalCount() external view returns (uint256) {
        return _wiring.proposals;
    }

    /// @inheritdoc IProposals
    function votingDelay() external view returns (uint256) {
        return _lawAt(1 << Classes.SPENDING, block.timestamp).votingDelay();
    }

    /// @inheritdoc IProposals
    function votingPeriod() external view returns (uint256) {
        return _lawAt(1 << Classes.SPENDING, block.timestamp).votingPeriod();
    }

    /// @inheritdoc IProposals
    function clock() external view returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc IProposals
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    /// @inheritdoc IProposals
    function COUNTING_MODE() external pure returns (string memory) {
        return "support=bravo&quorum=for,abstain";
    }

    /* INTERNAL */

    /// @dev A moment that counts from `since`, later by what held or holds the proposal up.
    function _later(uint256 proposalId, uint256 moment, uint256 since) private view returns (uint256) {
        if (_wiring.heldUp == 0 && _ballots[proposalId] & ProposalWords.PAUSED == 0) return moment;
        return IOversight(address(this)).movedBy(proposalId, moment, since);
    }
}
