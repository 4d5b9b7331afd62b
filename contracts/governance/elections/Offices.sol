// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IElections} from "../../interfaces/IElections.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IOffices} from "../../interfaces/IOffices.sol";
import {Seats} from "./Seats.sol";

/// @title Offices: the part of the elections' code for who holds an office, and for recall by petition.
/// @dev Runs on the storage of the elections behind the fallback of Elections, never on its own.
contract Offices is Seats {
    /* CONSTANTS */

    uint256 private constant _SIGN_SECONDS = 30 days;
    uint256 private constant _VOTE_SECONDS = 7 days;
    uint256 private constant _COOLDOWN_SECONDS = 30 days;
    uint256 private constant _NEEDED = 10; // one in so many signs

    /* BY MEMBERS */

    /// @inheritdoc IOffices
    function petition(uint256 election, uint256 person) external returns (uint256 number) {
        _requireSeat(election, person);
        number = _newest[election][person];
        if (number == 0 || _over(_recalls[number])) number = _open(election, person, number);
        Recall storage recall_ = _recalls[number];
        if (recall_.voteEnd != 0) revert NotNow(recall_.signEnd, recall_.voteEnd);
        uint256 signer = _elector(_elections[election], recall_.snapshot, recall_.seasonedAt);
        if (!_mark(_signed[number], signer)) revert RecallAlreadySigned(signer);
        uint256 signatures = ++recall_.signatures;
        emit RecallSigned(number, signer);
        if (signatures != recall_.needed) return number;
        recall_.voteEnd = uint40(block.timestamp + _VOTE_SECONDS);
        emit RecallOpened(number, recall_.voteEnd);
    }

    /// @inheritdoc IOffices
    function voteRecall(uint256 number, bool recall) external {
        Recall storage recall_ = _known(number);
        if (block.timestamp >= recall_.voteEnd) revert NotNow(recall_.signEnd, recall_.voteEnd);
        uint256 voter = _elector(_elections[recall_.election], recall_.snapshot, recall_.seasonedAt);
        if (!_mark(_recallVoted[number], voter)) revert IElections.AlreadyVoted(voter);
        if (recall) ++recall_.votesFor;
        else ++recall_.votesAgainst;
        emit RecallVoteCast(number, voter, recall);
    }

    /* BY ANYONE */

    /// @inheritdoc IOffices
    function closeRecall(uint256 number) external {
        Recall storage recall_ = _known(number);
        uint256 voteEnd = recall_.voteEnd;
        if (voteEnd == 0 || block.timestamp < voteEnd || recall_.closed) revert NotNow(recall_.signEnd, voteEnd);
        recall_.closed = true;
        uint256 votesFor = recall_.votesFor;
        bool recalled = votesFor > recall_.votesAgainst && votesFor >= recall_.needed;
        emit RecallClosed(number, recalled, votesFor, recall_.votesAgainst);
        (uint256 election, uint256 person) = (recall_.election, recall_.person);
        // Who resigned meanwhile, or whose time is over, has nothing left to lose.
        if (recalled && _sits(election, person)) _leave(election, person, true);
    }

    /* READ */

    /// @inheritdoc IOffices
    function petitionCount() external view returns (uint256) {
        return _petitions;
    }

    /// @inheritdoc IOffices
    function petitionOf(uint256 number) external view returns (Petition memory) {
        Recall storage recall_ = _known(number);
        return Petition(
            recall_.election,
            recall_.person,
            recall_.snapshot,
            recall_.seasonedAt,
            recall_.signEnd,
            recall_.voteEnd,
            recall_.needed,
            recall_.signatures,
            recall_.votesFor,
            recall_.votesAgainst,
            recall_.closed
        );
    }

    /// @inheritdoc IOffices
    function petitionAgainst(uint256 election, uint256 person) external view returns (uint256) {
        return _newest[election][person];
    }

    /* INTERNAL */

    /// @dev A petition is over when it was not signed in time, or its vote has ended, whoever has closed it.
    function _over(Recall storage recall_) private view returns (bool) {
        uint256 voteEnd = recall_.voteEnd;
        return block.timestamp >= (voteEnd == 0 ? recall_.signEnd : voteEnd);
    }

    function _open(uint256 election, uint256 person, uint256 earlier) private returns (uint256 number) {
        Record storage record = _elections[election];
        if (earlier != 0) {
            Recall storage last = _recalls[earlier];
            if (last.voteEnd != 0 && !last.closed) revert NotNow(last.signEnd, last.voteEnd);
            uint256 until = (last.voteEnd == 0 ? last.signEnd : last.voteEnd) + _COOLDOWN_SECONDS;
            if (block.timestamp < until) revert TooSoon(until);
        }
        uint256 snapshot = block.timestamp - 1;
        uint256 seasonedAt = snapshot - (record.snapshot - record.seasonedAt);
        uint256 heads = IMembership(record.body).headcountAt(snapshot);
        uint256 needed = (heads + _NEEDED - 1) / _NEEDED;
        if (needed < 2 && heads > 1) needed = 2;
        number = ++_petitions;
        _newest[election][person] = number;
        Recall storage recall_ = _recalls[number];
        recall_.election = uint48(election);
        recall_.person = uint32(person);
        recall_.snapshot = uint40(snapshot);
        recall_.seasonedAt = uint40(seasonedAt);
        recall_.signEnd = uint40(block.timestamp + _SIGN_SECONDS);
        recall_.needed = uint32(needed);
        emit RecallAsked(number, election, person, needed, snapshot, seasonedAt);
    }

    function _known(uint256 number) private view returns (Recall storage recall_) {
        recall_ = _recalls[number];
        if (recall_.signEnd == 0) revert NoSuchRecall(number);
    }

    /// @dev False if the bit was there.
    function _mark(mapping(uint256 word => uint256) storage marks, uint256 person) private returns (bool) {
        uint256 word = marks[person >> 8];
        uint256 bit = 1 << (person & 255);
        marks[person >> 8] = word | bit;
        return word & bit == 0;
    }
}
