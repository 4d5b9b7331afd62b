// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Quorums over the active members, where a body wants that; and who votes next, as OpenZeppelin's `IGovernor` asks.
/// @notice Inactive is who could vote in every vote of a window, voted in none of them by any way, and did not check in. The window is
/// the last `lastVotes` votes that count, and every other that counts of the last 30 days. A vote counts when it has ended and
/// a tenth of the present members voted in it, three at least (or all). Anyone counts, in pages, and every person of the body is looked at. The
/// result is the base of the quorums of later proposals for 30 days: never more than the head-count, never less than a quarter of it,
/// nor than three (or all). Afterwards, and whenever nothing was counted, the base is the head-count. Persons who come later
/// count in it.
interface IActivity {
    /// @notice The quorums of later proposals count over who was active in the last so many votes; 0: over everybody.
    event ActivitySet(uint8 lastVotes);
    /// @notice The person is here, without a vote.
    event CheckedIn(uint256 indexed person);
    /// @notice Somebody began to count the active members as of `at`: `votes` are the window, newest first; who was no member at `since`
    /// could not vote in all of them.
    event RecountOpened(address indexed counter, uint256 at, uint256 since, uint256[] votes);
    /// @notice The active persons of word `word`, a bit each (bit i is person 256·word + i).
    event ActiveCounted(address indexed counter, uint256 indexed word, uint256 active);
    /// @notice Everybody has been looked at, and `active` were active: quorums count over `base` persons until `until`, exclusive.
    event QuorumBaseSet(address indexed counter, uint256 active, uint256 base, uint256 until);

    /// @notice Activity is over 2 to 16 votes, or 0 for not at all.
    error ActivityOutOfBounds(uint256 lastVotes, uint256 least, uint256 most);
    /// @notice In this body quorums count over everybody.
    error ActivityOff();
    /// @notice The person has checked in; again is possible from `nextAt` on, unix seconds.
    error AlreadyCheckedIn(uint256 person, uint256 nextAt);
    /// @notice The proposals are named newest first, without a gap: here number `expected` was to come (0: there is none more).
    error NotInOrder(uint256 proposalId, uint256 expected);
    /// @notice The proposals named have only so many votes that count, of which the oldest was made after `oldest` (unix seconds, 0 for none);
    /// so many are wanted, the oldest at least 30 days old.
    error TooFewVotes(uint256 votes, uint256 wanted, uint256 oldest);
    /// @notice The account has no count that is open: none was begun, or a day ago, or the body has changed its rule since.
    error NoRecount(address counter);
    /// @notice These are not the votes of the window that was opened.
    error OtherVotes(address counter);
    /// @notice A count that was begun as late, or later, is in force: it was of `at`.
    error RecountOutdated(uint256 at);

    /* CHANGED BY VOTE */

    /// @notice Makes the quorums of later proposals count over the active members, or (0) over everybody. Until somebody has counted
    /// they count over everybody. By constitutional vote only, and in the genesis.
    /// @param lastVotes votes of the window at least, 2 to 16, or 0
    function setActivity(uint8 lastVotes) external;

    /* CHANGED BY MEMBERS */

    /// @notice The caller is here: they count as active like somebody who voted, until the window is younger than this month (of 30 days).
    function checkIn() external;

    /* CHANGED BY ANYONE */

    /// @notice Begins to count the active members, and counts those in `words`. A count that the caller has open is dropped.
    /// @param proposalIds of the newest proposal, of the one before it, and so on back to the oldest vote of the window; what does not
    /// count is among them and is passed over
    /// @param words numbers of 256-person words, rising
    function openRecount(uint256[] calldata proposalIds, uint24[] calldata words) external;

    /// @notice Counts on, within a day. With the last member the base is set.
    /// @param votes the window, as `RecountOpened` told it
    /// @param words numbers of 256-person words, rising, above those counted already
    function continueRecount(uint256[] calldata votes, uint24[] calldata words) external;

    /* READ BY ANYONE */

    /// @notice Over how many votes activity goes, 0 for not at all; and until when (unix seconds, exclusive) the last count is good, 0 if
    /// none is.
    function activity() external view returns (uint8 lastVotes, uint256 until);

    /// @notice Over how many persons the quorum of a proposal made right after `time` counts.
    function quorumBaseAt(uint256 time) external view returns (uint256);

    /// @notice The open count of an account: as of when (0: none), the next word it may count, persons looked at, and active ones.
    function recountOf(address counter) external view returns (uint256 at, uint256 nextWord, uint256 seen, uint256 active);

    /// @notice Persons of word `word` who checked in during the month of `time` or later, a bit each.
    function checkedInSince(uint256 word, uint256 time) external view returns (uint256);

    /* OPENZEPPELIN'S IGOVERNOR */

    /// @notice Votes for or abstaining that a proposal of the spending class made right after `timepoint` needs.
    function quorum(uint256 timepoint) external view returns (uint256);

    /// @notice 1 for a member of the electorate that a spending proposal made right after `timepoint` has, otherwise 0.
    function getVotes(address account, uint256 timepoint) external view returns (uint256);

    function getVotesWithParams(address account, uint256 timepoint, bytes calldata params)
        external
        view
        returns (uint256);
}
