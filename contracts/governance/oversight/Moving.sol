// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBody} from "../../interfaces/IBody.sol";
import {IDissolution} from "../../interfaces/IDissolution.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IMoving} from "../../interfaces/IMoving.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {IZoneFactory} from "../../interfaces/IZoneFactory.sol";
import {Dissolution} from "./Dissolution.sol";

/// @title Moving: how a body comes to stand below another one of its zone.
abstract contract Moving is IMoving, Dissolution {
    /* CONSTANTS */

    uint256 private constant _NOTICE_SECONDS = 14 days;
    uint256 private constant _OFFER_SECONDS = 60 days;
    uint256 private constant _AT = 160;

    /* BY THE PARENT */

    /// @inheritdoc IMoving
    function offerMove(address to) external onlyParent {
        if (_wiring.depth == 0) revert IMembership.OnlyIndustry();
        _requireNotDissolved();
        (address offered, uint256 at) = _offer();
        if (offered != address(0)) revert MoveOpen(at + _OFFER_SECONDS);
        _requireFit(to);

        _moveOffer = uint160(to) | (block.timestamp << _AT);
        emit MoveOffered(to, block.timestamp + _NOTICE_SECONDS, block.timestamp + _OFFER_SECONDS, _origin());
    }

    /// @inheritdoc IMoving
    function withdrawMove() external onlyParent {
        (address offered,) = _offer();
        if (offered == address(0)) revert NotOffered(msg.sender);
        _moveOffer = 0;
        emit MoveWithdrawn(_origin());
    }

    /* BY THE OTHER BODY */

    /// @inheritdoc IMoving
    function acceptMove() external {
        (address offered, uint256 at) = _offer();
        if (msg.sender != offered) revert NotOffered(msg.sender);
        if (block.timestamp < at + _NOTICE_SECONDS) revert MoveNotReady(at + _NOTICE_SECONDS);
        if (_context.executing != 0) revert IZone.ExecutionRunning(_context.executing);
        _requireOpen();
        address from = _context.parent;
        uint256 depth = _requireFit(msg.sender);

        _hang(from, msg.sender, depth);
        emit BodyMoved(from, msg.sender, depth, _origin());
    }

    /* READ BY ANYBODY */

    /// @inheritdoc IMoving
    function moveOffer() external view returns (address to, uint256 readyAt, uint256 expiresAt) {
        uint256 at;
        (to, at) = _offer();
        if (to != address(0)) (readyAt, expiresAt) = (at + _NOTICE_SECONDS, at + _OFFER_SECONDS);
    }

    /* INTERNAL */

    /// @dev To whom it is offered, zero for nobody.
    function _offer() private view returns (address to, uint256 at) {
        uint256 word = _moveOffer;
        at = word >> _AT;
        if (block.timestamp <= at + _OFFER_SECONDS) to = address(uint160(word));
    }

    /// @dev Which depth it would have below `to`; a revert if it cannot stand there. The depths that bodies keep may be too large for a
    /// while, so they are counted.
    function _requireFit(address to) private view returns (uint256 depth) {
        if (
            to == _context.parent || !IZoneFactory(IBody(address(this)).factory()).isBody(to)
                || IZone(to).root() != _root() || IDissolution(to).dissolvedAt() != 0
        ) revert CannotStandBelow(to);
        depth = _levels(to) + 1;
        uint256 present = _levels(address(this));
        if (depth > present) revert WouldBeDeeper(depth, present);
    }

    function _levels(address body) private view returns (uint256 levels) {
        for (address above = IMembership(body).parent(); above != address(0); above = IMembership(above).parent()) {
            ++levels;
        }
    }
}
