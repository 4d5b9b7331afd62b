// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IOversight} from "../../interfaces/IOversight.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {LawWords} from "../../libraries/LawWords.sol";
import {LiveEnds} from "../../libraries/LiveEnds.sol";
import {ProposalWords} from "../../libraries/ProposalWords.sol";
import {Constitution} from "../laws/Constitution.sol";

/// @title Ballots: one bit a person and proposal, the tally in the proposal's own word.
/// @dev The bit belongs to the person, not to the key that cast it.
abstract contract Ballots is Constitution {
    using LawWords for uint256;
    using LiveEnds for uint256;
    using ProposalWords for uint256;

    /* CONSTANTS */

    uint256 private constant _WHOLE_PPM = 1_000_000;

    /* COUNTING */

    /// @dev Counts a vote, or reverts.
    function _count(address voter, uint256 proposalId, uint8 support) internal returns (uint256 index) {
        if (support > 2) revert IZone.GovernorInvalidVoteType();
        (IRegistry registry_, bool noticed) = _registryAndNotice();
        (uint256 ballot, uint256 left) = _openBallot(proposalId, noticed);
        index = registry_.indexOf(voter);
        if (!_isElector(index, ballot.snapshot(), ballot.frozenSeasoning())) revert IZone.NotInElectorate(voter, proposalId);

        mapping(uint256 word => uint256) storage voted = _voted[proposalId];
        uint256 mask = voted[index >> 8];
        uint256 bit = 1 << (index & 255);
        uint256 counted = ballot;
        if (mask & bit == 0) voted[index >> 8] = mask | bit;
        else counted = _takeBack(voter, proposalId, index, ballot);
        unchecked {
            counted += ProposalWords.oneVote(support);
            if (left < ballot.lastPart()) counted = _extendIfTurned(proposalId, ballot, counted);
            _ballots[proposalId] = counted;
        }
    }

    /// @dev The ballot word without the vote that a representative cast for the voter; a revert if they voted themself.
    function _takeBack(address voter, uint256 proposalId, uint256 index, uint256 ballot) private returns (uint256) {
        if (ballot & ProposalWords.FOLLOWED != 0) {
            uint256 bit = 1 << (index & 255);
            for (uint256 support; support < 3; ++support) {
                uint256 key = ((index >> 8) << 2) | support;
                uint256 followed = _followed[proposalId][key];
                if (followed & bit == 0) continue;
                _followed[proposalId][key] = followed ^ bit;
                return ballot - ProposalWords.oneVote(uint8(support));
            }
        }
        revert IZone.GovernorAlreadyCastVote(voter);
    }

    /// @dev Persons of a word who are counted by a representative.
    function _followedIn(uint256 proposalId, uint256 word, uint256 ballot) internal view returns (uint256) {
        if (ballot & ProposalWords.FOLLOWED == 0) return 0;
        mapping(uint256 wordAndChoice => uint256) storage followed = _followed[proposalId];
        return followed[word << 2] | followed[(word << 2) | 1] | followed[(word << 2) | 2];
    }

    /// @dev A vote whose outcome turns in its last part goes on for as long again, once. Batches and aggregates end before the last
    /// part begins, so only single votes come here. The proposer's place is taken for as long as the vote goes on.
    function _extendIfTurned(uint256 proposalId, uint256 before, uint256 counted) private returns (uint256) {
        if (before & ProposalWords.EXTENDED != 0) return counted;
        uint256 law = _lawOf(before);
        if (_succeeded(before, law) == _succeeded(counted, law)) return counted;
        counted |= ProposalWords.EXTENDED;
        uint256 proposer = _lifecycles[proposalId].proposer();
        if (proposer == 0) proposer = uint160(_proposingBodies[proposalId]);
        _liveEnds[proposer] = _liveEnds[proposer].move(before.voteEnd(), counted.voteEnd());
        emit IZone.ProposalExtended(proposalId, uint64(counted.voteEnd()));
        return counted;
    }

    /// @dev The ballot word of a proposal on which votes are taken now, or a revert; and the seconds left until the announced end, more
    /// than any period is once that is past.
    function _openBallot(uint256 proposalId, bool noticed) internal view returns (uint256 ballot, uint256 left) {
        ballot = _ballots[proposalId];
        unchecked {
            left = ballot.announcedEnd() - block.timestamp;
        }
        if (!noticed && ballot & ProposalWords.CLOSED == 0 && left < ballot.period()) return (ballot, left);
        IZone.ProposalState state_ = _state(proposalId); // an extended vote is open, too, and none in a dissolved body
        if (state_ != IZone.ProposalState.Active) {
            revert IZone.GovernorUnexpectedProposalState(proposalId, state_, _one(IZone.ProposalState.Active));
        }
    }

    /* STATES */

    function _state(uint256 proposalId) internal view returns (IZone.ProposalState state_) {
        (state_,,) = _standing(proposalId, _context.everFrozen);
    }

    /// @dev OpenZeppelin's order of checks; a final state absorbs every later change. The law comes along from Succeeded on. When a
    /// body is dissolved its clock stops: what was open then is canceled, but what was queued has expired, so that its
    /// reservations can be released.
    function _standing(uint256 proposalId, bool everFrozen)
        internal
        view
        returns (IZone.ProposalState state_, uint256 ballot, uint256 law)
    {
        ballot = _existing(proposalId);
        if (ballot & ProposalWords.CANCELED != 0) return (IZone.ProposalState.Canceled, ballot, 0);
        uint256 lifecycle = _lifecycles[proposalId];
        if (lifecycle & ProposalWords.EXECUTED != 0) return (IZone.ProposalState.Executed, ballot, 0);
        uint256 over = everFrozen ? _dissolvedAt() : 0;
        uint256 time = over == 0 ? block.timestamp : over;
        if (time > ballot.voteStart()) {
            if (ballot & ProposalWords.UNSPONSORED != 0) return (IZone.ProposalState.Defeated, ballot, 0);
            state_ = IZone.ProposalState.Active;
            if (time > ballot.voteEnd()) {
                law = _lawOf(ballot);
                if (!_succeeded(ballot, law)) return (IZone.ProposalState.Defeated, ballot, law);
                state_ = lifecycle.queuedAt() == 0 ? IZone.ProposalState.Succeeded : IZone.ProposalState.Queued;
                uint256 expiry = _expiry(ballot, lifecycle, law);
                if (time > expiry && _mayBeHeldUp(ballot, everFrozen)) {
                    expiry += _stopped(proposalId, _waitsSince(ballot, lifecycle), time);
                }
                if (time > expiry) return (IZone.ProposalState.Expired, ballot, law);
            }
        }
        if (over != 0) {
            state_ = state_ == IZone.ProposalState.Queued ? IZone.ProposalState.Expired : IZone.ProposalState.Canceled;
        }
    }

    function _mayBeHeldUp(uint256 ballot, bool everFrozen) internal pure returns (bool) {
        return everFrozen || ballot & ProposalWords.PAUSED != 0;
    }

    /// @dev For how long the proposal was held up; another part of this body's code reckons it.
    function _stopped(uint256 proposalId, uint256 since, uint256 time) internal view returns (uint256) {
        return IOversight(address(this)).secondsStopped(proposalId, since, time);
    }

    function _existing(uint256 proposalId) internal view returns (uint256 ballot) {
        ballot = _ballots[proposalId];
        if (ballot == 0) revert IZone.GovernorNonexistentProposal(proposalId);
    }

    /// @dev The law the proposal is judged by: that of its classes as of its snapshot.
    function _lawOf(uint256 ballot) internal view returns (uint256) {
        return _lawAt(ballot.classes(), ballot.snapshot());
    }

    /// @dev A vote against never helps: the quorum counts for and abstain, the threshold for and against.
    function _succeeded(uint256 ballot, uint256 law) internal pure returns (bool) {
        uint256 yes = ballot.forVotes();
        uint256 no = ballot.againstVotes();
        return yes + ballot.abstainVotes() >= _quorum(ballot.electorate(), law.quorumPpm()) && yes > no
            && yes * _WHOLE_PPM >= (yes + no) * law.thresholdPpm();
    }

    function _quorum(uint256 heads, uint256 ppm) internal pure returns (uint256) {
        return (heads * ppm + _WHOLE_PPM - 1) / _WHOLE_PPM;
    }

    /// @dev Sponsors and proposer together are never more than the votes that the quorum asks for: no law about sponsors can
    /// stop a body that can still reach its quorum.
    function _sponsorsNeeded(uint256 heads, uint256 law) internal pure returns (uint256 needed) {
        needed = law.sponsors();
        if (needed == 0) return 0;
        uint256 most = _quorum(heads, law.quorumPpm()) - 1;
        if (needed > most) needed = most;
    }

    /// @dev Since when the delay or the grace counts.
    function _waitsSince(uint256 ballot, uint256 lifecycle) internal pure returns (uint256 since) {
        since = lifecycle.queuedAt();
        if (since == 0) since = ballot.voteEnd();
    }

    /// @dev Without the time for which it was held up.
    function _expiry(uint256 ballot, uint256 lifecycle, uint256 law) internal pure returns (uint256) {
        uint256 queuedAt = lifecycle.queuedAt();
        return queuedAt == 0 ? ballot.voteEnd() + law.grace() : queuedAt + law.executionDelay() + law.grace();
    }

    function _one(IZone.ProposalState state_) internal pure returns (bytes32) {
        return bytes32(1 << uint8(state_));
    }
}
