// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// Reverts of every kind, values of every type and events of every shape, to test the client's seam to the chain.
contract ChainProbe {
    struct Point {
        int64 x;
        string label;
    }

    error ProbeRefused(uint256 limit, uint256 given);
    error ProbeTooEarly(uint256 opensAt, uint256 nowAt);

    event Noted(address indexed who, uint256 indexed number, string text);
    event Labelled(string indexed label, Point point);

    /// Kept in the runtime code, so that code comparison has something to look past.
    uint256 public immutable seed;
    uint256 public count;
    uint256[] private _values;

    constructor(uint256 seed_) payable {
        seed = seed_;
    }

    receive() external payable {}

    function count10() external returns (uint256) {
        count += 10;
        return count;
    }

    function note(uint256 number, string calldata text) external {
        emit Noted(msg.sender, number, text);
    }

    function noteMany(uint256 first, uint256 amount) external {
        for (uint256 i = first; i < first + amount; ++i) {
            emit Noted(msg.sender, i, "");
        }
    }

    function label(string calldata text, int64 x) external {
        emit Labelled(text, Point(x, text));
    }

    function overloaded(uint256 a) external pure returns (uint256) {
        return a + 1;
    }

    function overloaded(address) external pure returns (uint256) {
        return 2;
    }

    function overloaded(uint256 a, uint256 b) external pure returns (uint256) {
        return a + b;
    }

    function echo(
        int8 small,
        address who,
        bytes4 tag,
        bytes calldata blob,
        Point[] calldata points,
        uint16[2] calldata pair,
        bool flag
    ) external pure returns (int8, address, bytes4, bytes memory, Point[] memory, uint16[2] memory, bool) {
        return (small, who, tag, blob, points, pair, flag);
    }

    function time() external view returns (uint256) {
        return block.timestamp;
    }

    function refuseAbove(uint256 limit, uint256 given) external returns (uint256) {
        if (given > limit) revert ProbeRefused(limit, given);
        count = given;
        return given;
    }

    /// Succeeds from `opensAt` on, so that the time at which a call is evaluated shows.
    function openFrom(uint256 opensAt) external {
        if (block.timestamp < opensAt) revert ProbeTooEarly(opensAt, block.timestamp);
        count += 1;
    }

    /// Succeeds once: estimated before another's call, mined after it, it reverts.
    function onlyOnce() external {
        if (count != 0) revert ProbeRefused(0, count);
        count = 1;
    }

    function saying(string calldata reason) external pure {
        revert(reason);
    }

    function silent() external pure {
        revert();
    }

    function failedAssertion() external pure {
        assert(false);
    }

    function overflow(uint256 a) external pure returns (uint256) {
        return a + type(uint256).max;
    }

    function outOfBounds() external view returns (uint256) {
        return _values[7];
    }

    function invalidOpcode() external pure {
        assembly ("memory-safe") {
            invalid()
        }
    }

    function endless() external view returns (uint256 x) {
        while (gasleft() > 0) x = uint256(keccak256(abi.encode(x)));
    }

    /// An error that no artifact declares.
    function stranger() external pure {
        assembly ("memory-safe") {
            mstore(0, shl(224, 0xdeadbeef))
            revert(0, 4)
        }
    }

    /// A known selector with less data than its error has.
    function truncated() external pure {
        bytes4 selector = ProbeRefused.selector;
        assembly ("memory-safe") {
            mstore(0, selector)
            revert(0, 20)
        }
    }
}

/// Calls another contract and lets its revert through, as a queue that executes proposals does.
contract ChainProbeRelay {
    function relay(address target, bytes calldata data) external payable returns (bytes memory) {
        (bool ok, bytes memory answer) = target.call{value: msg.value}(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
        return answer;
    }
}
