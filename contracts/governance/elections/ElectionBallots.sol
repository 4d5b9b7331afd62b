// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IElections} from "../../interfaces/IElections.sol";
import {ElectionStorage} from "./ElectionStorage.sol";

/// @title ElectionBallots: standing, voting, committing and revealing.
abstract contract ElectionBallots is IElections, ElectionStorage {
    /* CONSTANTS */

    uint256 internal constant _MOST_CANDIDATES = 32; // one byte each in a ranking of one word

    /* CANDIDATES */

    /// @inheritdoc IElections
    function stand(uint256 election) external returns (uint256 number) {
        Record storage record = _in(election, Phase.Standing);
        uint256 person = _elector(record, record.snapshot, record.seasonedAt);
        number = record.choices;
        if (number == _MOST_CANDIDATES) revert TooManyCandidates(_MOST_CANDIDATES);
        if (_numberOf(election, number, person) != 0) revert AlreadyStanding(person);
        record.choices = uint8(++number);
        _candidates[election][number >> 3] |= person << ((number & 7) << 5);
        emit CandidateStood(election, person, number);
    }

    /* BALLOTS */

    /// @inheritdoc IElections
    function vote(uint256 election, uint256 ballot) external {
        Record storage record = _in(election, Phase.Voting);
        if (record.secret) revert WrongBallot(true);
        _take(election, record, _elector(record, record.snapshot, record.seasonedAt), ballot);
    }

    /// @inheritdoc IElections
    function commit(uint256 election, bytes32 commitment) external {
        Record storage record = _in(election, Phase.Voting);
        if (!record.secret) revert WrongBallot(false);
        uint256 person = _elector(record, record.snapshot, record.seasonedAt);
        if (_commitments[election][person] != 0) revert AlreadyVoted(person);
        if (commitment == 0) revert WrongReveal(person, commitment);
        _commitments[election][person] = commitment;
        emit BallotCommitted(election, person, commitment);
    }

    /// @inheritdoc IElections
    function reveal(uint256 election, uint256 person, uint256 ballot, bytes32 salt) external {
        Record storage record = _in(election, Phase.Revealing);
        bytes32 commitment = _commitments[election][person];
        if (commitment != keccak256(abi.encode(block.chainid, address(this), election, person, ballot, salt))) {
            revert WrongReveal(person, commitment);
        }
        _take(election, record, person, ballot);
    }

    /* INTERNAL */

    function _take(uint256 election, Record storage record, uint256 person, uint256 ballot) private {
        uint256 voted = _voted[election][person >> 8];
        uint256 bit = 1 << (person & 255);
        if (voted & bit != 0) revert AlreadyVoted(person);
        _voted[election][person >> 8] = voted | bit;
        if (record.kind == Kind.Stv) _addRanking(election, record.choices, ballot);
        else _addApprovals(election, record.choices, ballot);
        emit BallotCast(election, person, ballot);
    }

    function _addApprovals(uint256 election, uint256 choices, uint256 ballot) private {
        if (ballot & 1 != 0 || ballot >> (choices + 1) != 0) revert BadBallot(ballot);
        uint256 lanes = ballot | 1; // lane 0 counts the ballots
        for (uint256 word; lanes != 0; ++word) {
            uint256 added;
            for (uint256 lane; lane < 8; ++lane) {
                if ((lanes >> lane) & 1 == 1) added |= 1 << (lane << 5);
            }
            lanes >>= 8;
            if (added != 0) _tallies[election][word] += added;
        }
    }

    function _addRanking(uint256 election, uint256 choices, uint256 ballot) private {
        uint256 ranked;
        for (uint256 rest = ballot; rest != 0; rest >>= 8) {
            uint256 bit = 1 << (rest & 255);
            if (rest & 255 == 0 || rest & 255 > choices || ranked & bit != 0) revert BadBallot(ballot);
            ranked |= bit;
        }
        if (ranked == 0) revert BadBallot(ballot);
        uint256 tally = _tallies[election][0];
        _tallies[election][0] = (_chained(tally >> 32, ballot) << 32) | (uint32(tally) + 1);
    }

    /// @dev 224 bits of a hash leave room for the number of ballots in one word; two lists of ballots alike take 2^112 tries.
    function _chained(uint256 before, uint256 ballot) internal pure returns (uint256 hash) {
        assembly ("memory-safe") {
            mstore(0, before)
            mstore(32, ballot)
            hash := shr(32, keccak256(0, 64))
        }
    }
}
