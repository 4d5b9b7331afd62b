// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// Refuses the chain's coin until it is told to take it.
contract RefusingPayee {
    error NoCoinPlease();

    bool public open;

    function setOpen(bool open_) external {
        open = open_;
    }

    receive() external payable {
        if (!open) revert NoCoinPlease();
    }
}

/// Takes the chain's coin, calls somebody meanwhile, and remembers the answer.
contract CallingPayee {
    address private _target;
    bytes private _data;
    bool public called;
    bool public succeeded;
    bytes public answer;

    function arm(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    receive() external payable {
        called = true;
        (succeeded, answer) = _target.call(_data);
    }
}
