// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Who represents whom: one level, capped, and undone by every vote of one's own.
/// @notice To delegate is to allow that one's vote is counted as a representative voted, where one does not vote. A representative's
/// followers are counted in a body by `countFollowers`; those of a representative who is represented are not passed on. `getVotes`
/// stays 1 for everybody. A change counts for proposals made later.
interface IRepresentation {
    /// @notice The representative of a person changed; who represents themself stands for nobody (ERC-5805).
    event DelegateChanged(address indexed delegator, address indexed fromDelegate, address indexed toDelegate);

    /// @notice The account acts for no person of this registry.
    error NoPerson(address account);
    /// @notice The representative has one of their own, `representative`; only one level is counted.
    error RepresentativeDelegates(uint256 index, uint256 representative);
    /// @notice The representative has as many followers as one may have.
    error TooManyFollowers(uint256 index, uint256 most);
    /// @notice The caller is not the representative of a person who is a member still.
    error NotYourFollower(uint256 index);
    /// @notice The signature was good until `expiry` (OpenZeppelin's Votes).
    error VotesExpiredSignature(uint256 expiry);
    /// @notice The next delegation of this account has the number `currentNonce` (OpenZeppelin's Nonces).
    error InvalidAccountNonce(address account, uint256 currentNonce);
    /// @notice Nobody signs like that (OpenZeppelin's ECDSA).
    error ECDSAInvalidSignature();

    /// @notice Makes the person who acts with `representative` the caller's, or nobody: the zero address and oneself are oneself.
    function delegate(address representative) external;

    /// @notice As `delegate`, for the person whose key signed `Delegation(address delegatee,uint256 nonce,uint256 expiry)`. Anyone may
    /// send it. An account that is a contract calls `delegate` itself.
    /// @param nonce number of delegations by signature that this register took of the key
    /// @param expiry last second in which it counts, unix seconds
    function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Ends what a person delegated: by their representative at any time, by anyone once the person has left the zone.
    function dismiss(uint256 index) external;

    /// @notice The key of who represents the person with this key; the key itself for who represents themself, whose
    /// representative has left the zone, and for strangers.
    function delegates(address account) external view returns (address);

    /// @notice Who represents a person, 0 for themself.
    function representativeOf(uint256 index) external view returns (uint256);

    /// @notice How many follow a person now, and how many may: a fiftieth of the zone's members, but at least five.
    function followerCount(uint256 index) external view returns (uint256 followers, uint256 most);

    /// @notice Number of delegations by signature of a key that this register took: the next one signs it.
    function nonces(address owner) external view returns (uint256);

    function DELEGATION_TYPEHASH() external view returns (bytes32);

    /// @notice The EIP-712 domain of delegations (ERC-5267): `name()`, version "1", this chain, this address.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        );

    /// @notice Persons of word `word` who had delegated to a representative at `time`, a bit each (bit i is person 256·word + i).
    function followersAt(uint256 representative, uint256 word, uint256 time) external view returns (uint256);
}
