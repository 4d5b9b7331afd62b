// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IMembershipToken} from "../../interfaces/IMembershipToken.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {PersonPage} from "../../libraries/PersonPage.sol";
import {Persons} from "./Persons.sol";
import {SharedCode} from "../SharedCode.sol";

/// @title Registry: the append-only register of the persons of a zone.
/// @dev What every vote and every admission needs. Keys, recoveries and the face for generic clients are in RegistryAffairs, which
/// runs on the same storage behind the fallback; its address is fixed for ever.
contract Registry is IRegistry, Persons, SharedCode {
    using PersonPage for bytes;

    /* CONSTANTS */

    /// @dev Gas of a page (CREATE, and the slot that names it), of a person in it (25 bytes of code), of reading a record, and of
    /// writing one to a new slot (Yellow Paper, EIP-2929).
    uint256 private constant _PAGE_GAS = 32_000 + 22_100;
    uint256 private constant _PLACE_GAS = 25 * 200;
    uint256 private constant _READ_GAS = 2_100;
    uint256 private constant _RECORD_GAS = 22_100;

    /* IMMUTABLES */

    /// @inheritdoc IRegistry
    address public immutable root;
    address private immutable _affairs;

    constructor(address root_, address affairs) {
        root = root_;
        _affairs = affairs;
    }

    modifier onlyRoot() {
        if (msg.sender != root) revert OnlyRoot(msg.sender);
        _;
    }

    /// @dev The other half of this registry's own code.
    fallback() external {
        _passOnTo(_affairs);
    }

    /* WRITTEN BY THE ROOT ZONE */

    /// @inheritdoc IRegistry
    function admit(address[] calldata keys) external onlyRoot returns (uint256[] memory indices) {
        uint256 before = _count;
        uint256 last = before;
        indices = new uint256[](keys.length);
        address[] memory fresh = new address[](keys.length);
        for (uint256 i; i < keys.length; ++i) {
            address key = keys[i];
            uint256 index = _admissible(key);
            if (index == 0) {
                fresh[last - before] = key;
                index = ++last;
                _keys[key] = index;
                emit PersonAdmitted(index, key);
            } else {
                if (index > before || _existing(index).leftAt == 0) revert AlreadyPerson(key, index);
                _record(index, Person(key, uint40(block.timestamp), 0));
                emit PersonReturned(index, key);
            }
            emit IMembershipToken.Transfer(address(0), key, index);
            emit IMembershipToken.Locked(index);
            indices[i] = index;
        }
        if (last == before) return indices;
        _count = last;
        _enter(before + 1, fresh, last - before);
    }

    /// @inheritdoc IRegistry
    function depart(uint256 index) external onlyRoot {
        Person memory person_ = _member(index);
        _drop(index);
        person_.leftAt = uint40(block.timestamp);
        _record(index, person_);
        emit PersonLeft(index, _departures.length);
        emit IMembershipToken.Transfer(person_.key, address(0), index);
        _departures.push(index | (block.timestamp << 32));
    }

    /* READ BY ANYONE */

    /// @inheritdoc IRegistry
    function indexOf(address key) external view returns (uint256) {
        return uint32(_keys[key]); // read in every vote
    }

    /// @inheritdoc IRegistry
    function person(uint256 index) external view returns (Person memory) {
        return _existing(index);
    }

    /// @inheritdoc IRegistry
    function keysOf(uint256 word) external view returns (address page, uint256 loose) {
        Page memory current = _pages[word];
        return (current.code, _loose[word] | ~_lowest(current.size));
    }

    /// @inheritdoc IRegistry
    function count() external view returns (uint256) {
        return _count;
    }

    /// @inheritdoc IRegistry
    function departureCount() external view returns (uint256) {
        return _departures.length;
    }

    /// @inheritdoc IRegistry
    function departure(uint256 position) external view returns (uint256 index, uint256 at) {
        uint256 word = _departures[position];
        return (uint32(word), word >> 32);
    }

    /* INTERNAL */

    /// @dev Writes `number` new persons from index `first` on, each word in the cheaper way.
    function _enter(uint256 first, address[] memory keys, uint256 number) private {
        uint256 done;
        while (done < number) {
            uint256 index = first + done;
            uint256 word = index >> 8;
            uint256 place = index & 255;
            uint256 size = _least(256, place + number - done);
            if (_pageIsCheaper(place, _pages[word].size, size - place)) {
                (bytes memory draft, uint256 gone) = _fold(word, place, size);
                draft.fill(size, place, keys, done, block.timestamp);
                _publish(word, draft, size, gone);
            } else {
                for (uint256 i; i < size - place; ++i) {
                    _records[index + i] = Person(keys[done + i], uint40(block.timestamp), 0);
                }
            }
            done += size - place;
        }
    }

    /// @dev Whether `several` new persons after `present` others, of whom `paged` are in a page, are cheaper as a page than as
    /// records. A page has everybody of the word, so the others are read and written again. It breaks even at 4 new persons in an
    /// empty word, at 10 after 20 persons in a page, at 33 after 100; a word that fills up one by one never gets a page.
    function _pageIsCheaper(uint256 present, uint256 paged, uint256 several) private pure returns (bool) {
        return _PAGE_GAS + (present + several) * _PLACE_GAS + (present - paged) * _READ_GAS < several * _RECORD_GAS;
    }
}
