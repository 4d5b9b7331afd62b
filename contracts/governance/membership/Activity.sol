// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IActivity} from "../../interfaces/IActivity.sol";
import {IBallots} from "../../interfaces/IBallots.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IProposals} from "../../interfaces/IProposals.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {Bits} from "../../libraries/Bits.sol";
import {Classes} from "../../libraries/Classes.sol";
import {Headcounts} from "../../libraries/Headcounts.sol";
import {History} from "../../libraries/History.sol";
import {LawWords} from "../../libraries/LawWords.sol";
import {ProposalWords} from "../../libraries/ProposalWords.sol";
import {Ballots} from "../ballots/Ballots.sol";

/// @title Activity: over how many members quorums count, and who votes next.
/// @dev A count reads bitmaps that change no more (of votes that ended) and the members of one past second, so that it comes to the
/// same whoever counts and in however many pages. Nobody chooses its votes: they are the newest that count, named without a gap.
abstract contract Activity is IActivity, Ballots {
    using Headcounts for uint256;
    using History for History.Log;
    using LawWords for uint256;
    using ProposalWords for uint256;

    /* CONSTANTS */

    uint256 private constant _LEAST_VOTES = 2;
    uint256 private constant _MOST_VOTES = 16;
    uint256 private constant _WINDOW_SECONDS = 30 days; // however many votes there are, the oldest is at least as old
    uint256 private constant _GOOD_SECONDS = 30 days; // after the moment for which was counted
    uint256 private constant _PAGING_SECONDS = 1 days;
    uint256 private constant _MONTH = 30 days;
    uint256 private constant _TURNOUT = 10; // one in so many of the members makes a vote count
    uint256 private constant _SHARE = 4; // one in so many of the members is the smallest base
    uint256 private constant _FEWEST = 3; // persons, in both

    /* CHANGED BY VOTE */

    /// @inheritdoc IActivity
    function setActivity(uint8 lastVotes) external onlySelf {
        if (lastVotes != 0 && (lastVotes < _LEAST_VOTES || lastVotes > _MOST_VOTES)) {
            revert ActivityOutOfBounds(lastVotes, _LEAST_VOTES, _MOST_VOTES);
        }
        _applyAllDepartures();
        uint256 word = _headcount.latest();
        if (word.until() != 0) _headcount.write(word.heads(), block.timestamp);
        _activity = ActivityRule(lastVotes, _activity.changes + 1);
        emit ActivitySet(lastVotes);
    }

    /* CHANGED BY MEMBERS */

    /// @inheritdoc IActivity
    function checkIn() external {
        if (_activity.lastVotes == 0) revert ActivityOff();
        uint256 person = IRegistry(_wiring.registry).indexOf(msg.sender);
        uint256 bit = 1 << (person & 255);
        if (_membersAt(person >> 8, block.timestamp) & bit == 0) revert IMembership.NotMember(person);
        uint256 month = block.timestamp / _MONTH;
        uint256 mask = _checkIns[month][person >> 8];
        if (mask & bit != 0) revert AlreadyCheckedIn(person, (month + 1) * _MONTH);

        _checkIns[month][person >> 8] = mask | bit;
        emit CheckedIn(person);
    }

    /* CHANGED BY ANYONE */

    /// @inheritdoc IActivity
    function openRecount(uint256[] calldata proposalIds, uint24[] calldata words) external {
        ActivityRule memory rule = _activity;
        if (rule.lastVotes == 0) revert ActivityOff();
        _applyAllDepartures(); // so that none comes later that is dated before
        Recount memory recount;
        recount.changes = rule.changes;
        recount.at = uint40(block.timestamp - 1);
        uint256[] memory votes = _window(recount, proposalIds, rule.lastVotes);
        recount.votes = keccak256(abi.encode(votes));
        emit RecountOpened(msg.sender, recount.at, recount.since, votes);
        _look(recount, votes, words);
    }

    /// @inheritdoc IActivity
    function continueRecount(uint256[] calldata votes, uint24[] calldata words) external {
        Recount memory recount = _recounts[msg.sender];
        if (recount.changes != _activity.changes || block.timestamp > recount.at + _PAGING_SECONDS) {
            revert NoRecount(msg.sender);
        }
        if (keccak256(abi.encode(votes)) != recount.votes) revert OtherVotes(msg.sender);
        _look(recount, votes, words);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IActivity
    function activity() external view returns (uint8, uint256) {
        uint256 until = _headcount.latest().until();
        return (_activity.lastVotes, block.timestamp < until ? until : 0);
    }

    /// @inheritdoc IActivity
    function quorumBaseAt(uint256 time) external view returns (uint256) {
        return _headcountWordAt(time).base(time);
    }

    /// @inheritdoc IActivity
    function recountOf(address counter) external view returns (uint256, uint256, uint256, uint256) {
        Recount memory recount = _recounts[counter];
        return (recount.at, recount.nextWord, recount.seen, recount.active);
    }

    /// @inheritdoc IActivity
    function checkedInSince(uint256 word, uint256 time) public view returns (uint256 persons) {
        for (uint256 month = time / _MONTH; month <= block.timestamp / _MONTH; ++month) {
            persons |= _checkIns[month][word];
        }
    }

    /// @inheritdoc IActivity
    function quorum(uint256 timepoint) external view returns (uint256) {
        _requirePast(timepoint);
        return _quorum(
            _headcountWordAt(timepoint).base(timepoint), _lawAt(1 << Classes.SPENDING, timepoint).quorumPpm()
        );
    }

    /// @inheritdoc IActivity
    function getVotes(address account, uint256 timepoint) public view returns (uint256) {
        _requirePast(timepoint);
        uint256 index = IRegistry(_wiring.registry).indexOf(account);
        if (!_isElector(index, timepoint, _lawAt(1 << Classes.SPENDING, timepoint).seasoning())) return 0;
        return (_membersAt(index >> 8, timepoint) >> (index & 255)) & 1;
    }

    /// @inheritdoc IActivity
    function getVotesWithParams(address account, uint256 timepoint, bytes calldata) external view returns (uint256) {
        return getVotes(account, timepoint);
    }

    /* A COUNT */

    /// @dev The votes of the window, newest first; a revert where the proposals named have fewer. Writes down in the count since when the
    /// window is.
    function _window(Recount memory recount, uint256[] calldata proposalIds, uint256 wanted)
        private
        view
        returns (uint256[] memory votes)
    {
        votes = new uint256[](proposalIds.length);
        uint256 heads = _headcount.at(recount.at).heads();
        uint256 number = _wiring.proposals;
        uint256 found;
        recount.since = recount.at;
        for (uint256 i; i < proposalIds.length; ++i) {
            uint256 proposalId = proposalIds[i];
            if (number == 0 || _lifecycles[proposalId].number() != number) revert NotInOrder(proposalId, number);
            --number;
            uint256 ballot = _ballots[proposalId];
            if (!_isVote(ballot, heads, recount.at)) continue;
            votes[found++] = proposalId;
            uint256 snapshot = ballot.snapshot();
            recount.oldest = uint40(snapshot);
            uint256 seasoning = ballot.frozenSeasoning();
            uint256 since = snapshot > seasoning ? snapshot - seasoning : 0;
            if (since < recount.since) recount.since = uint40(since);
            if (found < wanted || snapshot + _WINDOW_SECONDS > recount.at) continue;
            assembly ("memory-safe") {
                mstore(votes, found)
            }
            return votes;
        }
        revert TooFewVotes(found, wanted, recount.oldest);
    }

    /// @dev Whether so many voted that nobody alone decides what was a vote.
    function _isVote(uint256 ballot, uint256 heads, uint256 at) private pure returns (bool) {
        if (ballot & ProposalWords.CLOSED != 0 || ballot.voteEnd() > at) return false;
        uint256 cast = ballot.againstVotes() + ballot.forVotes() + ballot.abstainVotes();
        return cast >= _atLeast(heads, _TURNOUT);
    }

    /// @dev Looks at everybody in these words, and sets the base once everybody has been looked at.
    function _look(Recount memory recount, uint256[] memory votes, uint24[] calldata words) private {
        for (uint256 i; i < words.length; ++i) {
            uint256 word = words[i];
            if (word < recount.nextWord) revert IBallots.WordsNotRising(word);
            recount.nextWord = uint32(word + 1);
            uint256 present = _keptAt(word, recount.at);
            uint256 active = ~_keptAt(word, recount.since) | checkedInSince(word, recount.oldest);
            for (uint256 j; j < votes.length; ++j) {
                active |= _voted[votes[j]][word];
            }
            active &= present;
            recount.seen += uint32(Bits.popcount(present));
            recount.active += uint32(Bits.popcount(active));
            emit ActiveCounted(msg.sender, word, active);
        }
        uint256 heads = _headcount.at(recount.at).heads();
        if (recount.seen == heads) _settle(recount, heads);
        else _recounts[msg.sender] = recount;
    }

    function _settle(Recount memory recount, uint256 counted) private {
        _applyAllDepartures();
        uint256 word = _headcount.latest();
        uint256 until = recount.at + _GOOD_SECONDS;
        if (word.until() >= until) revert RecountOutdated(word.until() - _GOOD_SECONDS);
        uint256 heads = word.heads();
        uint256 base = recount.active + (heads > counted ? heads - counted : 0);
        uint256 least = _atLeast(heads, _SHARE);
        if (base < least) base = least;
        if (base > heads) base = heads;

        delete _recounts[msg.sender];
        _headcount.write(Headcounts.pack(heads, base, until), block.timestamp);
        emit QuorumBaseSet(msg.sender, recount.active, base, until);
    }

    /// @dev One in `share` of the members, rounded up, but at least three, or all.
    function _atLeast(uint256 heads, uint256 share) private pure returns (uint256 least) {
        least = (heads + share - 1) / share;
        if (least < _FEWEST) least = heads < _FEWEST ? heads : _FEWEST;
    }

    function _requirePast(uint256 timepoint) private view {
        if (timepoint >= block.timestamp) revert IProposals.ERC5805FutureLookup(timepoint, uint48(block.timestamp));
    }
}
