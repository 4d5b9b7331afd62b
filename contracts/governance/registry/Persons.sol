// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IKeyRecovery} from "../../interfaces/IKeyRecovery.sol";
import {IMembershipToken} from "../../interfaces/IMembershipToken.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {PersonPage} from "../../libraries/PersonPage.sol";
import {RegistryStorage} from "./RegistryStorage.sol";

/// @title Persons: who has which index and which key, in code pages and in records.
/// @dev A word of 256 persons has a page (see PersonPage) for its first persons, and records for the others. A person of the page to
/// whom something happened since it was written is loose: a record counts, not the page. Who left is always loose.
abstract contract Persons is RegistryStorage {
    using PersonPage for bytes;

    /* CONSTANTS */

    uint256 private constant _RETIRED = 32;
    uint256 internal constant _RECOVERY_SECONDS = 14 days;

    /* PERSONS */

    function _existing(uint256 index) internal view returns (IRegistry.Person memory) {
        if (index == 0 || index > _count) revert IRegistry.NoSuchPerson(index);
        uint256 place = index & 255;
        Page memory page = _pages[index >> 8];
        if (place >= page.size || (_loose[index >> 8] >> place) & 1 == 1) return _records[index];
        (address key, uint40 admittedAt) = PersonPage.at(page.code, page.size, place);
        return IRegistry.Person(key, admittedAt, 0);
    }

    /// @dev Somebody who is a member of the zone now.
    function _member(uint256 index) internal view returns (IRegistry.Person memory found) {
        found = _existing(index);
        if (found.leftAt != 0) revert IRegistry.PersonHasLeft(index);
    }

    function _record(uint256 index, IRegistry.Person memory changed) internal {
        _records[index] = changed;
        uint256 word = index >> 8;
        uint256 place = index & 255;
        if (place < _pages[word].size) _loose[word] |= 1 << place;
    }

    /* KEYS */

    function _indexOf(address key) internal view returns (uint256) {
        return uint32(_keys[key]);
    }

    function _retiredBy(address key) internal view returns (uint256) {
        return _keys[key] >> _RETIRED;
    }

    /// @dev Index of who acts with a key that may be admitted, 0 for a stranger's.
    function _admissible(address key) internal view returns (uint256 index) {
        if (key == address(0)) revert IRegistry.ZeroKey();
        uint256 entry = _keys[key];
        index = uint32(entry);
        if (index != entry) revert IRegistry.RetiredKey(key, entry >> _RETIRED);
    }

    function _requireNew(address key) internal view {
        uint256 index = _admissible(key);
        if (index != 0) revert IRegistry.AlreadyPerson(key, index);
    }

    /// @dev The index stays; the old key is nobody's for ever.
    function _rekey(uint256 index, IRegistry.Person memory person, address newKey) internal {
        _requireNew(newKey);
        address oldKey = person.key;
        _keys[oldKey] = index << _RETIRED;
        _keys[newKey] = index;
        person.key = newKey;
        _record(index, person);
        emit IKeyRecovery.KeyRotated(index, oldKey, newKey);
        if (person.leftAt == 0) emit IMembershipToken.Transfer(oldKey, newKey, index);
    }

    /* RECOVERIES */

    /// @dev Ends what is open without blame.
    function _drop(uint256 index) internal {
        Recovery memory open = _recoveries[index];
        if (open.newKey == address(0)) return;
        delete _recoveries[index];
        if (_expiry(open) >= block.timestamp) emit IKeyRecovery.RecoveryDropped(index, open.newKey);
    }

    /// @dev Last second in which the recovery can go on; 0 for none.
    function _expiry(Recovery memory open) internal pure returns (uint256) {
        if (open.newKey == address(0)) return 0;
        return (open.readyAt == 0 ? open.openedAt : open.readyAt) + _RECOVERY_SECONDS;
    }

    /* PAGES */

    /// @dev A draft for `size` persons with the first `present` of the word as they are now, and who of them has left.
    function _fold(uint256 word, uint256 present, uint256 size)
        internal
        view
        returns (bytes memory draft, uint256 gone)
    {
        draft = PersonPage.blank(size);
        Page memory earlier = _pages[word];
        if (earlier.size != 0) draft.copyFrom(size, earlier.code, earlier.size);
        uint256 loose = (_loose[word] | ~_lowest(earlier.size)) & _lowest(present);
        for (uint256 i; loose != 0; ++i) {
            if (loose & 1 == 1) {
                IRegistry.Person memory found = _records[(word << 8) | i];
                draft.put(size, i, found.key, found.admittedAt);
                if (found.leftAt != 0) gone |= 1 << i;
            }
            loose >>= 1;
        }
    }

    function _publish(uint256 word, bytes memory draft, uint256 size, uint256 gone) internal {
        address page = draft.write();
        _pages[word] = Page(page, uint16(size));
        if (_loose[word] != gone) _loose[word] = gone;
        emit IRegistry.PageWritten(word, page, size, gone);
    }

    /// @dev The lowest `number` bits.
    function _lowest(uint256 number) internal pure returns (uint256) {
        return number == 256 ? type(uint256).max : (1 << number) - 1;
    }

    function _least(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }
}
