// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IEnrolment} from "../../interfaces/IEnrolment.sol";
import {IMembershipToken} from "../../interfaces/IMembershipToken.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {Persons} from "./Persons.sol";

/// @title Enrolment: persons who are entered because they proved to be one.
abstract contract Enrolment is IEnrolment, Persons {
    /// @inheritdoc IEnrolment
    function enroll(address key, bytes32 nullifier) external returns (uint256 index, uint256 leftAt, bool admitted) {
        if (msg.sender != IRegistry(address(this)).root()) revert IRegistry.OnlyRoot(msg.sender);
        if (nullifier == 0) revert ZeroNullifier();
        uint256 holder = _admissible(key);
        index = _nullified[nullifier];
        bool known = index != 0;
        if (known && holder != 0 && holder != index) revert IRegistry.AlreadyPerson(key, holder);
        if (!known) {
            index = holder == 0 ? _count + 1 : holder;
            _nullified[nullifier] = index;
            ++_nullifiedCount;
            emit NullifierProven(index, nullifier);
        }
        if (index > _count) {
            _count = index;
            _keys[key] = index;
            emit IRegistry.PersonAdmitted(index, key);
        } else {
            IRegistry.Person memory person_ = _existing(index);
            leftAt = person_.leftAt;
            if (leftAt == 0) {
                if (known) revert NullifierTaken(nullifier, index);
                return (index, 0, false);
            }
            if (holder == 0) _rekey(index, person_, key);
            emit IRegistry.PersonReturned(index, key);
        }
        _record(index, IRegistry.Person(key, uint40(block.timestamp), 0));
        emit IMembershipToken.Transfer(address(0), key, index);
        emit IMembershipToken.Locked(index);
        return (index, leftAt, true);
    }

    /// @inheritdoc IEnrolment
    function personOf(bytes32 nullifier) external view returns (uint256) {
        return _nullified[nullifier];
    }

    /// @inheritdoc IEnrolment
    function nullifierCount() external view returns (uint256) {
        return _nullifiedCount;
    }
}
