// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IRegistry} from "../../interfaces/IRegistry.sol";
import {ISponsors} from "../../interfaces/ISponsors.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {LawWords} from "../../libraries/LawWords.sol";
import {LiveEnds} from "../../libraries/LiveEnds.sol";
import {ProposalWords} from "../../libraries/ProposalWords.sol";
import {Ballots} from "../ballots/Ballots.sol";

/// @title Sponsors: who stands behind proposals, and how many more somebody may make.
abstract contract Sponsors is ISponsors, Ballots {
    using LawWords for uint256;
    using LiveEnds for uint256;
    using ProposalWords for uint256;

    /* CHANGED BY MEMBERS */

    /// @inheritdoc ISponsors
    function sponsor(uint256 proposalId) external {
        IZone.ProposalState current = _state(proposalId);
        if (current != IZone.ProposalState.Pending) {
            revert IZone.GovernorUnexpectedProposalState(proposalId, current, _one(IZone.ProposalState.Pending));
        }
        uint256 ballot = _ballots[proposalId];
        if (ballot & ProposalWords.UNSPONSORED == 0) revert IZone.NoSponsorWanted(proposalId);
        uint256 index = IRegistry(_wiring.registry).indexOf(msg.sender);
        if (!_isElector(index, ballot.snapshot(), ballot.frozenSeasoning())) revert IZone.NotInElectorate(msg.sender, proposalId);
        uint256 lifecycle = _lifecycles[proposalId];
        uint256 signed = _sponsored[proposalId][index >> 8];
        uint256 bit = 1 << (index & 255);
        if (index == lifecycle.proposer() || signed & bit != 0) revert IZone.AlreadySponsor(msg.sender);

        _sponsored[proposalId][index >> 8] = signed | bit;
        lifecycle = lifecycle.withSponsor();
        _lifecycles[proposalId] = lifecycle;
        uint256 missing = lifecycle.sponsorsWanted();
        if (missing == 0) _ballots[proposalId] = ballot ^ ProposalWords.UNSPONSORED;
        emit IZone.ProposalSponsored(proposalId, index, missing);
    }

    /* READ BY ANYONE */

    /// @inheritdoc ISponsors
    function proposalSponsors(uint256 proposalId) external view returns (uint256, uint256) {
        uint256 ballot = _existing(proposalId);
        if (_lifecycles[proposalId].proposer() == 0) return (0, 0);
        uint256 needed = _sponsorsNeeded(ballot.electorate(), _lawOf(ballot));
        return (needed - _lifecycles[proposalId].sponsorsWanted(), needed);
    }

    /// @inheritdoc ISponsors
    function sponsoredMask(uint256 proposalId, uint256 word) external view returns (uint256) {
        return _sponsored[proposalId][word];
    }

    /// @inheritdoc ISponsors
    function liveProposals(uint256 person) external view returns (uint256 live, uint256 nextAt) {
        uint256 ends = _liveEnds[person];
        live = ends.count(block.timestamp);
        if (live == LiveEnds.MOST) {
            (, nextAt) = ends.take(0);
            ++nextAt;
        }
    }
}
