// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IElections} from "../../interfaces/IElections.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IOffices} from "../../interfaces/IOffices.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {ElectionStorage} from "./ElectionStorage.sol";

/// @title Seats: who holds which office until when: by election, or named for a time by the body above.
abstract contract Seats is IOffices, ElectionStorage {
    /* CONSTANTS */

    uint256 private constant _LONGEST = 90 days;
    uint256 private constant _REST_SECONDS = 365 days;

    /* BY THE BODY ABOVE */

    /// @inheritdoc IOffices
    function replaceOfficers(uint256 election, uint256[] calldata persons, uint256 seconds_) external {
        Record storage record = _fromAbove(election);
        (address body, bytes32 office) = (record.body, record.label);
        if (_termNow(body, office) != election) revert NotTheirTerm(election);
        if (seconds_ == 0 || seconds_ > _LONGEST) revert WrongTime(seconds_, _LONGEST);
        if (persons.length == 0 || persons.length > record.seats) revert WrongNumber(persons.length, record.seats);
        if (block.timestamp < _rests[body][office]) revert OfficeRests(_rests[body][office]);
        _name(election, record, persons);

        _rests[body][office] = block.timestamp + _REST_SECONDS;
        uint256 until = block.timestamp + seconds_;
        if (until > record.termEnd) until = record.termEnd;
        _replacements[election] = Replacement({
            by: msg.sender,
            since: uint40(block.timestamp),
            until: uint40(until),
            places: uint8(persons.length)
        });
        emit OfficersReplaced(election, msg.sender, persons, until, _origin());
    }

    /// @inheritdoc IOffices
    function restoreOfficers(uint256 election) external {
        _fromAbove(election);
        Replacement storage replaced = _replacements[election];
        if (block.timestamp >= replaced.until) revert NotReplaced(election);
        replaced.until = uint40(block.timestamp);
        emit OfficersRestored(election, msg.sender, _origin());
    }

    /* BY OFFICERS */

    /// @inheritdoc IOffices
    function resign(uint256 election) external {
        address registry = _elections[election].registry;
        uint256 person = registry == address(0) ? 0 : IRegistry(registry).indexOf(msg.sender);
        _requireSeat(election, person);
        _leave(election, person, false);
    }

    /* READ */

    /// @inheritdoc IOffices
    function officers(address body, bytes32 office) external view returns (uint256 election, uint256[] memory persons) {
        election = _termNow(body, office);
        Record storage record = _elections[election];
        bool replaced = _replaced(election);
        address members = replaced ? _replacements[election].by : body;
        uint256 most = replaced ? _replacements[election].places : record.choices;
        uint256 seated = record.winners & ~record.left;
        uint256 found;
        persons = new uint256[](record.seats);
        for (uint256 i; i < most; ++i) {
            if (!replaced && (seated >> (i + 1)) & 1 == 0) continue;
            uint256 person = replaced ? _namedAt(election, i) : _candidate(election, i + 1);
            if (IMembership(members).isMember(person)) persons[found++] = person;
        }
        assembly ("memory-safe") {
            mstore(persons, found)
        }
    }

    /// @inheritdoc IOffices
    function isOfficer(address body, bytes32 office, uint256 person) external view returns (bool) {
        uint256 election = _termNow(body, office);
        if (_replaced(election)) {
            return _isNamed(election, person) && IMembership(_replacements[election].by).isMember(person);
        }
        return _isElected(election, person) && IMembership(body).isMember(person);
    }

    /// @inheritdoc IOffices
    function replacementOf(uint256 election)
        external
        view
        returns (address by, uint256 since, uint256 until, uint256[] memory persons)
    {
        Replacement storage replaced = _replacements[election];
        (by, since, until) = (replaced.by, replaced.since, replaced.until);
        persons = new uint256[](replaced.places);
        for (uint256 i; i < persons.length; ++i) persons[i] = _namedAt(election, i);
    }

    /// @inheritdoc IOffices
    function officeRestsUntil(address body, bytes32 office) external view returns (uint256) {
        return _rests[body][office];
    }

    /* INTERNAL */

    /// @dev Reverts unless the person sits by this election.
    function _requireSeat(uint256 election, uint256 person) internal view {
        if (!_sits(election, person)) revert NotOfficer(election, person);
    }

    /// @dev Whether somebody was elected there in a term that is not over and has not left, or is named in their place now.
    function _sits(uint256 election, uint256 person) internal view returns (bool) {
        return (_elections[election].termEnd > block.timestamp && _isElected(election, person))
            || (_replaced(election) && _isNamed(election, person));
    }

    function _leave(uint256 election, uint256 person, bool recalled) internal {
        Record storage record = _elections[election];
        uint256 number = _numberOf(election, record.choices, person);
        if (number != 0) record.left |= uint64(1 << number);
        for (uint256 i; i < _replacements[election].places; ++i) {
            if (_namedAt(election, i) == person) _named[election][i >> 3] ^= person << ((i & 7) << 5);
        }
        emit OfficerLeft(election, person, recalled);
    }

    /// @dev The election, if whoever calls is the parent of its body. A zone has none, and nobody calls from the zero address.
    function _fromAbove(uint256 election) private view returns (Record storage record) {
        record = _elections[election];
        if (record.body == address(0)) revert IElections.NoSuchElection(election);
        if (IMembership(record.body).parent() != msg.sender) revert NotFromAbove(msg.sender);
    }

    function _name(uint256 election, Record storage record, uint256[] calldata persons) private {
        uint256[2] memory words;
        uint256 before;
        for (uint256 i; i < persons.length; ++i) {
            uint256 person = persons[i];
            if (
                person <= before || !IMembership(msg.sender).isMember(person)
                    || (record.left >> _numberOf(election, record.choices, person)) & 1 == 1
            ) revert CannotName(person);
            words[i >> 3] |= person << ((i & 7) << 5);
            before = person;
        }
        (_named[election][0], _named[election][1]) = (words[0], words[1]);
    }

    /// @dev The election whose term began last, 0 for none and for one whose term is over.
    function _termNow(address body, bytes32 office) private view returns (uint256 election) {
        uint256[] storage terms = _terms[body][office];
        for (uint256 i = terms.length; i != 0; --i) {
            Record storage record = _elections[terms[i - 1]];
            if (record.termStart > block.timestamp) continue;
            return record.termEnd > block.timestamp ? terms[i - 1] : 0;
        }
    }

    function _replaced(uint256 election) private view returns (bool) {
        return block.timestamp < _replacements[election].until;
    }

    /// @dev Whether somebody was elected there and has not left since.
    function _isElected(uint256 election, uint256 person) private view returns (bool) {
        Record storage record = _elections[election];
        uint256 number = _numberOf(election, record.choices, person);
        return ((record.winners & ~record.left) >> number) & 1 == 1;
    }

    /// @dev Whether somebody is among those named last and has not left since.
    function _isNamed(uint256 election, uint256 person) private view returns (bool) {
        for (uint256 i; person != 0 && i < _replacements[election].places; ++i) {
            if (_namedAt(election, i) == person) return true;
        }
        return false;
    }

    function _namedAt(uint256 election, uint256 place) private view returns (uint256) {
        return uint32(_named[election][place >> 3] >> ((place & 7) << 5));
    }

    /// @dev Number of the caller's proposal that is running, 0 for none.
    function _origin() private view returns (uint256 proposal) {
        (proposal,,) = IZone(msg.sender).execution();
    }
}
