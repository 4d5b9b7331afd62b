// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title What a parent may do to a body: a short list, and every item ends by itself.
/// @notice None of it touches votes, money or members. While a body is frozen it queues and executes nothing and draws nothing; while
/// a proposal is paused the same holds for that proposal. The time does not count: delays and expiries are as much later, so that
/// whatever could be executed before can be executed afterwards. The parent recalls allowances in the treasury.
interface IOversight {
    /// @notice An objection: from `begin` to `end` the proposal is neither queued nor executed. `origin` is the number of the
    /// parent's proposal that made it, 0 for none.
    event ProposalObjected(uint256 indexed proposalId, uint256 begin, uint256 end, uint256 origin);
    /// @notice The parent ended an objection.
    event ProposalResumed(uint256 indexed proposalId, uint256 origin);
    /// @notice The parent froze the body. `origin` is the number of the parent's proposal, 0 for none.
    event Frozen(uint256 until, uint256 origin);
    /// @notice The parent ended a freeze.
    event Unfrozen(uint256 origin);

    /// @notice Only the parent of this body may.
    error OnlyParent(address caller);
    /// @notice A measure lasts from one second to `most`.
    error WrongDuration(uint256 seconds_, uint256 most);
    /// @notice A proposal is paused once and not again.
    error AlreadyObjected(uint256 proposalId);
    /// @notice The proposal is not paused, nor will it be.
    error NotPaused(uint256 proposalId);
    /// @notice The body is frozen until then; it can be frozen anew afterwards.
    error AlreadyFrozen(uint256 until);
    error NotFrozen();
    /// @notice No year has more than 30 days of freezes; `left` seconds are left for one that began now.
    error FrozenTooLong(uint256 wanted, uint256 left);

    /* BY THE PARENT */

    /// @notice Pauses a proposal that has not ended, for up to 7 days from now, or from the end of its vote if that is later. Once
    /// a proposal. Of the class that founds industries; the body itself may, too.
    function object(uint256 proposalId, uint256 seconds_) external;

    /// @notice Ends the pause of a proposal. Of the class that founds industries.
    function resume(uint256 proposalId) external;

    /// @notice Freezes this body for a time: at most 30 days, and as much in every year. Of the class that founds industries.
    function freeze(uint256 seconds_) external;

    /// @notice Ends the freeze. Of the class that founds industries.
    function unfreeze() external;

    /* READ BY ANYONE */

    /// @notice Reverts, with how long it lasts, if the body is frozen or the proposal paused; for a proposal that is about to be made,
    /// if the body is dissolved or going to be.
    function requireGoing(uint256 proposalId) external view;

    /// @notice Seconds from `since` to `time` in which the body was frozen or the proposal paused; what was both counts once.
    function secondsStopped(uint256 proposalId, uint256 since, uint256 time) external view returns (uint256);

    /// @notice A moment of a proposal that counts from `since`, later by the time it was held up and, unless the moment is past, will
    /// be if nothing changes.
    function movedBy(uint256 proposalId, uint256 moment, uint256 since) external view returns (uint256);

    /// @notice When the pause of a proposal begins and ends, unix seconds; zeros if nobody objected.
    function pauseOf(uint256 proposalId) external view returns (uint256 begin, uint256 end);

    /// @notice Seconds that this body was frozen up to `time`, or will have been if nothing changes.
    function frozenSecondsAt(uint256 time) external view returns (uint256);

    /// @notice Whether `body` is of the same factory, has this body as its parent and is not dissolved.
    function isChild(address body) external view returns (bool);

    /// @notice The longest that a freeze beginning now may last, seconds.
    function freezeLeft() external view returns (uint256);
}
