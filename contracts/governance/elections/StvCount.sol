// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IElections} from "../../interfaces/IElections.sol";
import {Bits} from "../../libraries/Bits.sol";

/// @title StvCount: a count by the single transferable vote, checked against every ballot.
/// @dev Who claims a count says only whom each stage transfers, and at what share. Given that, a ballot's way through all stages is
/// known, so that each ballot is looked at once, in any number of pages, and what each candidate received at each stage is a sum.
/// From these sums the rules are then followed stage by stage, and must ask for just the stages that were claimed.
/// Votes are in 1/100,000.
library StvCount {
    using Bits for uint256;

    uint256 private constant _VOTE = 100_000;

    /// @dev Where the count is.
    struct Standing {
        uint256 choices;
        uint256 quota;
        uint256[] votes; // after each stage, stage · choices + candidate − 1
        uint256 winners; // bit i: candidate i
        uint256 out; // elected or excluded
        uint256 pending; // elected, with a surplus that was not transferred
    }

    /// @notice Sends ballots through the claimed stages and adds what candidates receive to `sums` (stage · choices + candidate − 1).
    function replay(
        uint256[] calldata stages,
        uint256[] memory sums,
        uint256[] calldata ballots,
        uint256 choices
    ) internal pure {
        uint256[] memory stageOf = new uint256[](choices + 1); // at which a candidate is transferred, 0 for never
        for (uint256 i; i < stages.length; ++i) {
            uint256 candidate = uint8(stages[i]);
            if (candidate > choices) revert IElections.WrongCount(i + 1);
            stageOf[candidate] = i + 1;
        }
        for (uint256 i; i < ballots.length; ++i) {
            uint256 rest = ballots[i];
            uint256 holder = uint8(rest);
            uint256 value = _VOTE;
            uint256 stage;
            while (true) {
                sums[stage * choices + holder - 1] += value;
                stage = stageOf[holder];
                if (stage == 0) break;
                uint256 word = stages[stage - 1];
                uint256 votes = uint64(word >> 112);
                if (votes != 0) value = value * uint64(word >> 48) / votes;
                uint256 out = uint40(word >> 8);
                do {
                    rest >>= 8;
                    holder = uint8(rest);
                } while (holder != 0 && (out >> holder) & 1 == 1);
                if (holder == 0) break; // not transferable
            }
        }
    }

    /// @notice Who is elected, given what was received at each stage; reverts unless the stages are those of the rules.
    function elected(
        uint256[] calldata stages,
        uint256[] memory sums,
        uint256 choices,
        uint256 seats,
        uint256 ballots
    ) internal pure returns (uint256 winners) {
        Standing memory now_;
        now_.choices = choices;
        now_.quota = (ballots / (seats + 1) + 1) * _VOTE;
        now_.votes = new uint256[](sums.length);
        for (uint256 i; i < choices; ++i) now_.votes[i] = sums[i];
        for (uint256 stage;; ++stage) {
            _elect(now_, stage);
            uint256 open = seats - now_.winners.popcount();
            uint256 continuing = _continuing(now_);
            bool done = open == 0 || continuing.popcount() <= open;
            if (done != (stage == stages.length)) revert IElections.WrongCount(stage + 1);
            if (done) return open == 0 ? now_.winners : now_.winners | continuing;
            if (stages[stage] != _transfer(now_, stage, sums)) revert IElections.WrongCount(stage + 1);
        }
    }

    /* INTERNAL */

    function _continuing(Standing memory now_) private pure returns (uint256) {
        return ((1 << (now_.choices + 1)) - 2) & ~now_.out;
    }

    /// @dev Elects who reached the quota.
    function _elect(Standing memory now_, uint256 stage) private pure {
        uint256 row = stage * now_.choices;
        for (uint256 i = 1; i <= now_.choices; ++i) {
            uint256 has = now_.votes[row + i - 1];
            if ((now_.out >> i) & 1 == 1 || has < now_.quota) continue;
            now_.winners |= 1 << i;
            now_.out |= 1 << i;
            if (has > now_.quota) now_.pending |= 1 << i;
        }
    }

    /// @dev The stage that the rules ask for, and the votes after it.
    function _transfer(Standing memory now_, uint256 stage, uint256[] memory sums) private pure returns (uint256 word) {
        uint256 row = stage * now_.choices;
        bool surplus = now_.pending != 0;
        uint256 candidate = _pick(now_, stage, surplus ? now_.pending : _continuing(now_), surplus);
        if (surplus) {
            now_.pending ^= 1 << candidate;
            uint256 has = now_.votes[row + candidate - 1];
            word = ((has - now_.quota) << 48) | (has << 112);
        } else {
            now_.out |= 1 << candidate;
        }
        word |= candidate | (now_.out << 8);
        for (uint256 i = row; i < row + now_.choices; ++i) {
            now_.votes[i + now_.choices] = now_.votes[i] + sums[i + now_.choices];
        }
        now_.votes[row + now_.choices + candidate - 1] = surplus ? now_.quota : 0;
    }

    /// @dev Of a set the one with most votes, or fewest; of equals by the latest stage before at which they are not.
    function _pick(Standing memory now_, uint256 stage, uint256 set, bool most) private pure returns (uint256 candidate) {
        for (uint256 rows = stage + 1; rows != 0 && set & (set - 1) != 0;) {
            set = _extreme(now_, --rows * now_.choices, set, most);
        }
        // Who stood earlier has the lower bit: the first of a surplus, the last of an exclusion.
        while (set != 0) {
            ++candidate;
            if ((set >> candidate) & 1 == 0) continue;
            if (most) break;
            set ^= 1 << candidate;
        }
    }

    /// @dev Those of a set who have most votes, or fewest, in a row.
    function _extreme(Standing memory now_, uint256 row, uint256 set, bool most) private pure returns (uint256 equals) {
        uint256 best = most ? 0 : type(uint256).max;
        for (uint256 i = 1; i <= now_.choices; ++i) {
            if ((set >> i) & 1 == 0) continue;
            uint256 has = now_.votes[row + i - 1];
            if (has == best) equals |= 1 << i;
            else if ((has > best) == most) (best, equals) = (has, 1 << i);
        }
    }
}
