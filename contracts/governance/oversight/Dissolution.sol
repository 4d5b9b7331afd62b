// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IDissolution} from "../../interfaces/IDissolution.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {FreezeWords} from "../../libraries/FreezeWords.sol";
import {History} from "../../libraries/History.sol";
import {UnderParent} from "./UnderParent.sol";

/// @title Dissolution: how a body ends, and what becomes of those below it.
/// @dev A dissolved body is frozen for ever, too: so nothing is drawn through it by those that still hang under it.
abstract contract Dissolution is IDissolution, UnderParent {
    using History for History.Log;

    /* CONSTANTS */

    uint256 private constant _NOTICE_SECONDS = 14 days;
    uint256 private constant _FOR_EVER = type(uint40).max;
    uint256 private constant _DONE = 40;

    /* BY THE PARENT */

    /// @inheritdoc IDissolution
    function dissolve() external onlyParent {
        if (_wiring.depth == 0) revert IMembership.OnlyIndustry();
        _requireNotDissolved();
        if (_isAnnounced()) revert DissolutionOpen(_dissolution + 2 * _NOTICE_SECONDS);

        _wiring.heldUp = _TO_BE_DISSOLVED;
        _context.everFrozen = true;
        _dissolution = block.timestamp;
        emit DissolutionAnnounced(block.timestamp + _NOTICE_SECONDS, block.timestamp + 2 * _NOTICE_SECONDS, _origin());
    }

    /// @inheritdoc IDissolution
    function withdrawDissolution() external onlyParent {
        if (!_isAnnounced()) revert NoDissolution();
        _wiring.heldUp = _FROZEN_ONCE;
        _dissolution = 0;
        emit DissolutionWithdrawn(_origin());
    }

    /* BY ANYBODY */

    /// @inheritdoc IDissolution
    function finishDissolution() external {
        if (!_isAnnounced()) revert NoDissolution();
        uint256 announced = _dissolution;
        if (block.timestamp < announced + _NOTICE_SECONDS) revert DissolutionNotReady(announced + _NOTICE_SECONDS);
        if (_context.executing != 0) revert IZone.ExecutionRunning(_context.executing);

        _freezes.write(FreezeWords.pack(_frozenTotal(block.timestamp), block.timestamp, _FOR_EVER), block.timestamp);
        _dissolution = announced | (block.timestamp << _DONE);
        emit BodyDissolved(_context.parent);
    }

    /// @inheritdoc IDissolution
    function rehang() external {
        if (_wiring.depth == 0) revert IMembership.OnlyIndustry();
        address from = _context.parent;
        address to = from;
        while (IDissolution(to).dissolvedAt() != 0) to = IMembership(to).parent();
        uint256 depth = IMembership(to).depth() + 1;
        if (to == from && depth == _wiring.depth) revert NothingToRehang(from);

        if (to != from) _hang(from, to, depth);
        else _wiring.depth = uint8(depth);
        emit BodyRehung(from, to, depth);
    }

    /* READ BY ANYBODY */

    /// @inheritdoc IDissolution
    function dissolution() external view returns (uint256 readyAt, uint256 expiresAt, uint256 dissolvedAt_) {
        if (_isAnnounced()) (readyAt, expiresAt) = (_dissolution + _NOTICE_SECONDS, _dissolution + 2 * _NOTICE_SECONDS);
        dissolvedAt_ = _dissolvedAt();
    }

    /// @inheritdoc IDissolution
    function dissolvedAt() external view returns (uint256) {
        return _dissolvedAt();
    }

    /// @inheritdoc IDissolution
    function parentAt(uint256 time) external view returns (address) {
        return _parents.head == 0 ? _context.parent : address(uint160(_parents.at(time)));
    }

    /* INTERNAL */

    /// @dev What one parent offered binds no other.
    function _hang(address from, address to, uint256 depth) internal {
        if (_parents.head == 0) _parents.write(uint160(from), 0);
        _parents.write(uint160(to), block.timestamp);
        _context.parent = to;
        _wiring.depth = uint8(depth);
        _moveOffer = 0;
    }

    function _requireNotDissolved() internal view {
        if (_dissolvedAt() != 0) revert AlreadyDissolved(_dissolvedAt());
    }

    /// @dev A revert if nothing new may be proposed here.
    function _requireOpen() internal view {
        _requireNotDissolved();
        if (_isAnnounced()) revert BeingDissolved(_dissolution + _NOTICE_SECONDS);
    }

    /// @dev Announced, neither done nor expired.
    function _isAnnounced() private view returns (bool) {
        uint256 announced = _dissolution;
        return announced != 0 && announced >> _DONE == 0 && block.timestamp <= announced + 2 * _NOTICE_SECONDS;
    }
}
