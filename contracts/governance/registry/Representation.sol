// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IMembership} from "../../interfaces/IMembership.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {IRepresentation} from "../../interfaces/IRepresentation.sol";
import {History} from "../../libraries/History.sol";
import {Representatives} from "../../libraries/Representatives.sol";
import {Persons} from "./Persons.sol";

/// @title Representation: who represents whom.
/// @dev The followers of a representative are kept like the members of a body, as half-words of 128 persons with history, so that
/// a proposal reads who followed at its snapshot.
abstract contract Representation is IRepresentation, Persons {
    using History for History.Log;

    /* CHANGED BY ONESELF */

    /// @inheritdoc IRepresentation
    function delegate(address representative) external {
        _delegate(msg.sender, representative);
    }

    /// @inheritdoc IRepresentation
    function dismiss(uint256 index) external {
        uint256 representative = _standings[index].representative;
        bool left = _existing(index).leftAt != 0;
        if (representative == 0 || (!left && representative != _indexOf(msg.sender))) revert NotYourFollower(index);
        _represent(index, 0);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IRepresentation
    function delegates(address account) external view returns (address) {
        uint256 representative = _standings[_indexOf(account)].representative;
        if (representative == 0) return account;
        IRegistry.Person memory person_ = _existing(representative);
        return person_.leftAt == 0 ? person_.key : account;
    }

    /// @inheritdoc IRepresentation
    function representativeOf(uint256 index) external view returns (uint256) {
        return _standings[index].representative;
    }

    /// @inheritdoc IRepresentation
    function followerCount(uint256 index) external view returns (uint256, uint256) {
        return (_standings[index].followers, _most());
    }

    /// @inheritdoc IRepresentation
    function followersAt(uint256 representative, uint256 word, uint256 time) external view returns (uint256) {
        mapping(uint256 half => History.Log) storage followers = _followers[representative];
        return followers[word << 1].at(time) | (followers[(word << 1) | 1].at(time) << 128);
    }

    /* INTERNAL */

    function _delegate(address account, address representative) internal {
        uint256 index = _indexOf(account);
        if (index == 0) revert NoPerson(account);
        _member(index);
        uint256 to;
        if (representative != address(0) && representative != account) {
            to = _indexOf(representative);
            if (to == 0) revert NoPerson(representative);
            _member(to);
            uint256 theirs = _standings[to].representative;
            if (theirs != 0) revert RepresentativeDelegates(to, theirs);
        }
        _represent(index, to);
    }

    function _represent(uint256 index, uint256 to) private {
        uint256 from = _standings[index].representative;
        if (from == to) return;
        if (from != 0) {
            --_standings[from].followers;
            _turn(from, index);
        }
        if (to != 0) {
            uint256 most = _most();
            if (_standings[to].followers >= most) revert TooManyFollowers(to, most);
            ++_standings[to].followers;
            _turn(to, index);
        }
        _standings[index].representative = uint32(to);
        emit DelegateChanged(_existing(index).key, _existing(from == 0 ? index : from).key, _existing(to == 0 ? index : to).key);
    }

    /// @dev Turns the bit of a follower.
    function _turn(uint256 representative, uint256 index) private {
        History.Log storage half = _followers[representative][index >> 7];
        half.write(half.latest() ^ (1 << (index & 127)), block.timestamp);
    }

    function _most() private view returns (uint256) {
        return Representatives.most(IMembership(IRegistry(address(this)).root()).headcountAt(block.timestamp));
    }
}
