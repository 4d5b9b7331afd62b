// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title How a body comes to stand below another one of its zone: the body above offers it, the other one takes it.
/// @notice Both decide by a vote. Members, proposals, money and what is reserved stay with the body that moves; what it could draw from
/// above was granted by the body above, and ends. Who is no member of the new body above can be pruned.
interface IMoving {
    /// @notice From `readyAt` to `expiresAt` the body `to` can take this one. `origin` is the number of the parent's proposal.
    event MoveOffered(address indexed to, uint256 readyAt, uint256 expiresAt, uint256 origin);
    /// @notice The parent took the offer back.
    event MoveWithdrawn(uint256 origin);
    /// @notice The body stands below `to`, at `depth`. `origin` is the number of the proposal of `to`.
    event BodyMoved(address indexed from, address indexed to, uint256 depth, uint256 origin);

    /// @notice It is offered already, until `expiresAt`.
    error MoveOpen(uint256 expiresAt);
    /// @notice It is not offered to this caller, or not any more: an offer lasts sixty days.
    error NotOffered(address caller);
    /// @notice Two weeks pass between the offer and the move.
    error MoveNotReady(uint256 readyAt);
    /// @notice It can stand below another body of its zone only, one that goes on.
    error CannotStandBelow(address body);
    /// @notice It would be at `depth`, deeper than it is now. What is below it goes with it, so there would be no end to depth.
    error WouldBeDeeper(uint256 depth, uint256 now_);

    /* BY THE PARENT */

    /// @notice Offers this body to another one. Constitutional in the parent, since it gives up every power over it.
    /// @dev Not deeper than now: so neither a cycle can arise nor a depth beyond the greatest, whatever hangs below.
    function offerMove(address to) external;

    /// @notice Takes the offer back. Of the class that founds industries.
    function withdrawMove() external;

    /* BY THE OTHER BODY */

    /// @notice Takes this body below the caller, from two weeks to sixty days after the offer. Constitutional there.
    function acceptMove() external;

    /* READ BY ANYBODY */

    /// @notice To which body this one is offered, and from when to when that can take it, unix seconds; zeros if it is not offered.
    function moveOffer() external view returns (address to, uint256 readyAt, uint256 expiresAt);
}
