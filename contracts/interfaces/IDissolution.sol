// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title How a body ends: its parent announces it, and after two weeks anybody finishes it.
/// @notice From the announcement on nothing new is proposed; what was proposed goes on until the end. Then its clock stops: what was
/// open is canceled, what was queued has expired. Its money goes to the parent (see the treasury), and its children go to hang under
/// the parent. Members' dues, and everything that can be read, stay for ever.
interface IDissolution {
    /// @notice From `readyAt` to `expiresAt` anybody can finish it. `origin` is the number of the parent's proposal, 0 for none.
    event DissolutionAnnounced(uint256 readyAt, uint256 expiresAt, uint256 origin);
    /// @notice The parent took the announcement back: the body goes on.
    event DissolutionWithdrawn(uint256 origin);
    /// @notice The body has ended. What it owns goes to `heir`.
    event BodyDissolved(address indexed heir);
    /// @notice The body hangs under `to`, at `depth`, because what it hung under was dissolved.
    event BodyRehung(address indexed from, address indexed to, uint256 depth);

    /// @notice Its dissolution is announced already, until `expiresAt`.
    error DissolutionOpen(uint256 expiresAt);
    /// @notice Nobody announced its dissolution, or not for long enough ago to matter: an announcement lasts four weeks.
    error NoDissolution();
    /// @notice Two weeks pass between announcement and end.
    error DissolutionNotReady(uint256 readyAt);
    /// @notice Nothing new is proposed in a body that is about to be dissolved.
    error BeingDissolved(uint256 readyAt);
    /// @notice The body was dissolved then.
    error AlreadyDissolved(uint256 at);
    /// @notice The body above goes on, and the depth is right.
    error NothingToRehang(address parent);

    /* BY THE PARENT */

    /// @notice Announces the end of this body. Constitutional in the parent, since nothing brings it back.
    function dissolve() external;

    /// @notice Takes the announcement back. Of the class that founds industries.
    function withdrawDissolution() external;

    /* BY ANYBODY */

    /// @notice Ends this body, from two to four weeks after the announcement.
    function finishDissolution() external;

    /// @notice Hangs this body under the nearest body above that was not dissolved, and sets its depth anew. What it could draw was
    /// granted by the one that is gone, and has ended.
    function rehang() external;

    /* READ BY ANYBODY */

    /// @notice From when to when the dissolution can be finished, zeros unless it is announced; and when the body was dissolved, 0
    /// while it goes on. Unix seconds.
    function dissolution() external view returns (uint256 readyAt, uint256 expiresAt, uint256 dissolvedAt_);

    /// @notice When the body was dissolved, unix seconds; 0 while it goes on.
    function dissolvedAt() external view returns (uint256);

    /// @notice The body above at a time, zero for a zone.
    function parentAt(uint256 time) external view returns (address);
}
