// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Who belongs to a body: a bitmap over the indices of its registry, with its history.
/// @notice Times are unix seconds. What happens while the body is being born is dated 0.
interface IMembership {
    event MemberAdmitted(uint256 indexed index);
    /// @notice 256 persons at once: `mask` has the bits newly set in word `word` (person index / 256).
    event MembersAdmitted(uint256 indexed word, uint256 mask);
    /// @notice The person proved to be one, to the module that the zone lists for that.
    event MemberEnrolled(uint256 indexed index);
    event MemberLeft(uint256 indexed index);
    event MemberRemoved(uint256 indexed index);
    /// @notice The zone decided to expel the person: from `readyAt` to `expiresAt` anyone can finish it. Both are 0 if
    /// the person had left already: then they are barred from returning by themself.
    event ExpulsionNoticed(uint256 indexed index, uint256 readyAt, uint256 expiresAt);
    event ExpulsionWithdrawn(uint256 indexed index);
    /// @notice Somebody saw that the person is no member of the body above any more.
    event MemberPruned(uint256 indexed index);
    /// @notice The person left the zone at `at`, and with it this body.
    event MembershipEnded(uint256 indexed index, uint256 at);

    /// @notice The body is still being born: its genesis has steps left.
    error NotLive();
    /// @notice The person (or stranger, index 0) is not a member now.
    error NotMember(uint256 index);
    /// @notice The person is a member already.
    error AlreadyMember(uint256 index);
    /// @notice Only members of the parent can be admitted.
    error NotMemberOfParent(address key, uint256 index);
    /// @notice No module of this body says who is a person: a vote admits.
    error NoPersonhood();
    /// @notice Who returns enrols with the key with which they will act.
    error OnlyReturningKey(address caller, address key);
    /// @notice The person was expelled, or left when they were about to be: a vote admits.
    error ReturnBarred(uint256 index);
    /// @notice The person has been given notice already, which expires after `expiresAt`.
    error NoticeOpen(uint256 index, uint256 expiresAt);
    /// @notice The person has been given no notice, or it expired.
    error NoNotice(uint256 index);
    /// @notice The notice runs until `readyAt`.
    error NoticeRunning(uint256 index, uint256 readyAt);
    /// @notice The person is a member of the body above, so their membership here stays.
    error StillInParent(uint256 index);
    /// @notice Bulk admission and pruning exist in bodies with a parent only; persons enter the zone at its root.
    error OnlyIndustry();
    /// @notice More than 64 departures wait: call `syncDepartures` first.
    error DeparturesPending(uint256 pending);

    /// @notice Registry of persons this body refers to.
    function registry() external view returns (address);

    /// @notice The body above, or zero for a zone.
    function parent() external view returns (address);

    /// @notice Levels above this body: 0 for a zone.
    function depth() external view returns (uint256);

    /// @notice Whether the person is a member now.
    function isMember(uint256 index) external view returns (bool);

    /// @notice Bitmap of the members among persons 256·word … 256·word + 255 at `time`.
    function membersAt(uint256 word, uint256 time) external view returns (uint256 mask);

    /// @notice Number of members at `time`.
    function headcountAt(uint256 time) external view returns (uint256);

    /// @notice Departures of the zone which this body has applied.
    function departuresSeen() external view returns (uint256);
}
