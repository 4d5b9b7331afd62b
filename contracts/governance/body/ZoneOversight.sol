// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBody} from "../../interfaces/IBody.sol";
import {IDissolution} from "../../interfaces/IDissolution.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IOversight} from "../../interfaces/IOversight.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {IZoneFactory} from "../../interfaces/IZoneFactory.sol";
import {FreezeWords} from "../../libraries/FreezeWords.sol";
import {History} from "../../libraries/History.sol";
import {ProposalWords} from "../../libraries/ProposalWords.sol";
import {BodyStorage} from "./BodyStorage.sol";
import {Moving} from "../oversight/Moving.sol";
import {Petitions} from "../oversight/Petitions.sol";
import {Sponsors} from "../oversight/Sponsors.sol";

/// @title ZoneOversight: the part of a body's code for what its parent may do to it, and for petitions.
/// @dev Runs on the storage of a body behind the fallback of ZoneMembers, never on its own. It needs no factory.
contract ZoneOversight is IOversight, Moving, Petitions, Sponsors {
    using FreezeWords for uint256;
    using History for History.Log;
    using ProposalWords for uint256;

    /* CONSTANTS */

    uint256 private constant _LONGEST_PAUSE = 7 days;
    uint256 private constant _LONGEST_FREEZE = 30 days;
    uint256 private constant _YEAR = 365 days;

    constructor() BodyStorage(address(0)) {}

    /* BY THE PARENT */

    /// @inheritdoc IOversight
    function object(uint256 proposalId, uint256 seconds_) external {
        if (msg.sender != _context.parent && msg.sender != address(this)) revert OnlyParent(msg.sender);
        if (seconds_ == 0 || seconds_ > _LONGEST_PAUSE) revert WrongDuration(seconds_, _LONGEST_PAUSE);
        IZone.ProposalState current = _state(proposalId);
        if (
            current != IZone.ProposalState.Pending && current != IZone.ProposalState.Active
                && current != IZone.ProposalState.Succeeded && current != IZone.ProposalState.Queued
        ) revert IZone.GovernorUnexpectedProposalState(proposalId, current, 0);
        uint256 ballot = _ballots[proposalId];
        if (ballot & ProposalWords.PAUSED != 0) revert AlreadyObjected(proposalId);

        uint256 begin = ballot.voteEnd();
        if (begin < block.timestamp) begin = block.timestamp;
        _ballots[proposalId] = ballot | ProposalWords.PAUSED;
        _pauses[proposalId] = begin | ((begin + seconds_) << 40);
        emit ProposalObjected(proposalId, begin, begin + seconds_, _origin());
    }

    /// @inheritdoc IOversight
    function resume(uint256 proposalId) external onlyParent {
        uint256 pause = _pauses[proposalId];
        if (block.timestamp >= pause >> 40) revert NotPaused(proposalId);
        uint256 begin = uint40(pause);
        _pauses[proposalId] = begin | ((begin > block.timestamp ? begin : block.timestamp) << 40);
        emit ProposalResumed(proposalId, _origin());
    }

    /// @inheritdoc IOversight
    function freeze(uint256 seconds_) external onlyParent {
        _requireNotDissolved();
        if (seconds_ == 0 || seconds_ > _LONGEST_FREEZE) revert WrongDuration(seconds_, _LONGEST_FREEZE);
        if (block.timestamp < _frozenUntil()) revert AlreadyFrozen(_frozenUntil());
        uint256 until = block.timestamp + seconds_;
        uint256 before = _frozenTotal(block.timestamp);
        // The year that ends with this freeze has the most of it: as it goes on, only what is a year old drops out.
        if (before + seconds_ - _frozenTotal(until - _YEAR) > _LONGEST_FREEZE) revert FrozenTooLong(seconds_, freezeLeft());

        if (_wiring.heldUp == 0) _wiring.heldUp = _FROZEN_ONCE;
        _context.everFrozen = true;
        _freezes.write(FreezeWords.pack(before, block.timestamp, until), block.timestamp);
        emit Frozen(until, _origin());
    }

    /// @inheritdoc IOversight
    function unfreeze() external onlyParent {
        _requireNotDissolved();
        if (block.timestamp >= _frozenUntil()) revert NotFrozen();
        _freezes.write(
            FreezeWords.pack(_frozenTotal(block.timestamp), block.timestamp, block.timestamp), block.timestamp
        );
        emit Unfrozen(_origin());
    }

    /* READ BY ANYONE */

    /// @inheritdoc IOversight
    function requireGoing(uint256 proposalId) external view {
        if (_ballots[proposalId] == 0) return _requireOpen();
        if (block.timestamp < _frozenUntil()) revert IZone.BodyFrozen(_frozenUntil());
        uint256 pause = _pauses[proposalId];
        if (block.timestamp >= uint40(pause) && block.timestamp < pause >> 40) {
            revert IZone.ProposalPaused(proposalId, pause >> 40);
        }
    }

    /// @inheritdoc IOversight
    function secondsStopped(uint256 proposalId, uint256 since, uint256 time) public view returns (uint256 stopped) {
        stopped = _frozenTotal(time) - _frozenTotal(since);
        uint256 pause = _pauses[proposalId];
        uint256 begin = uint40(pause);
        uint256 end = pause >> 40;
        if (begin < since) begin = since;
        if (end > time) end = time;
        if (end > begin) stopped += end - begin - (_frozenTotal(end) - _frozenTotal(begin));
    }

    /// @inheritdoc IOversight
    function movedBy(uint256 proposalId, uint256 moment, uint256 since) external view returns (uint256 moved) {
        uint256 over = _dissolvedAt(); // the clock stops then
        uint256 time = over == 0 ? block.timestamp : over;
        moved = moment + (since < time ? secondsStopped(proposalId, since, time) : 0);
        if (moved < time || over != 0) return moved;
        uint256 last = _pauses[proposalId] >> 40;
        if (last < _frozenUntil()) last = _frozenUntil();
        if (last > since) moved = moment + secondsStopped(proposalId, since, last);
    }

    /// @inheritdoc IOversight
    function pauseOf(uint256 proposalId) external view returns (uint256, uint256) {
        uint256 pause = _pauses[proposalId];
        return (uint40(pause), pause >> 40);
    }

    /// @inheritdoc IOversight
    function frozenSecondsAt(uint256 time) external view returns (uint256) {
        return _frozenTotal(time);
    }

    /// @inheritdoc IOversight
    function isChild(address body) public view returns (bool) {
        return IZoneFactory(IBody(address(this)).factory()).isBody(body)
            && IMembership(body).parent() == address(this) && IDissolution(body).dissolvedAt() == 0;
    }

    /// @inheritdoc IOversight
    function freezeLeft() public view returns (uint256 left) {
        if (block.timestamp < _frozenUntil()) return 0;
        uint256 total = _frozenTotal(block.timestamp);
        // A longer freeze ends later, in a year that has lost more of the old ones: bisected, it never asks for less.
        uint256 most = _LONGEST_FREEZE;
        while (left < most) {
            uint256 middle = (left + most + 1) / 2;
            if (total + middle - _frozenTotal(block.timestamp + middle - _YEAR) > _LONGEST_FREEZE) most = middle - 1;
            else left = middle;
        }
    }
}
