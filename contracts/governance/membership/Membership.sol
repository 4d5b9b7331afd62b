// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IMembership} from "../../interfaces/IMembership.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {History} from "../../libraries/History.sol";
import {BodyStorage} from "../body/BodyStorage.sol";

/// @title Membership: who belongs to a body, as a bitmap with history.
/// @dev A 256-person word is kept as two halves of 128 persons, each one slot with the time of its last change, so that a vote
/// reads one slot. Every change first applies the zone's departures, dated when they happened: no proposal of this body was
/// created in between, so no electorate changes, and the history stays in order.
abstract contract Membership is BodyStorage {
    using History for History.Log;

    /* CONSTANTS */

    uint256 private constant _DEPARTURES_AT_ONCE = 64;

    /* WHO BELONGS */

    /// @dev Departures that wait to be applied count as applied.
    function _membersAt(uint256 word, uint256 time) internal view returns (uint256 mask) {
        mask = _keptAt(word, time);
        if (_wiring.depth == 0) return mask;
        IRegistry registry_ = IRegistry(_wiring.registry);
        uint256 count = registry_.departureCount();
        for (uint256 i = _wiring.departuresSeen; i < count; ++i) {
            (uint256 index, uint256 at) = registry_.departure(i);
            if (at <= time && index >> 8 == word) mask &= ~(1 << (index & 255));
        }
    }

    /// @dev The same without the departures that wait.
    function _keptAt(uint256 word, uint256 time) internal view returns (uint256) {
        return _members[word << 1].at(time) | (_members[(word << 1) | 1].at(time) << 128);
    }

    /// @dev See Headcounts. Departures that wait to be applied count as applied.
    function _headcountWordAt(uint256 time) internal view returns (uint256 heads) {
        heads = _headcount.at(time);
        if (_wiring.depth == 0) return heads;
        IRegistry registry_ = IRegistry(_wiring.registry);
        uint256 count = registry_.departureCount();
        uint256[] memory gone = new uint256[](count - _wiring.departuresSeen);
        uint256 found;
        for (uint256 i = _wiring.departuresSeen; i < count; ++i) {
            (uint256 index, uint256 at) = registry_.departure(i);
            if (at > time || (_members[index >> 7].at(time) >> (index & 127)) & 1 == 0) continue;
            bool counted; // who left twice is in the log twice
            for (uint256 j; j < found; ++j) counted = counted || gone[j] == index;
            if (counted) continue;
            gone[found++] = index;
            --heads;
        }
    }

    /// @dev Member both at `snapshot` and `seasoning` seconds before it.
    function _isElector(uint256 index, uint256 snapshot, uint256 seasoning) internal view returns (bool) {
        if (index == 0) return false;
        History.Log storage half = _members[index >> 7];
        uint256 shift = index & 127;
        uint256 seasonedAt = snapshot > seasoning ? snapshot - seasoning : 0;
        (uint256 mask, uint256 since) = half.newest();
        if (since <= seasonedAt) return (mask >> shift) & 1 == 1; // nothing changed in between
        if ((half.at(seasonedAt) >> shift) & 1 == 0) return false;
        return (half.at(snapshot) >> shift) & 1 == 1;
    }

    /// @dev Of the `wanted` of a word, those who were members both at `snapshot` and `seasoning` seconds before it. A half of whom
    /// nobody is wanted is not read.
    function _electors(uint256 word, uint256 wanted, uint256 snapshot, uint256 seasoning) internal view returns (uint256) {
        uint256 seasonedAt = snapshot > seasoning ? snapshot - seasoning : 0;
        uint256 low = uint128(wanted);
        uint256 high = wanted >> 128;
        if (low != 0) low &= _electorsIn(_members[word << 1], snapshot, seasonedAt);
        if (high != 0) high &= _electorsIn(_members[(word << 1) | 1], snapshot, seasonedAt);
        return low | (high << 128);
    }

    function _electorsIn(History.Log storage half, uint256 snapshot, uint256 seasonedAt) private view returns (uint256) {
        (uint256 mask, uint256 since) = half.newest();
        if (since <= seasonedAt) return mask; // nothing changed in between
        return half.at(seasonedAt) & half.at(snapshot);
    }

    /* DEPARTURES FROM THE ZONE */

    /// @dev Brings this body up to the zone's last departure; every change and every proposal begins here.
    function _applyAllDepartures() internal {
        if (_wiring.depth == 0) return;
        uint256 pending = _applyDepartures(_DEPARTURES_AT_ONCE);
        if (pending != 0) revert IMembership.DeparturesPending(pending);
    }

    function _applyDepartures(uint256 most) internal returns (uint256 pending) {
        if (_wiring.depth == 0) return 0;
        IRegistry registry_ = IRegistry(_wiring.registry);
        uint256 seen = _wiring.departuresSeen;
        pending = registry_.departureCount() - seen;
        if (pending == 0) return 0;
        uint256 last = seen + (pending < most ? pending : most);
        for (uint256 i = seen; i < last; ++i) {
            (uint256 index, uint256 at) = registry_.departure(i);
            if ((_members[index >> 7].latest() >> (index & 127)) & 1 == 0) continue;
            _end(index, _wiring.live ? at : 0); // in the genesis everything is dated 0
            emit IMembership.MembershipEnded(index, at);
        }
        _wiring.departuresSeen = uint32(last);
        return pending - (last - seen);
    }

    function _end(uint256 index, uint256 time) internal {
        History.Log storage half = _members[index >> 7];
        uint256 mask = half.latest();
        uint256 bit = 1 << (index & 127);
        if (mask & bit == 0) revert IMembership.NotMember(index);
        half.write(mask ^ bit, time);
        _headcount.write(_headcount.latest() - 1, time);
    }
}
