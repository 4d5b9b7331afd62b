// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IConstitution} from "../../interfaces/IConstitution.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {IWishes} from "../../interfaces/IWishes.sol";
import {Classes} from "../../libraries/Classes.sol";

/// @title Wishes: parameters by the median of what members wish for.
/// @dev A wish is one byte, and each changes two numbers of a histogram of at most 101: the median is read in fourteen words at most.
contract Wishes is IWishes {
    /* CONSTANTS */

    uint256 private constant _WHOLE_PPM = 1_000_000;
    uint256 private constant _MOST_BINS = 101;
    uint256 private constant _LEAST_EPOCH = 1 days;
    uint256 private constant _MOST_EPOCH = 366 days;

    /* STORAGE */

    struct Book {
        address registry;
        uint24 seasoning; // seconds
        uint24 quorumPpm; // 0 for none
        uint8 bins; // 0: not opened
        uint8 move; // bins a reading
        uint8 current; // bin in force
        uint8 following; // bin in force from the next reading on
        uint32 wishes; // persons who have one
        uint40 openedAt; // unix seconds
        uint32 epochSeconds;
        uint32 epoch; // of the last reading
        uint112 step; // unit of the parameter
        uint128 least; // unit of the parameter
    }

    mapping(address body => mapping(bytes32 name => Book)) private _books;
    /// @dev A byte a person, bin + 1, 0 for none; person 32·word + i is byte i from the lowest.
    mapping(address body => mapping(bytes32 name => mapping(uint256 word => uint256))) private _bytes;
    /// @dev 32 bits a bin, eight bins a word.
    mapping(address body => mapping(bytes32 name => mapping(uint256 word => uint256))) private _counts;

    /* BY BODIES */

    /// @inheritdoc IWishes
    function openParameter(Terms calldata terms) external {
        Book storage book = _books[msg.sender][terms.name];
        if (book.bins != 0) revert ParameterTaken(terms.name);
        if (terms.least > type(uint128).max) revert BadParameter(1);
        if (terms.step == 0 || terms.step > type(uint112).max) revert BadParameter(2);
        if (terms.bins < 2 || terms.bins > _MOST_BINS) revert BadParameter(3);
        if (terms.first >= terms.bins) revert BadParameter(4);
        if (terms.move == 0 || terms.move > _MOST_BINS) revert BadParameter(5);
        if (terms.quorumPpm > _WHOLE_PPM) revert BadParameter(6);
        if (terms.epochSeconds < _LEAST_EPOCH || terms.epochSeconds > _MOST_EPOCH) revert BadParameter(7);
        uint24 seasoning = IConstitution(msg.sender).lawAt(Classes.MEMBERSHIP, block.timestamp).seasoning;
        book.registry = IMembership(msg.sender).registry();
        book.seasoning = seasoning;
        book.quorumPpm = uint24(terms.quorumPpm);
        book.bins = uint8(terms.bins);
        book.move = uint8(terms.move);
        book.current = uint8(terms.first);
        book.following = uint8(terms.first);
        book.openedAt = uint40(block.timestamp);
        book.epochSeconds = uint32(terms.epochSeconds);
        book.step = uint112(terms.step);
        book.least = uint128(terms.least);
        emit ParameterOpened(msg.sender, terms.name, terms, seasoning);
    }

    /* BY MEMBERS */

    /// @inheritdoc IWishes
    function wish(address body, bytes32 name, uint256 bin) external {
        Book storage book = _known(body, name);
        if (bin >= book.bins) revert NoSuchBin(bin, book.bins);
        uint256 person = IRegistry(book.registry).indexOf(msg.sender);
        if (!_seasoned(body, book.seasoning, person)) revert CannotWish(msg.sender, person);
        uint256 before = _byte(body, name, person);
        if (before == 0) ++book.wishes;
        else _change(body, name, before - 1, false);
        _change(body, name, bin, true);
        _bytes[body][name][person >> 5] ^= (before ^ (bin + 1)) << ((person & 31) << 3);
        emit Wished(body, name, person, bin);
    }

    /* BY ANYONE */

    /// @inheritdoc IWishes
    function forget(address body, bytes32 name, uint256[] calldata persons) external {
        Book storage book = _known(body, name);
        uint256 own = IRegistry(book.registry).indexOf(msg.sender);
        for (uint256 i; i < persons.length; ++i) {
            uint256 person = persons[i];
            uint256 before = _byte(body, name, person);
            if (before == 0) revert NoWish(person);
            if (person != own && IMembership(body).isMember(person)) revert StillMember(person);
            _change(body, name, before - 1, false);
            _bytes[body][name][person >> 5] ^= before << ((person & 31) << 3);
            emit WishForgotten(body, name, person);
        }
        book.wishes -= uint32(persons.length);
    }

    /// @inheritdoc IWishes
    function readWishes(address body, bytes32 name) external {
        Book storage book = _known(body, name);
        uint256 epoch = (block.timestamp - book.openedAt) / book.epochSeconds;
        if (epoch <= book.epoch) revert ReadAlready(book.openedAt + (uint256(book.epoch) + 1) * book.epochSeconds);
        (uint256 middle, uint256 wishes) = median(body, name);
        uint256 current = book.following;
        uint256 following = current;
        if (wishes != 0 && wishes * _WHOLE_PPM >= IMembership(body).headcountAt(block.timestamp) * book.quorumPpm) {
            uint256 move = book.move;
            if (middle > current) following = middle - current > move ? current + move : middle;
            else following = current - middle > move ? current - move : middle;
        }
        (book.epoch, book.current, book.following) = (uint32(epoch), uint8(current), uint8(following));
        emit WishesRead(body, name, epoch, middle, wishes, current, following);
    }

    /* READ */

    /// @inheritdoc IWishes
    function valueOf(address body, bytes32 name) public view returns (uint256) {
        Book storage book = _known(body, name);
        return book.least + uint256(book.step) * book.current;
    }

    /// @inheritdoc IWishes
    function median(address body, bytes32 name) public view returns (uint256 bin, uint256 wishes) {
        wishes = _known(body, name).wishes;
        if (wishes == 0) return (0, 0);
        uint256 needed = (wishes + 1) >> 1;
        uint256 word = _counts[body][name][0];
        while (true) {
            uint256 here = uint32(word >> ((bin & 7) << 5));
            if (here >= needed) return (bin, wishes);
            needed -= here;
            if (++bin & 7 == 0) word = _counts[body][name][bin >> 3];
        }
    }

    /// @inheritdoc IWishes
    function parameterOf(address body, bytes32 name) external view returns (Parameter memory found) {
        Book storage book = _known(body, name);
        found.least = book.least;
        found.step = book.step;
        found.bins = book.bins;
        found.move = book.move;
        found.quorumPpm = book.quorumPpm;
        found.seasoning = book.seasoning;
        found.openedAt = book.openedAt;
        found.epochSeconds = book.epochSeconds;
        found.epoch = book.epoch;
        found.current = book.current;
        found.following = book.following;
        found.wishes = book.wishes;
        found.value = valueOf(body, name);
    }

    /// @inheritdoc IWishes
    function wishOf(address body, bytes32 name, uint256 person) external view returns (bool found, uint256 bin) {
        uint256 kept = _byte(body, name, person);
        return kept == 0 ? (false, 0) : (true, kept - 1);
    }

    /// @inheritdoc IWishes
    function histogram(address body, bytes32 name) external view returns (uint256[] memory counts) {
        counts = new uint256[](_known(body, name).bins);
        for (uint256 i; i < counts.length; ++i) counts[i] = uint32(_counts[body][name][i >> 3] >> ((i & 7) << 5));
    }

    /* INTERNAL */

    function _known(address body, bytes32 name) private view returns (Book storage book) {
        book = _books[body][name];
        if (book.bins == 0) revert NoSuchParameter(body, name);
    }

    function _seasoned(address body, uint256 seasoning, uint256 person) private view returns (bool) {
        if (person == 0) return false;
        uint256 word = person >> 8;
        uint256 earlier = block.timestamp > seasoning ? block.timestamp - seasoning : 0;
        uint256 members = IMembership(body).membersAt(word, block.timestamp) & IMembership(body).membersAt(word, earlier);
        return (members >> (person & 255)) & 1 == 1;
    }

    function _byte(address body, bytes32 name, uint256 person) private view returns (uint256) {
        return uint8(_bytes[body][name][person >> 5] >> ((person & 31) << 3));
    }

    function _change(address body, bytes32 name, uint256 bin, bool more) private {
        uint256 one = 1 << ((bin & 7) << 5);
        if (more) _counts[body][name][bin >> 3] += one;
        else _counts[body][name][bin >> 3] -= one;
    }
}
