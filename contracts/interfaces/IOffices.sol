// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Who holds which office of a body, until when, how its members recall them, and how the body above replaces them for a time.
/// @notice A term ends by itself. Of several elections for one office the one whose term began last counts, even when that term is over.
/// An officer who is not a member of the body holds nothing meanwhile. The body above may name others for a time, see `replaceOfficers`.
interface IOffices {
    /// @param election whose officer it is about
    /// @param person the officer
    /// @param snapshot members then, and a seasoning before, sign and vote
    /// @param signEnd until when members sign
    /// @param voteEnd until when they vote; 0 until there were enough signatures
    /// @param needed signatures: a tenth of the head-count, two at least where there are two
    struct Petition {
        uint256 election;
        uint256 person;
        uint256 snapshot;
        uint256 seasonedAt;
        uint256 signEnd;
        uint256 voteEnd;
        uint256 needed;
        uint256 signatures;
        uint256 votesFor;
        uint256 votesAgainst;
        bool closed;
    }

    event RecallAsked(
        uint256 indexed petition,
        uint256 indexed election,
        uint256 indexed person,
        uint256 needed,
        uint256 snapshot,
        uint256 seasonedAt
    );
    event RecallSigned(uint256 indexed petition, uint256 indexed person);
    event RecallOpened(uint256 indexed petition, uint256 voteEnd);
    event RecallVoteCast(uint256 indexed petition, uint256 indexed person, bool recall);
    event RecallClosed(uint256 indexed petition, bool recalled, uint256 votesFor, uint256 votesAgainst);
    /// @notice The office is no longer theirs: they resigned, or were recalled.
    event OfficerLeft(uint256 indexed election, uint256 indexed person, bool recalled);
    /// @notice The body above named others in place of who was elected. `proposal` is the number of its own that did it, 0 for none.
    event OfficersReplaced(
        uint256 indexed election, address indexed by, uint256[] persons, uint256 until, uint256 proposal
    );
    /// @notice The body above ended a replacement before its time.
    event OfficersRestored(uint256 indexed election, address indexed by, uint256 proposal);

    error NoSuchRecall(uint256 petition);
    /// @notice The person was not elected or named there, has resigned or been recalled, or the time is over.
    error NotOfficer(uint256 election, uint256 person);
    error RecallAlreadySigned(uint256 person);
    /// @notice Not in this state of the petition: it is being signed, voted on, or over.
    error NotNow(uint256 signEnd, uint256 voteEnd);
    /// @notice After a petition that failed there is none against the same officer until then.
    error TooSoon(uint256 until);
    /// @notice Only the body directly above the election's body may.
    error NotFromAbove(address caller);
    /// @notice It is not by this election that the office is held now: its term has not begun, is over, or another has begun since.
    error NotTheirTerm(uint256 election);
    /// @notice A replacement lasts from one second to `most`.
    error WrongTime(uint256 seconds_, uint256 most);
    /// @notice Persons are named for one seat at least, and for no more than there are.
    error WrongNumber(uint256 persons, uint256 seats);
    /// @notice This office was replaced within the last year, and can be again from then on.
    error OfficeRests(uint256 until);
    /// @notice No member of the body above, not in ascending order, or somebody who resigned or was recalled in this term.
    error CannotName(uint256 person);
    /// @notice Nobody is replaced there now.
    error NotReplaced(uint256 election);

    /* BY THE BODY DIRECTLY ABOVE, IN EXECUTED PROPOSALS */

    /// @notice Names others in place of who was elected there, until the next term of the office begins: for at most 90 days, not beyond
    /// the term that they were elected for, and once a year for each office. Who was elected is back afterwards, if their term still runs.
    /// Of the class that founds industries.
    /// @param election by which the office is held now: a newer one is never replaced by an older vote
    /// @param persons members of the body above, in ascending order, at most as many as there are seats; who is no longer one holds nothing
    /// @param seconds_ how long
    function replaceOfficers(uint256 election, uint256[] calldata persons, uint256 seconds_) external;

    /// @notice Ends a replacement before its time. Of the class that founds industries.
    function restoreOfficers(uint256 election) external;

    /* BY OFFICERS AND MEMBERS */

    /// @notice Gives up an office, as who was elected to it or named for it.
    function resign(uint256 election) external;

    /// @notice Signs the petition to recall an officer, opening it if none is open. With enough signatures a vote of seven days begins.
    function petition(uint256 election, uint256 person) external returns (uint256 number);

    /// @notice Votes on the recall, for good: true for recalling.
    function voteRecall(uint256 number, bool recall) external;

    /// @notice Ends a vote on a recall: recalled if more voted for than against, and at least as many as had to sign.
    function closeRecall(uint256 number) external;

    /// @notice Who holds an office now; nobody when the newest term is over.
    /// @return election whose term it is, 0 for none
    /// @return persons their indices
    function officers(address body, bytes32 office) external view returns (uint256 election, uint256[] memory persons);

    /// @notice Whether a person holds an office now.
    function isOfficer(address body, bytes32 office, uint256 person) external view returns (bool);

    /// @notice The newest replacement of an election's officers: which body named whom, from when to when; zeros if there was none.
    /// @return by the body above
    /// @return since unix seconds
    /// @return until unix seconds
    /// @return persons their indices, 0 for who has left
    function replacementOf(uint256 election)
        external
        view
        returns (address by, uint256 since, uint256 until, uint256[] memory persons);

    /// @notice When an office can be replaced again, 0 if it never was.
    function officeRestsUntil(address body, bytes32 office) external view returns (uint256);

    function petitionCount() external view returns (uint256);

    function petitionOf(uint256 number) external view returns (Petition memory);

    /// @notice Number of the newest petition against an officer, 0 for none.
    function petitionAgainst(uint256 election, uint256 person) external view returns (uint256);
}
