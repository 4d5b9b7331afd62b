// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IElections} from "../../interfaces/IElections.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";

/// @title ElectionStorage: every stored field of the elections, in what phase one is, and who may vote in it.
/// @dev Both parts of the code run on it. Bodies are strangers' code, but each is asked about its own elections only, by calls that change nothing.
abstract contract ElectionStorage {
    /* STORAGE */

    struct Record {
        address body;
        IElections.Kind kind;
        uint8 seats;
        uint8 choices; // options, or candidates so far
        bool decided;
        uint24 quorumPpm; // 0 for none
        uint40 snapshot; // unix seconds
        address registry;
        uint40 seasonedAt; // unix seconds
        bool secret; // ballots are committed to
        uint40 voteStart; // unix seconds
        uint40 voteEnd; // unix seconds
        uint40 revealEnd; // unix seconds, voteEnd for open ballots
        uint40 termStart; // unix seconds, 0 for polls
        uint40 termEnd; // unix seconds, 0 for polls
        bytes32 label; // subject or office
        bytes32 terms; // hash of a poll's terms, 0 for officers
        uint64 winners; // bit i: choice i
        uint64 left; // bit i: choice i, who resigned or was recalled in this term
    }

    struct Progress {
        uint224 chain; // hash of the ballots replayed
        uint32 counted; // ballots replayed
        bytes32 sums; // hash of what candidates received in them
    }

    struct Recall {
        uint48 election;
        uint32 person;
        uint40 snapshot; // unix seconds
        uint40 seasonedAt; // unix seconds
        uint40 signEnd; // unix seconds
        uint40 voteEnd; // unix seconds, 0 until there were enough signatures
        bool closed;
        uint32 needed; // signatures
        uint32 signatures;
        uint32 votesFor;
        uint32 votesAgainst;
    }

    struct Replacement {
        address by; // the body that named them
        uint40 since; // unix seconds
        uint40 until; // unix seconds
        uint8 places; // persons named
    }

    uint256 internal _count; // number of the newest election
    mapping(uint256 election => Record) internal _elections;
    mapping(uint256 election => mapping(uint256 word => uint256)) internal _voted; // bit i is person 256·word + i
    mapping(uint256 election => mapping(uint256 person => bytes32)) internal _commitments; // 0 for none
    mapping(uint256 election => mapping(uint256 word => uint256)) internal _candidates; // persons, 32 bits each, from number 1 on
    /// @dev Lanes of 32 bits: 0 the ballots, i the approvals of choice i. By Stv word 0 has the chained hash above the ballots.
    mapping(uint256 election => mapping(uint256 word => uint256)) internal _tallies;
    mapping(uint256 election => mapping(bytes32 claim => Progress)) internal _progress;
    mapping(address body => mapping(bytes32 office => uint256[])) internal _terms; // elections, by the beginning of their terms
    uint256 internal _petitions; // number of the newest petition
    mapping(uint256 number => Recall) internal _recalls;
    mapping(uint256 election => mapping(uint256 person => uint256)) internal _newest; // petition, 0 for none
    mapping(uint256 number => mapping(uint256 word => uint256)) internal _signed; // bit i is person 256·word + i
    mapping(uint256 number => mapping(uint256 word => uint256)) internal _recallVoted; // bit i is person 256·word + i
    mapping(uint256 election => Replacement) internal _replacements; // the newest of a term
    mapping(uint256 election => mapping(uint256 word => uint256)) internal _named; // persons, 32 bits each; 0 who left
    mapping(address body => mapping(bytes32 office => uint256)) internal _rests; // unix seconds, no replacement before

    /* PHASES */

    function _phase(Record storage record) internal view returns (IElections.Phase) {
        if (record.body == address(0)) return IElections.Phase.None;
        if (record.decided) return IElections.Phase.Decided;
        if (block.timestamp < record.voteStart) return IElections.Phase.Standing;
        if (block.timestamp < record.voteEnd) return IElections.Phase.Voting;
        return block.timestamp < record.revealEnd ? IElections.Phase.Revealing : IElections.Phase.Counting;
    }

    function _in(uint256 election, IElections.Phase wanted) internal view returns (Record storage record) {
        record = _elections[election];
        IElections.Phase phase = _phase(record);
        if (phase == IElections.Phase.None) revert IElections.NoSuchElection(election);
        if (phase != wanted) revert IElections.WrongPhase(phase);
    }

    /* WHO */

    /// @dev Index of who calls, if they were members at both moments.
    function _elector(Record storage record, uint256 snapshot, uint256 seasonedAt) internal view returns (uint256 person) {
        person = IRegistry(record.registry).indexOf(msg.sender);
        uint256 word = person >> 8;
        IMembership body = IMembership(record.body);
        if (
            person == 0
                || (body.membersAt(word, snapshot) & body.membersAt(word, seasonedAt)) >> (person & 255) & 1 == 0
        ) revert IElections.NotElector(msg.sender, person);
    }

    function _candidate(uint256 election, uint256 number) internal view returns (uint256 person) {
        return uint32(_candidates[election][number >> 3] >> ((number & 7) << 5));
    }

    /// @dev Number of a person who stands, 0 for one who does not.
    function _numberOf(uint256 election, uint256 choices, uint256 person) internal view returns (uint256) {
        for (uint256 number = 1; number <= choices; ++number) {
            if (_candidate(election, number) == person) return number;
        }
        return 0;
    }
}
