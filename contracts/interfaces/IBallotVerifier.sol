// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title A verifier of aggregate ballots: keeps the voting keys of persons, and checks one signature for all of them.
/// @notice One contract per chain and curve, nobody's: it keeps the keys of every registry, apart from each other. Anyone sends
/// keys in and anyone asks; neither needs to be trusted, because a key comes with its owner's consent and a proof that its
/// secret is known, both checked here.
/// @dev A *word* is the 256 persons of one bitmap word: person 256 · word + i is bit i. Keys of a word are in *pages*, contracts
/// whose code is 0x00 | mask (32 bytes) | sum of the keys | the keys, in order of person. A page counts from the second after it
/// was added; the newest page that has a person has that person's key. So a vote sees the keys of its snapshot, whatever is
/// enrolled, replaced or compacted later. Keys are points x | y of the first group, 64 bytes on BN254 and 96 on BLS12-381, where a page
/// of more than 254 persons ends with the address of a contract (20 bytes) whose code is 0x00 | the keys from the 255th on.
interface IBallotVerifier {
    /// @param mask persons of the word who got a key, or another one
    /// @param page contract that has these keys, and those of smaller pages that it merged
    event KeysEnrolled(address indexed registry, uint256 indexed word, uint256 mask, address page);
    /// @param mask persons of the word who have a key
    /// @param page contract that has all their keys
    event KeysCompacted(address indexed registry, uint256 indexed word, uint256 mask, address page);

    /// @notice There is no contract at the address that should be a registry.
    error NotARegistry(address registry);
    /// @notice The entries are not one or more of `entrySize` bytes each.
    error EntriesMalformed(uint256 length, uint256 entrySize);
    /// @notice The entry of this person does not come after the entry before it: sort by person, each once.
    error EntriesNotRising(uint256 index);
    /// @notice The person left the zone; who returns can enrol again.
    error PersonLeft(uint256 index);
    /// @notice The key is not a point of the curve other than zero, in its one canonical form.
    error NotAKey(uint256 index);
    /// @notice The account key that the registry has now did not sign for this key in place of the key that is kept now.
    error NoConsent(uint256 index, address owner);
    /// @notice The proof that the key's secret is known is wrong, or was made for another person, owner, registry, chain or verifier.
    error NoPossession(uint256 index);
    /// @notice The keys of the word are in one page already, or there are none.
    error NothingToCompact(address registry, uint256 word);
    /// @notice The page could not be created: give more gas.
    error PageNotCreated();

    /// @notice Claims come in groups of four: word, against, for, abstain.
    error ClaimsMalformed(uint256 length);
    /// @notice The word does not come after the word before it: sort by word, each once.
    error WordsNotRising(uint256 word);
    /// @notice Persons of the word are claimed for more than one choice.
    error ChoicesOverlap(uint256 word, uint256 mask);
    /// @notice Persons of the word are claimed who had no voting key at the snapshot.
    error NoVotingKey(uint256 word, uint256 mask);
    /// @notice Nobody is claimed.
    error NothingClaimed();
    /// @notice The hint is none of 0, 1, 2 (a choice) and 3 (none).
    error HintUnknown(uint256 hint);
    /// @notice The proof has not as many numbers as the curve wants: on BN254 two, and six for each choice that somebody made; eight on
    /// BLS12-381.
    error ProofMalformed(uint256 length, uint256 expected);
    /// @notice The counter and the ordinate do not lead from the digest of this choice to a point of the curve.
    error NotThePointOf(uint256 support);
    /// @notice The signature is not that of everybody who is claimed, each for the choice claimed.
    error WrongSignature();
    /// @notice A precompiled contract refused its input, ran out of gas, or is not on this chain.
    error PrecompileFailed(uint256 precompile);

    /// @notice The curve: "bn254" or "bls12-381". It says what keys, shares and proofs are.
    function curve() external view returns (string memory);

    /// @notice EIP-712 type of an owner's consent: `VotingKey(address registry,uint256 index,bytes key,bytes replaces)`.
    /// @dev `replaces` is the key kept for the person now, empty if none: so a consent is used up by being used, and nobody brings
    /// an abandoned key back. A key once replaced should not be taken again, because its old consents would be good again.
    function VOTING_KEY_TYPEHASH() external view returns (bytes32);

    /// @notice ERC-5267. The domain has name, version, chain and this contract, read at each use.
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

    /// @notice Keeps keys of persons of one word, new ones or in place of others. Anyone may send it. All are kept or none.
    /// @dev Each entry is i (1 byte) | key | challenge c (16 bytes) | response s (32 bytes) | consent r (32 bytes) | consent vs (32
    /// bytes, EIP-2098). Possession is a Schnorr proof: with R = s·G + c·key, c is the low half of keccak256(digest of the consent |
    /// owner, 32 bytes | R as the precompiles write it), where owner is the account key that the registry has for the person now.
    /// @param word persons 256 · word to 256 · word + 255
    /// @param entries up to 256, in rising order of person
    function enroll(address registry, uint256 word, bytes calldata entries) external;

    /// @notice Merges the pages of a word into one, which makes verifying cheaper. Changes no key, at any time.
    function compact(address registry, uint256 word) external;

    /// @notice Reverts unless every person claimed had a voting key at `snapshot` and all signed, each for the choice claimed.
    /// @dev Whether a person may vote, or has voted already, is the caller's to know.
    /// @param snapshot unix seconds before now
    /// @param digests what the voters of each choice signed: against, for, abstain
    /// @param hint choice whose keys may be summed as all of a page less the others, where that is shorter; 3 for none. Any hint
    /// gives the same answer, at another price.
    /// @param words groups of a word and the bits of the persons against, for and abstaining; words strictly rising
    /// @param proof what the verifier's curve needs.
    /// BN254: signature x, y; then for each choice that somebody made, in rising order, the sum of the keys on the twist (x imaginary,
    /// x real, y imaginary, y real), counter, y. The point of a choice has x = keccak256(digest | counter, 32 bytes) mod q with the
    /// smallest counter from 0 that is on the curve.
    /// BLS12-381: the sum of all shares, a point of the second group as EIP-2537 writes it. A share is the signature of the digest in
    /// the scheme BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_ (RFC 9380 for the point of a digest).
    function verify(
        address registry,
        uint256 snapshot,
        bytes32[3] calldata digests,
        uint256 hint,
        uint256[] calldata words,
        uint256[] calldata proof
    ) external view;

    /// @notice Persons of a word who had a voting key at `time`, a bit each.
    function keyedAt(address registry, uint256 word, uint256 time) external view returns (uint256 mask);

    /// @notice The voting key of a person at `time`; empty if none.
    function keyOf(address registry, uint256 index, uint256 time) external view returns (bytes memory key);

    /// @notice Pages that are read for a word at `time`, newest first: their contracts, and when they were added.
    function pagesAt(address registry, uint256 word, uint256 time)
        external
        view
        returns (address[] memory pages, uint256[] memory addedAt);
}
