// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title The append-only register of the persons of a zone.
/// @notice A person has one index for life. Index 0 is nobody; the first person is 1. One who leaves and returns gets the
/// same index back. Only the root zone admits and lets leave, by what its members voted; a person may change their own key.
interface IRegistry {
    /// @param key account the person acts with
    /// @param admittedAt unix seconds of the newest admission
    /// @param leftAt unix seconds of leaving, 0 while a member of the zone
    struct Person {
        address key;
        uint40 admittedAt;
        uint40 leftAt;
    }

    event PersonAdmitted(uint256 indexed index, address indexed key);
    event PersonReturned(uint256 indexed index, address indexed key);
    event PersonLeft(uint256 indexed index, uint256 departure);
    /// @notice The first `size` persons of a word are in a new page, but for those whose bit is in `loose`.
    event PageWritten(uint256 indexed word, address page, uint256 size, uint256 loose);

    /// @notice The caller is not the root zone this registry belongs to.
    error OnlyRoot(address caller);
    /// @notice The key already belongs to a person.
    error AlreadyPerson(address key, uint256 index);
    /// @notice The zero address cannot be a key.
    error ZeroKey();
    /// @notice No person has this index.
    error NoSuchPerson(uint256 index);
    /// @notice The person is not a member of the zone now.
    error PersonHasLeft(uint256 index);
    /// @notice The key was left by person `index` and is nobody's for ever.
    error RetiredKey(address key, uint256 index);

    /// @notice The root zone whose persons these are.
    function root() external view returns (address);

    /// @notice Admits persons in the given order: new keys get the next indices, returning keys their old ones.
    /// @return indices one index per key, in the order of `keys`
    function admit(address[] calldata keys) external returns (uint256[] memory indices);

    /// @notice Records that a person left the zone. Bodies below read the log of departures before their next proposal.
    function depart(uint256 index) external;

    /// @notice Index of the person who acts with `key`, 0 for a stranger; persons who left keep theirs, retired keys have none.
    function indexOf(address key) external view returns (uint256);

    /// @notice What is recorded of a person.
    function person(uint256 index) external view returns (Person memory);

    /// @notice Where the keys of persons 256·word … 256·word + 255 are.
    /// @return page contract whose code is 0x00, then 20 bytes a person, then 5 bytes a person (admittedAt); zero for none
    /// @return loose bit i: not in the page, or changed since; `person(256·word + i)` has the key, if there is such a person
    function keysOf(uint256 word) external view returns (address page, uint256 loose);

    /// @notice Highest index given so far.
    function count() external view returns (uint256);

    /// @notice Length of the log of departures.
    function departureCount() external view returns (uint256);

    /// @notice Entry `position` (from 0) of the log of departures: who left the zone, and when.
    function departure(uint256 position) external view returns (uint256 index, uint256 at);
}
