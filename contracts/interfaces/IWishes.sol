// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Numbers that everybody sets together: each member wishes, the median counts. One per chain, nobody's, without settings.
/// @notice A body opens a parameter by constitutional vote, which fixes its bounds for good: `bins` values from `least` on, `step`
/// apart. Members wish for one of them whenever they like. Once an epoch anyone has the median read; it acts from the next reading
/// on, and moves at most `move` bins a reading. Formula: ECONOMY A3. Numbers of bins begin at 0, shares are parts per million.
interface IWishes {
    /// @param name text of up to 32 bytes or a hash, once a body
    /// @param least value of bin 0, in the unit of the parameter, below 2^128
    /// @param step from one bin to the next, 1 to 2^112
    /// @param bins 2 to 101
    /// @param first bin in force to begin with
    /// @param move most bins that one reading moves, 1 at least
    /// @param quorumPpm share of the members that must have a wish, otherwise nothing moves
    /// @param epochSeconds between readings, a day to a year
    struct Terms {
        bytes32 name;
        uint256 least;
        uint256 step;
        uint256 bins;
        uint256 first;
        uint256 move;
        uint256 quorumPpm;
        uint256 epochSeconds;
    }

    /// @param seasoning seconds for which who wishes must have been a member
    /// @param epoch of the last reading, 0 for that of the opening
    /// @param current bin in force
    /// @param following bin that is in force from the next reading on
    /// @param wishes members who have one
    /// @param value in force, in the unit of the parameter
    struct Parameter {
        uint256 least;
        uint256 step;
        uint256 bins;
        uint256 move;
        uint256 quorumPpm;
        uint256 seasoning;
        uint256 openedAt;
        uint256 epochSeconds;
        uint256 epoch;
        uint256 current;
        uint256 following;
        uint256 wishes;
        uint256 value;
    }

    event ParameterOpened(address indexed body, bytes32 indexed name, Terms terms, uint256 seasoning);
    event Wished(address indexed body, bytes32 indexed name, uint256 indexed person, uint256 bin);
    /// @notice A wish no longer counts: the person took it back, or is no member.
    event WishForgotten(address indexed body, bytes32 indexed name, uint256 indexed person);
    event WishesRead(
        address indexed body,
        bytes32 indexed name,
        uint256 epoch,
        uint256 median,
        uint256 wishes,
        uint256 current,
        uint256 following
    );

    error NoSuchParameter(address body, bytes32 name);
    /// @notice A body has a parameter of this name, whose bounds stay.
    error ParameterTaken(bytes32 name);
    /// @notice `field` counts from 0 in the order of the terms.
    error BadParameter(uint256 field);
    error NoSuchBin(uint256 bin, uint256 bins);
    /// @notice Not a member, or not for long enough; person 0 is a stranger.
    error CannotWish(address caller, uint256 person);
    error NoWish(uint256 person);
    /// @notice Only the person takes back the wish of a member.
    error StillMember(uint256 person);
    /// @notice The median of this epoch was read; the next begins then.
    error ReadAlready(uint256 next);

    /// @notice Opens a parameter of the calling body.
    function openParameter(Terms calldata terms) external;

    /// @notice Wishes for a bin, in place of what one wished before.
    function wish(address body, bytes32 name, uint256 bin) external;

    /// @notice Takes back one's own wish, or those of persons who are no members now. Anyone.
    function forget(address body, bytes32 name, uint256[] calldata persons) external;

    /// @notice Puts in force what the last reading found, and reads the median for the next one. Anyone, once an epoch.
    function readWishes(address body, bytes32 name) external;

    /// @notice The value in force, in the unit of the parameter.
    function valueOf(address body, bytes32 name) external view returns (uint256);

    /// @notice The lowest bin that at least half of the wishes do not exceed, and how many wishes there are; 0 and 0 without any.
    function median(address body, bytes32 name) external view returns (uint256 bin, uint256 wishes);

    function parameterOf(address body, bytes32 name) external view returns (Parameter memory);

    /// @notice What a person wishes for; `found` is false for nothing.
    function wishOf(address body, bytes32 name, uint256 person) external view returns (bool found, uint256 bin);

    /// @notice Number of wishes for each bin.
    function histogram(address body, bytes32 name) external view returns (uint256[] memory counts);
}
