// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IConstitution} from "../../interfaces/IConstitution.sol";
import {IElections} from "../../interfaces/IElections.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {Classes} from "../../libraries/Classes.sol";
import {SharedCode} from "../SharedCode.sol";
import {ElectionBallots} from "./ElectionBallots.sol";
import {Offices} from "./Offices.sol";
import {StvCount} from "./StvCount.sol";

/// @title Elections: opening polls and elections, and deciding them.
/// @dev Who holds an office is in Offices, which runs on the same storage behind the fallback; its address is fixed for ever.
contract Elections is ElectionBallots, SharedCode {
    /* CONSTANTS */

    uint256 private constant _WHOLE_PPM = 1_000_000;
    uint256 private constant _MOST_OPTIONS = 63;
    uint256 private constant _MOST_SEATS = 16;
    uint256 private constant _LEAST_SECONDS = 1 hours;
    uint256 private constant _MOST_SECONDS = 60 days;
    uint256 private constant _MOST_TERM_DELAY = 365 days;
    uint256 private constant _LEAST_TERM = 1 days;
    uint256 private constant _MOST_TERM = 3_653 days;

    /* IMMUTABLES */

    address private immutable _officesPart = address(new Offices());

    /// @dev The other part of this contract's own code.
    fallback() external {
        _passOnTo(_officesPart);
    }

    /* BY BODIES */

    /// @inheritdoc IElections
    function openPoll(PollTerms calldata terms) external returns (uint256 election) {
        uint256 options = terms.options.length;
        if (options == 0 || options > _MOST_OPTIONS) revert BadRule(1);
        if (terms.costs.length != 0 && terms.costs.length != options) revert BadRule(2);
        for (uint256 i; i < terms.costs.length; ++i) {
            if (terms.costs[i] > type(uint128).max) revert BadRule(2);
        }
        if (terms.most == 0) revert BadRule(4);
        if (terms.thresholdPpm > _WHOLE_PPM) revert BadRule(5);
        if (terms.quorumPpm > _WHOLE_PPM) revert BadRule(6);
        _requireDuration(terms.voteSeconds, 7);
        if (terms.revealSeconds != 0) _requireDuration(terms.revealSeconds, 8);
        Record storage record;
        (election, record) = _open(terms.quorumPpm, 0, terms.voteSeconds, terms.revealSeconds);
        record.choices = uint8(options);
        record.label = terms.subject;
        record.terms = keccak256(abi.encode(terms));
        emit PollOpened(election, msg.sender, terms, record.snapshot, record.seasonedAt);
    }

    /// @inheritdoc IElections
    function openElection(OfficeTerms calldata terms) external returns (uint256 election) {
        if (terms.kind == Kind.Poll) revert BadRule(1);
        if (terms.seats == 0 || terms.seats > _MOST_SEATS) revert BadRule(2);
        if (terms.quorumPpm > _WHOLE_PPM) revert BadRule(3);
        _requireDuration(terms.standSeconds, 4);
        _requireDuration(terms.voteSeconds, 5);
        if (terms.revealSeconds != 0) _requireDuration(terms.revealSeconds, 6);
        if (terms.termDelay > _MOST_TERM_DELAY) revert BadRule(7);
        if (terms.termSeconds < _LEAST_TERM || terms.termSeconds > _MOST_TERM) revert BadRule(8);
        Record storage record;
        (election, record) = _open(terms.quorumPpm, terms.standSeconds, terms.voteSeconds, terms.revealSeconds);
        record.kind = terms.kind;
        record.seats = uint8(terms.seats);
        record.label = terms.office;
        record.termStart = uint40(record.revealEnd + terms.termDelay);
        record.termEnd = uint40(record.termStart + terms.termSeconds);
        emit ElectionOpened(election, msg.sender, terms, record.snapshot, record.seasonedAt);
    }

    /* BY ANYONE */

    /// @inheritdoc IElections
    function decide(uint256 election) external {
        Record storage record = _in(election, Phase.Counting);
        if (record.kind == Kind.Poll) revert WrongKind(Kind.Poll);
        uint256 winners;
        if (_valid(election, record)) {
            if (record.kind == Kind.Stv) revert WrongKind(Kind.Stv);
            uint256[] memory ranks = approvals(election);
            for (uint256 i; i < ranks.length; ++i) {
                if (ranks[i] != 0) ranks[i] = (ranks[i] << 8) | (255 - i);
            }
            for (uint256 seats = record.seats; seats != 0; --seats) {
                uint256 best = _takeBest(ranks);
                if (best == 0) break;
                winners |= 1 << best;
            }
        }
        _finish(election, record, winners);
    }

    /// @inheritdoc IElections
    function decidePoll(uint256 election, PollTerms calldata terms) external {
        Record storage record = _in(election, Phase.Counting);
        if (record.kind != Kind.Poll) revert WrongKind(record.kind);
        bytes32 actual = keccak256(abi.encode(terms));
        if (actual != record.terms) revert WrongTerms(record.terms, actual);
        _finish(election, record, _valid(election, record) ? _affordable(election, terms) : 0);
    }

    /// @inheritdoc IElections
    function count(
        uint256 election,
        uint256[] calldata stages,
        uint256[] calldata sums,
        uint256[] calldata ballots
    ) external returns (uint256[] memory next) {
        Record storage record = _in(election, Phase.Counting);
        if (record.kind != Kind.Stv) revert WrongKind(record.kind);
        if (!_valid(election, record)) revert WrongBallots(0, _ballots(election));
        // Each caller's own: the wrong ballots of one do not spoil the count of another.
        bytes32 claim = keccak256(abi.encodePacked(msg.sender, stages));
        Progress storage progress = _progress[election][claim];
        next = _sumsSoFar(progress, sums, (stages.length + 1) * record.choices);
        StvCount.replay(stages, next, ballots, record.choices);
        if (!_replayed(election, progress, ballots)) {
            progress.sums = keccak256(abi.encodePacked(next));
            emit BallotsReplayed(election, claim, progress.counted);
            return next;
        }
        _settle(election, stages, next);
    }

    /* READ */

    /// @inheritdoc IElections
    function electionCount() external view returns (uint256) {
        return _count;
    }

    /// @inheritdoc IElections
    function electionOf(uint256 election) external view returns (Election memory found) {
        Record storage record = _elections[election];
        found.phase = _phase(record);
        if (found.phase == Phase.None) revert NoSuchElection(election);
        found.body = record.body;
        found.kind = record.kind;
        found.label = record.label;
        found.seats = record.seats;
        found.choices = record.choices;
        found.quorumPpm = record.quorumPpm;
        found.snapshot = record.snapshot;
        found.seasonedAt = record.seasonedAt;
        found.voteStart = record.voteStart;
        found.voteEnd = record.voteEnd;
        found.revealEnd = record.revealEnd;
        found.termStart = record.termStart;
        found.termEnd = record.termEnd;
        found.ballots = _ballots(election);
        found.winners = record.winners;
    }

    /// @inheritdoc IElections
    function candidates(uint256 election) external view returns (uint256[] memory persons) {
        Record storage record = _elections[election];
        if (record.kind == Kind.Poll) return persons;
        persons = new uint256[](record.choices);
        for (uint256 i; i < persons.length; ++i) persons[i] = _candidate(election, i + 1);
    }

    /// @inheritdoc IElections
    function approvals(uint256 election) public view returns (uint256[] memory counts) {
        Record storage record = _elections[election];
        if (record.kind == Kind.Stv) return counts;
        counts = new uint256[](record.choices);
        for (uint256 i; i < counts.length; ++i) {
            counts[i] = uint32(_tallies[election][(i + 1) >> 3] >> (((i + 1) & 7) << 5));
        }
    }

    /// @inheritdoc IElections
    function hasVoted(uint256 election, uint256 person) external view returns (bool) {
        return _commitments[election][person] != 0 || (_voted[election][person >> 8] >> (person & 255)) & 1 == 1;
    }

    /// @inheritdoc IElections
    function commitmentOf(uint256 election, uint256 person) external view returns (bytes32) {
        return _commitments[election][person];
    }

    /// @inheritdoc IElections
    function ballotsHash(uint256 election) external view returns (uint256) {
        return _elections[election].kind == Kind.Stv ? _tallies[election][0] >> 32 : 0;
    }

    /* INTERNAL */

    function _open(uint256 quorumPpm, uint256 standSeconds, uint256 voteSeconds, uint256 revealSeconds)
        private
        returns (uint256 election, Record storage record)
    {
        uint256 snapshot = block.timestamp - 1;
        uint256 seasoning = IConstitution(msg.sender).lawAt(Classes.MEMBERSHIP, snapshot).seasoning;
        election = ++_count;
        record = _elections[election];
        record.body = msg.sender;
        record.quorumPpm = uint24(quorumPpm);
        record.snapshot = uint40(snapshot);
        record.registry = IMembership(msg.sender).registry();
        record.seasonedAt = uint40(snapshot > seasoning ? snapshot - seasoning : 0);
        record.secret = revealSeconds != 0;
        record.voteStart = uint40(block.timestamp + standSeconds);
        record.voteEnd = uint40(record.voteStart + voteSeconds);
        record.revealEnd = uint40(record.voteEnd + revealSeconds);
    }

    /// @dev Whether there are ballots, and as many as the quorum asks of the head-count of the snapshot.
    function _valid(uint256 election, Record storage record) private view returns (bool) {
        uint256 cast = _ballots(election);
        if (cast == 0) return false;
        uint256 quorumPpm = record.quorumPpm;
        return quorumPpm == 0
            || cast * _WHOLE_PPM >= IMembership(record.body).headcountAt(record.snapshot) * quorumPpm;
    }

    function _sumsSoFar(Progress storage progress, uint256[] calldata sums, uint256 length)
        private
        returns (uint256[] memory)
    {
        if (sums.length == 0) {
            (progress.chain, progress.counted) = (0, 0);
            return new uint256[](length);
        }
        if (keccak256(abi.encodePacked(sums)) != progress.sums) revert StaleCount(progress.counted);
        return sums;
    }

    /// @dev Notes that these ballots were replayed; whether they were the last.
    function _replayed(uint256 election, Progress storage progress, uint256[] calldata ballots) private returns (bool) {
        uint256 chain = progress.chain;
        for (uint256 i; i < ballots.length; ++i) chain = _chained(chain, ballots[i]);
        uint256 counted = progress.counted + ballots.length;
        uint256 tally = _tallies[election][0];
        uint256 cast = uint32(tally);
        if (counted > cast || (counted == cast && chain != tally >> 32)) revert WrongBallots(counted, cast);
        (progress.chain, progress.counted) = (uint224(chain), uint32(counted));
        return counted == cast;
    }

    function _settle(uint256 election, uint256[] calldata stages, uint256[] memory sums) private {
        Record storage record = _elections[election];
        uint256 winners = StvCount.elected(stages, sums, record.choices, record.seats, _ballots(election));
        emit StvCounted(election, stages);
        _finish(election, record, winners);
    }

    function _affordable(uint256 election, PollTerms calldata terms) private view returns (uint256 winners) {
        uint256[] memory ranks = approvals(election);
        uint256 least = _ballots(election) * terms.thresholdPpm;
        bool free = terms.costs.length == 0;
        for (uint256 i; i < ranks.length; ++i) {
            bool enough = ranks[i] != 0 && ranks[i] * _WHOLE_PPM >= least;
            uint256 saved = type(uint128).max - (free ? 0 : terms.costs[i]);
            ranks[i] = enough ? (ranks[i] << 136) | (saved << 8) | (255 - i) : 0;
        }
        uint256 budget = terms.budget;
        for (uint256 most = terms.most; most != 0;) {
            uint256 best = _takeBest(ranks);
            if (best == 0) break;
            uint256 cost = free ? 0 : terms.costs[best - 1];
            if (cost > budget) continue;
            budget -= cost;
            winners |= 1 << best;
            --most;
        }
    }

    /// @dev Takes the highest rank out; number of the choice it was of, 0 when only zeros are left.
    function _takeBest(uint256[] memory ranks) private pure returns (uint256 number) {
        uint256 best;
        for (uint256 i; i < ranks.length; ++i) {
            if (ranks[i] > best) (best, number) = (ranks[i], i + 1);
        }
        if (number != 0) ranks[number - 1] = 0;
    }

    function _finish(uint256 election, Record storage record, uint256 winners) private {
        record.decided = true;
        record.winners = uint64(winners);
        if (record.kind != Kind.Poll) _install(election, record);
        emit Decided(election, winners, _ballots(election), _valid(election, record));
    }

    /// @dev Puts a decided election where its term begins among the others of the office.
    function _install(uint256 election, Record storage record) private {
        uint256[] storage terms = _terms[record.body][record.label];
        terms.push(election);
        uint256 at = terms.length - 1;
        while (at != 0 && _elections[terms[at - 1]].termStart > record.termStart) {
            terms[at] = terms[at - 1];
            --at;
        }
        terms[at] = election;
    }

    function _ballots(uint256 election) private view returns (uint256) {
        return uint32(_tallies[election][0]);
    }

    function _requireDuration(uint256 duration, uint256 field) private pure {
        if (duration < _LEAST_SECONDS || duration > _MOST_SECONDS) revert BadRule(field);
    }
}
