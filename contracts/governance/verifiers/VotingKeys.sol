// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallotVerifier} from "../../interfaces/IBallotVerifier.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {Bits} from "../../libraries/Bits.sol";

/// @title VotingKeys: who votes with which key, as of any second.
/// @dev What is the same for every curve: consent, pages and their stack. A curve says how long a key is, checks one with its proof
/// of possession, and sums. A *sheet* is memory with room for a key of each person of a word.
///
/// Pages of a word are a stack with links. A new page merges the pages under it that have at most twice as many persons, so each
/// page on the way down has more than twice as many as the one before: 1, 3, 7, … 255, never more than eight, whatever anybody
/// enrolls; and what a key is written again for pays for itself in pages that double.
abstract contract VotingKeys is IBallotVerifier {
    using Bits for uint256;

    /// @param newest the newest entry, 0 if none: page (bits 0-159) | added at (160-199, unix seconds) | its number (200-227) | number
    /// of the next page to read (228-255), 0 if it has everybody
    /// @param older all other entries by number, from 1
    struct Stack {
        uint256 newest;
        mapping(uint256 number => uint256 entry) older;
    }

    /// @param first index of the first person of the word
    /// @param keyed who has a key already
    /// @param form where what the owners signed is written, in memory
    struct Batch {
        address registry;
        uint256 first;
        uint256 keyed;
        uint256 form;
        uint256 sheet;
    }

    /* CONSTANTS */

    /// @inheritdoc IBallotVerifier
    bytes32 public constant VOTING_KEY_TYPEHASH =
        keccak256("VotingKey(address registry,uint256 index,bytes key,bytes replaces)");

    bytes32 private constant _DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    string private constant _NAME = "zonedao voting keys";
    string private constant _VERSION = "1";
    bytes32 private constant _NO_KEY = keccak256("");

    uint256 private constant _TIME = 160;
    uint256 private constant _NUMBER = 200;
    uint256 private constant _BELOW = 228;
    uint256 private constant _NUMBER_MASK = (1 << 28) - 1;

    uint256 private constant _MASK_AT = 1; // byte of a page's code
    uint256 internal constant _SUM_AT = 33;
    uint256 private constant _CREATION = 10; // bytes of code that return what follows them
    uint256 internal constant _CHALLENGE = 16; // bytes
    uint256 private constant _POSSESSION = _CHALLENGE + 32; // bytes: challenge, response
    uint256 private constant _CONSENT = 64; // bytes: r, vs

    /* STORAGE */

    mapping(address registry => mapping(uint256 word => Stack)) private _stacks;

    /* OF THE CURVE */

    /// @dev Bytes of a key, and of a sum of keys.
    function _keySize() internal pure virtual returns (uint256);

    /// @dev Reverts unless the key at `key` in memory is one, and the proof at `proof` in calldata shows that its secret is known.
    function _checkKey(uint256 index, uint256 key, uint256 proof, bytes32 digest, address owner) internal view virtual;

    /// @dev Puts the sum of `number` keys, which are at `keys` in memory, at `to`.
    function _sum(uint256 keys, uint256 number, uint256 to) internal view virtual;

    /// @dev Makes the keys of a new page, which are in memory from `keys` to `end`, fit into its code, as they do for a curve whose keys
    /// are no longer than 95 bytes.
    /// @return where what goes into the code ends
    function _fit(uint256 keys, uint256 end) internal virtual returns (uint256) {
        keys;
        return end;
    }

    /* ENROLLING */

    /// @inheritdoc IBallotVerifier
    function enroll(address registry, uint256 word, bytes calldata entries) external {
        if (registry.code.length == 0) revert NotARegistry(registry);
        uint256 table = Bits.table();
        uint256 sheet = _newSheet();
        Stack storage stack = _stacks[registry][word];
        uint256 keyed = _maskFrom(stack, stack.newest);
        uint256 enrolled = _checkEntries(Batch(registry, word * 256, keyed, _newForm(registry), sheet), stack, entries);
        (uint256 mask, uint256 below) = _merge(stack, sheet, enrolled, 2, table);
        address page = _push(stack, sheet, mask, below, table);
        emit KeysEnrolled(registry, word, enrolled, page);
    }

    /// @inheritdoc IBallotVerifier
    function compact(address registry, uint256 word) external {
        Stack storage stack = _stacks[registry][word];
        if (stack.newest >> _BELOW == 0) revert NothingToCompact(registry, word);
        uint256 table = Bits.table();
        uint256 sheet = _newSheet();
        (uint256 mask,) = _merge(stack, sheet, 0, 256, table);
        address page = _push(stack, sheet, mask, 0, table);
        emit KeysCompacted(registry, word, mask, page);
    }

    /// @dev Checks all entries and puts their keys on the sheet; who they are.
    function _checkEntries(Batch memory batch, Stack storage stack, bytes calldata entries) private view returns (uint256 mask) {
        uint256 size = 1 + _keySize() + _POSSESSION + _CONSENT;
        if (entries.length == 0 || entries.length % size != 0) revert EntriesMalformed(entries.length, size);
        uint256 at;
        assembly ("memory-safe") {
            at := entries.offset
        }
        unchecked {
            for (uint256 end = at + entries.length; at != end; at += size) {
                uint256 i;
                assembly ("memory-safe") {
                    i := byte(0, calldataload(at))
                }
                if (1 << i <= mask) revert EntriesNotRising(batch.first + i);
                mask |= 1 << i;
                _checkEntry(batch, stack, i, at + 1);
            }
        }
    }

    /// @dev Checks the entry of person i of the word, which goes on at `at` in calldata, and puts its key on the sheet.
    function _checkEntry(Batch memory batch, Stack storage stack, uint256 i, uint256 at) private view {
        unchecked {
            uint256 index = batch.first + i;
            address owner = _ownerOf(batch.registry, index);
            uint256 keySize = _keySize();
            uint256 key = batch.sheet + i * keySize;
            bytes32 keyHash;
            assembly ("memory-safe") {
                calldatacopy(key, at, keySize)
                keyHash := keccak256(key, keySize)
            }
            bytes32 replaced = batch.keyed & (1 << i) == 0 ? _NO_KEY : keccak256(_keyFrom(stack, stack.newest, i));
            bytes32 digest = _digest(batch.form, index, keyHash, replaced);
            at += keySize;
            _checkKey(index, key, at, digest, owner);
            if (!_signed(digest, owner, at + _POSSESSION)) revert NoConsent(index, owner);
        }
    }

    /// @dev The account key that the registry has for a person now; reverts for who left, and as the registry does for nobody.
    function _ownerOf(address registry, uint256 index) private view returns (address owner) {
        uint256 leftAt;
        bytes4 selector = IRegistry.person.selector;
        // As the compiler does it, but in memory that is used again for the next person: a batch asks 256 times.
        assembly ("memory-safe") {
            let returned := mload(0x40)
            mstore(0, selector)
            mstore(4, index)
            let done := staticcall(gas(), registry, 0, 36, returned, 96)
            if iszero(done) {
                returndatacopy(returned, 0, returndatasize())
                revert(returned, returndatasize())
            }
            if lt(returndatasize(), 96) { revert(0, 0) }
            owner := and(mload(returned), 0xffffffffffffffffffffffffffffffffffffffff)
            leftAt := mload(add(returned, 64))
        }
        if (leftAt != 0) revert PersonLeft(index);
    }

    /// @dev What the owner of a key signed.
    /// @param form memory of `_newForm`, which is filled in again for each person
    function _digest(uint256 form, uint256 index, bytes32 keyHash, bytes32 replaced) private pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            mstore(add(form, 160), index)
            mstore(add(form, 192), keyHash)
            mstore(add(form, 224), replaced)
            mstore(add(form, 64), keccak256(add(form, 96), 160))
            digest := keccak256(add(form, 30), 66)
        }
    }

    /// @dev 0x1901 | domain | hash of what follows | typehash | registry | and room for index, key and replaced key.
    function _newForm(address registry) private view returns (uint256 form) {
        bytes32 domain = _domain();
        bytes32 typehash = VOTING_KEY_TYPEHASH;
        assembly ("memory-safe") {
            form := mload(0x40)
            mstore(0x40, add(form, 256))
            mstore(form, 0x1901)
            mstore(add(form, 32), domain)
            mstore(add(form, 96), typehash)
            mstore(add(form, 128), registry)
        }
    }

    /// @dev Whether r and vs (EIP-2098) at `at` in calldata are the owner's signature.
    function _signed(bytes32 digest, address owner, uint256 at) private view returns (bool signed) {
        assembly ("memory-safe") {
            let input := mload(0x40)
            let vs := calldataload(add(at, 32))
            mstore(input, digest)
            mstore(add(input, 32), add(27, shr(255, vs)))
            mstore(add(input, 64), calldataload(at))
            mstore(add(input, 96), and(vs, shr(1, not(0))))
            // A signature that is none succeeds with nothing returned.
            mstore(0, 0)
            signed := staticcall(gas(), 1, input, 128, 0, 32)
            signed := and(signed, and(iszero(iszero(owner)), eq(mload(0), owner)))
        }
    }

    /* READING */

    /// @inheritdoc IBallotVerifier
    function keyedAt(address registry, uint256 word, uint256 time) external view returns (uint256) {
        Stack storage stack = _stacks[registry][word];
        return _maskFrom(stack, _entryAt(stack, time));
    }

    /// @inheritdoc IBallotVerifier
    function keyOf(address registry, uint256 index, uint256 time) external view returns (bytes memory) {
        Stack storage stack = _stacks[registry][index >> 8];
        return _keyFrom(stack, _entryAt(stack, time), index & 255);
    }

    /// @inheritdoc IBallotVerifier
    function pagesAt(address registry, uint256 word, uint256 time)
        external
        view
        returns (address[] memory pages, uint256[] memory addedAt)
    {
        Stack storage stack = _stacks[registry][word];
        uint256 newest = _entryAt(stack, time);
        uint256 number;
        for (uint256 entry = newest; entry != 0; entry = _next(stack, entry)) {
            ++number;
        }
        pages = new address[](number);
        addedAt = new uint256[](number);
        uint256 i;
        for (uint256 entry = newest; entry != 0; entry = _next(stack, entry)) {
            (pages[i], addedAt[i]) = (address(uint160(entry)), uint40(entry >> _TIME));
            ++i;
        }
    }

    /// @inheritdoc IBallotVerifier
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
        )
    {
        return (0x0f, _NAME, _VERSION, block.chainid, address(this), bytes32(0), new uint256[](0));
    }

    function _domain() private view returns (bytes32) {
        return keccak256(
            abi.encode(_DOMAIN_TYPEHASH, keccak256(bytes(_NAME)), keccak256(bytes(_VERSION)), block.chainid, address(this))
        );
    }

    /* THE STACK */

    function _stacksOf(address registry) internal view returns (mapping(uint256 word => Stack) storage) {
        return _stacks[registry];
    }

    /// @dev The newest entry added at `time` or before, 0 if none. Steps back by one, two, four … entries, then bisects: nobody makes
    /// an old vote dear to count by enrolling again and again.
    function _entryAt(Stack storage stack, uint256 time) internal view returns (uint256 entry) {
        entry = stack.newest;
        if (uint40(entry >> _TIME) <= time) return entry;
        unchecked {
            uint256 high = (entry >> _NUMBER) & _NUMBER_MASK; // lowest number known to be later than `time`
            uint256 low = high;
            for (uint256 step = 1;; step <<= 1) {
                low = low > step ? low - step : 0;
                entry = stack.older[low]; // number 0 is no entry, of time 0
                if (uint40(entry >> _TIME) <= time) break;
                high = low;
            }
            while (low + 1 < high) {
                uint256 middle = (low + high) >> 1;
                uint256 candidate = stack.older[middle];
                if (uint40(candidate >> _TIME) <= time) (low, entry) = (middle, candidate);
                else high = middle;
            }
        }
    }

    /// @dev The next entry to read after this one, 0 if that was the last.
    function _next(Stack storage stack, uint256 entry) internal view returns (uint256) {
        uint256 below = entry >> _BELOW;
        return below == 0 ? 0 : stack.older[below];
    }

    /// @dev Puts keys of older pages on a sheet, while these have at most `factor` times as many persons as the sheet has by then.
    /// @return mask who is on the sheet now
    /// @return below number of the first page that stays
    function _merge(Stack storage stack, uint256 sheet, uint256 mask, uint256 factor, uint256 table)
        private
        view
        returns (uint256, uint256 below)
    {
        uint256 entry = stack.newest;
        while (entry != 0) {
            uint256 page = uint160(entry);
            uint256 pageMask = _maskOf(page);
            if (mask != 0 && pageMask.popcount() > factor * mask.popcount()) return (mask, (entry >> _NUMBER) & _NUMBER_MASK);
            _load(page, pageMask, pageMask & ~mask, sheet, table);
            mask |= pageMask;
            entry = _next(stack, entry);
        }
        return (mask, 0);
    }

    /// @dev Makes a page of what is on a sheet, the newest of the stack.
    function _push(Stack storage stack, uint256 sheet, uint256 mask, uint256 below, uint256 table)
        private
        returns (address page)
    {
        page = _createPage(sheet, mask, table);
        uint256 newest = stack.newest;
        uint256 number = (newest >> _NUMBER) & _NUMBER_MASK;
        if (number != 0) stack.older[number] = newest;
        stack.newest = uint160(page) | (block.timestamp << _TIME) | ((number + 1) << _NUMBER) | (below << _BELOW);
    }

    /* PAGES */

    function _maskOf(uint256 page) internal view returns (uint256 mask) {
        assembly ("memory-safe") {
            extcodecopy(page, 0, _MASK_AT, 32)
            mask := mload(0)
        }
    }

    function _maskFrom(Stack storage stack, uint256 entry) private view returns (uint256 mask) {
        for (; entry != 0; entry = _next(stack, entry)) {
            mask |= _maskOf(uint160(entry));
        }
    }

    function _keyFrom(Stack storage stack, uint256 entry, uint256 i) private view returns (bytes memory key) {
        for (; entry != 0; entry = _next(stack, entry)) {
            uint256 page = uint160(entry);
            uint256 mask = _maskOf(page);
            if (mask & (1 << i) == 0) continue;
            key = _keyOn(page, mask, i);
            break;
        }
    }

    /// @dev The key of person i of the word, whom the page has.
    function _keyOn(uint256 page, uint256 mask, uint256 i) internal view virtual returns (bytes memory key) {
        uint256 keySize = _keySize();
        uint256 at = _SUM_AT + keySize * (1 + (mask & ((1 << i) - 1)).popcount());
        key = new bytes(keySize);
        assembly ("memory-safe") {
            extcodecopy(page, add(key, 32), at, keySize)
        }
    }

    /// @dev Memory for a key of each person of a word, with room before it for what a page begins with.
    function _newSheet() internal pure returns (uint256 sheet) {
        uint256 head;
        uint256 size;
        unchecked {
            head = _CREATION + _SUM_AT + _keySize();
            size = head + 256 * _keySize();
        }
        assembly ("memory-safe") {
            let free := mload(0x40)
            sheet := add(free, head)
            mstore(0x40, and(add(add(free, size), 31), not(31)))
        }
    }

    /// @dev Copies the keys of the persons in `wanted`, all of whom the page has, to their places on a sheet.
    function _load(uint256 page, uint256 mask, uint256 wanted, uint256 sheet, uint256 table) internal view virtual {
        uint256 keySize = _keySize();
        unchecked {
            if (wanted == type(uint256).max) {
                // The usual page, of all persons of a word, is one run.
                assembly ("memory-safe") {
                    extcodecopy(page, sheet, add(_SUM_AT, keySize), shl(8, keySize))
                }
                return;
            }
            while (wanted != 0) {
                (uint256 from, uint256 length, uint256 rest) = _run(wanted, table);
                uint256 before = mask & ((1 << from) - 1);
                uint256 at = _SUM_AT + keySize * (1 + (before == 0 ? 0 : before.popcount()));
                uint256 to = sheet + keySize * from;
                assembly ("memory-safe") {
                    extcodecopy(page, to, at, mul(keySize, length))
                }
                wanted = rest;
            }
        }
    }

    /// @dev The first run of neighbours in a set that is not empty: its first position, its length, and the set without it.
    function _run(uint256 set, uint256 table) private pure returns (uint256 from, uint256 length, uint256 rest) {
        unchecked {
            // Adding the lowest bit carries through its run to the first position after it, or out of the word.
            uint256 carried = set + set.lowest();
            from = set.position(table);
            length = (carried == 0 ? 256 : carried.position(table)) - from;
            rest = set & carried;
        }
    }

    /// @dev Creates the page of what is on a sheet. The sheet is used up.
    function _createPage(uint256 sheet, uint256 mask, uint256 table) private returns (address page) {
        uint256 keySize = _keySize();
        uint256 keys = sheet + keySize * mask.position(table);
        uint256 end = keys;
        for (uint256 set = mask; set != 0;) {
            (uint256 from, uint256 length, uint256 rest) = _run(set, table);
            uint256 size = keySize * length;
            _moveDown(sheet + keySize * from, end, size);
            end += size;
            set = rest;
        }
        _sum(keys, (end - keys) / keySize, keys - keySize);
        end = _fit(keys, end);
        uint256 start = keys - keySize - _SUM_AT - _CREATION;
        uint256 codeSize = end - start - _CREATION;
        assembly ("memory-safe") {
            // push2 size, dup1, push1 10, 0, codecopy, 0, return; then the 0x00 that stops whoever calls the page.
            mstore(start, or(shl(176, 0x61000080600a3d393df3), shl(232, codeSize)))
            mstore(add(start, 11), mask)
            page := create(0, start, sub(end, start))
        }
        if (page == address(0)) revert PageNotCreated();
    }

    /// @dev Copies memory, which may overlap.
    function _moveDown(uint256 from, uint256 to, uint256 size) private view {
        if (from == to) return;
        bool done;
        assembly ("memory-safe") {
            done := staticcall(gas(), 4, from, size, to, size)
        }
        if (!done) revert PrecompileFailed(4);
    }
}
