// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Who holds which office of a body, until when, and how its members recall them.
/// @notice A term ends by itself. Of several elections for one office the one whose term began last counts, even when that term is over.
/// An officer who is not a member of the body holds nothing meanwhile.
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

    error NoSuchRecall(uint256 petition);
    /// @notice The person was not elected there, has resigned or been recalled, or the term is over.
    error NotOfficer(uint256 election, uint256 person);
    error RecallAlreadySigned(uint256 person);
    /// @notice Not in this state of the petition: it is being signed, voted on, or over.
    error NotNow(uint256 signEnd, uint256 voteEnd);
    /// @notice After a petition that failed there is none against the same officer until then.
    error TooSoon(uint256 until);

    /// @notice Gives up an office.
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

    function petitionCount() external view returns (uint256);

    function petitionOf(uint256 number) external view returns (Petition memory);

    /// @notice Number of the newest petition against an officer, 0 for none.
    function petitionAgainst(uint256 election, uint256 person) external view returns (uint256);
}
