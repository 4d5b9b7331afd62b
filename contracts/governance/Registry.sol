// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IRegistry} from "../interfaces/IRegistry.sol";

/// @title Registry: the append-only register of the persons of a zone.
contract Registry is IRegistry {
    /* IMMUTABLES */

    /// @inheritdoc IRegistry
    address public immutable root;

    /* STORAGE */

    mapping(address key => uint256) public indexOf;
    mapping(uint256 index => Person) private _persons;
    /// Departures in order: index (bits 0-31) | unix seconds (32-71).
    uint256[] private _departures;
    /// @inheritdoc IRegistry
    uint256 public count;

    constructor(address root_) {
        root = root_;
    }

    modifier onlyRoot() {
        if (msg.sender != root) revert OnlyRoot(msg.sender);
        _;
    }

    /* WRITTEN BY THE ROOT ZONE */

    /// @inheritdoc IRegistry
    function admit(address[] calldata keys) external onlyRoot returns (uint256[] memory indices) {
        uint256 last = count;
        uint256 before = last;
        indices = new uint256[](keys.length);
        for (uint256 i; i < keys.length; ++i) {
            address key = keys[i];
            if (key == address(0)) revert ZeroKey();
            uint256 index = indexOf[key];
            if (index == 0) {
                index = ++last;
                indexOf[key] = index;
                _persons[index] = Person(key, uint40(block.timestamp), 0);
                emit PersonAdmitted(index, key);
            } else {
                if (_persons[index].leftAt == 0) revert AlreadyPerson(key, index);
                _persons[index] = Person(key, uint40(block.timestamp), 0);
                emit PersonReturned(index, key);
            }
            indices[i] = index;
        }
        if (last != before) count = last;
    }

    /// @inheritdoc IRegistry
    function depart(uint256 index) external onlyRoot {
        Person storage person_ = _persons[index];
        if (person_.admittedAt == 0 || person_.leftAt != 0) revert NoSuchPerson(index);
        person_.leftAt = uint40(block.timestamp);
        emit PersonLeft(index, _departures.length);
        _departures.push(index | (block.timestamp << 32));
    }

    /* READ BY ANYONE */

    /// @inheritdoc IRegistry
    function person(uint256 index) external view returns (Person memory) {
        if (index == 0 || index > count) revert NoSuchPerson(index);
        return _persons[index];
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
}
