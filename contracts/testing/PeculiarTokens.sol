// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {TestToken} from "./TestToken.sol";

/// Burns a share of every transfer.
contract FeeToken is TestToken {
    uint256 public immutable feePpm;

    constructor(uint256 feePpm_) {
        feePpm = feePpm_;
    }

    function _update(address from, address to, uint256 value) internal override {
        uint256 fee = from == address(0) || to == address(0) ? 0 : value * feePpm / 1_000_000;
        if (fee != 0) super._update(from, address(0), fee);
        super._update(from, to, value - fee);
    }
}

/// Returns nothing, and wants an approval taken back before another is given, as some old tokens do.
contract SilentToken {
    error ApproveZeroFirst(uint256 current);

    mapping(address holder => uint256) public balanceOf;
    mapping(address holder => mapping(address spender => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        uint256 current = allowance[msg.sender][spender];
        if (amount != 0 && current != 0) revert ApproveZeroFirst(current);
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// Can be closed: then transfers return false instead of reverting.
contract ClosableToken is TestToken {
    bool public closed;

    function setClosed(bool closed_) external {
        closed = closed_;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !closed && super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        return !closed && super.transferFrom(from, to, amount);
    }
}

/// Calls somebody in the middle of its next transfer, and remembers the answer.
contract CallbackToken is TestToken {
    address private _target;
    bytes private _data;
    bool public called;
    bool public succeeded;
    bytes public answer;

    function arm(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
        (called, succeeded, answer) = (false, false, "");
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        address target = _target;
        if (target == address(0)) return;
        _target = address(0);
        called = true;
        (succeeded, answer) = target.call(_data);
    }
}

/// Calls itself whatever it was told to.
contract NamedToken is TestToken {
    string private _called;

    constructor(string memory called) {
        _called = called;
    }

    function symbol() public view override returns (string memory) {
        return _called;
    }
}
