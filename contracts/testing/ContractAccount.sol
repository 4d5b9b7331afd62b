// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// An account that is a contract and says by ERC-1271 what it has signed: everything its owner approved, in one of several ways of
/// saying so.
contract ContractAccount {
    enum Answer {
        Right,
        Wrong,
        TooShort,
        Padded,
        Reverts,
        Burns
    }

    bytes4 private constant _MAGIC = 0x1626ba7e;
    Answer private _answer;
    mapping(bytes32 digest => bytes32) private _approved; // hash of the signature

    function approve(bytes32 digest, bytes calldata signature) external {
        _approved[digest] = keccak256(signature);
    }

    function answer(Answer answer_) external {
        _answer = answer_;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        if (_approved[digest] != keccak256(signature)) return 0xffffffff;
        if (_answer == Answer.Wrong) return 0;
        if (_answer == Answer.Reverts) revert("not now");
        if (_answer == Answer.Burns) {
            assembly {
                invalid()
            }
        }
        if (_answer == Answer.TooShort) {
            assembly {
                mstore(0, shl(224, 0x1626ba7e))
                return(0, 4)
            }
        }
        if (_answer == Answer.Padded) {
            assembly {
                mstore(0, or(shl(224, 0x1626ba7e), 1))
                return(0, 32)
            }
        }
        return _MAGIC;
    }
}
