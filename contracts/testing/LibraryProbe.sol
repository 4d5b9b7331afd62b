// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IConstitution} from "../interfaces/IConstitution.sol";
import {Hex} from "../libraries/Hex.sol";
import {History} from "../libraries/History.sol";
import {LiveEnds} from "../libraries/LiveEnds.sol";
import {LawWords} from "../libraries/LawWords.sol";
import {ProposalWords} from "../libraries/ProposalWords.sol";

/// The internal libraries, reachable by a test.
contract LibraryProbe {
    using History for History.Log;
    using LawWords for uint256;
    using LiveEnds for uint256;
    using ProposalWords for uint256;

    History.Log private _log;

    /* HISTORY */

    function write(uint256[] calldata values, uint256[] calldata times) external {
        for (uint256 i; i < values.length; ++i) {
            _log.write(values[i], times[i]);
        }
    }

    function latest() external view returns (uint256) {
        return _log.latest();
    }

    function at(uint256[] calldata times) external view returns (uint256[] memory values) {
        values = new uint256[](times.length);
        for (uint256 i; i < times.length; ++i) {
            values[i] = _log.at(times[i]);
        }
    }

    /* TEXTS */

    function written(address account) external pure returns (string memory) {
        return Hex.written(account);
    }

    /* LAWS */

    function repacked(IConstitution.Law calldata law) external pure returns (IConstitution.Law memory) {
        return LawWords.pack(law).unpack();
    }

    function fields(IConstitution.Law calldata law)
        external
        pure
        returns (uint256[8] memory byPosition, uint256[8] memory byName)
    {
        uint256 word = LawWords.pack(law);
        for (uint256 i; i < LawWords.FIELDS; ++i) {
            byPosition[i] = word.field(i);
        }
        byName = [
            word.seasoning(),
            word.votingDelay(),
            word.votingPeriod(),
            word.executionDelay(),
            word.grace(),
            word.quorumPpm(),
            word.thresholdPpm(),
            word.sponsors()
        ];
    }

    function strictest(IConstitution.Law calldata one, IConstitution.Law calldata other)
        external
        pure
        returns (IConstitution.Law memory)
    {
        return LawWords.strictest(LawWords.pack(one), LawWords.pack(other)).unpack();
    }

    /* PROPOSALS */

    function ballot(uint256[6] calldata packed, uint8[] calldata votes, bool canceled, bool unsponsored)
        external
        pure
        returns (uint256[10] memory)
    {
        uint256 word = ProposalWords.packBallot(packed[0], packed[1], packed[2], packed[3], packed[4], packed[5]);
        for (uint256 i; i < votes.length; ++i) {
            word += ProposalWords.oneVote(votes[i]);
        }
        if (canceled) word |= ProposalWords.CANCELED;
        if (unsponsored) word |= ProposalWords.UNSPONSORED;
        return [
            word.electorate(),
            word.createdAt(),
            word.voteStart(),
            word.voteEnd(),
            word.frozenSeasoning(),
            word.classes(),
            word.againstVotes(),
            word.forVotes(),
            word.abstainVotes(),
            word.snapshot()
        ];
    }

    function lifecycle(uint256[4] calldata packed, uint256 queuedAt, uint256 drawn, bool executed, bool released)
        external
        pure
        returns (uint256[6] memory, bool, bool)
    {
        uint256 word = ProposalWords.packLifecycle(packed[0], packed[1], packed[2], packed[3]).withQueued(queuedAt);
        word = word.withDrawn(drawn);
        if (executed) word |= ProposalWords.EXECUTED;
        if (released) word |= ProposalWords.RELEASED;
        return (
            [word.proposer(), word.number(), word.sponsorsWanted(), word.queuedAt(), word.drawn(), word.digest()],
            word & ProposalWords.EXECUTED != 0,
            word & ProposalWords.RELEASED != 0
        );
    }

    function withSponsor(uint256 lifecycle_) external pure returns (uint256) {
        return lifecycle_.withSponsor();
    }

    /* LIVE PROPOSALS */

    /// @notice `ends` take their places one after the other; what stood in each before.
    function takeAll(uint256[] calldata ends) external pure returns (uint256 word, uint256[] memory earliest) {
        earliest = new uint256[](ends.length);
        for (uint256 i; i < ends.length; ++i) {
            (word, earliest[i]) = word.take(ends[i]);
        }
    }

    function freed(uint256 word, uint256 end) external pure returns (uint256) {
        return word.free(end);
    }

    function moved(uint256 word, uint256 end, uint256 later) external pure returns (uint256) {
        return word.move(end, later);
    }

    function countLive(uint256 word, uint256 time) external pure returns (uint256) {
        return word.count(time);
    }
}
