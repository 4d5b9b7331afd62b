// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IAdmission} from "../../interfaces/IAdmission.sol";
import {IBody} from "../../interfaces/IBody.sol";
import {IConstitution} from "../../interfaces/IConstitution.sol";
import {IDissolution} from "../../interfaces/IDissolution.sol";
import {IElections} from "../../interfaces/IElections.sol";
import {IKeyRecovery} from "../../interfaces/IKeyRecovery.sol";
import {IMoving} from "../../interfaces/IMoving.sol";
import {IOffices} from "../../interfaces/IOffices.sol";
import {IOversight} from "../../interfaces/IOversight.sol";
import {IStores} from "../../interfaces/IStores.sol";
import {ITradePost} from "../../interfaces/ITradePost.sol";
import {ITreasury} from "../../interfaces/ITreasury.sol";
import {Classes} from "../../libraries/Classes.sol";
import {History} from "../../libraries/History.sol";
import {LawWords} from "../../libraries/LawWords.sol";
import {Roles} from "../../libraries/Roles.sol";
import {Membership} from "../membership/Membership.sol";

/// @title Constitution: the class of a call, the law of a class, and the caps.
/// @dev The rows (what class a call has) are code, so that no vote can loosen them. A call without a row is constitutional.
abstract contract Constitution is Membership {
    using History for History.Log;

    /// @dev What a call moves, read from its static arguments only.
    struct Money {
        address asset;
        uint256 amount; // base units charged to the cap
        bool reserved; // taken out of an account at queueing
    }

    /* ROWS */

    /// @dev Class of a call. Money without a cap is constitutional, and so is what this body made stricter.
    function _classOf(address target, bytes calldata data) internal view returns (uint8 class) {
        uint8 role = _roleOf(target);
        bytes4 selector = data.length < 4 ? bytes4(0) : bytes4(data[:4]);
        if (role == Roles.TREASURY) {
            if (selector == ITreasury.reserve.selector || selector == ITreasury.release.selector) {
                revert IConstitution.ForbiddenCall(target, selector);
            }
        } else if (role == Roles.NONE && (target == _wiring.registry || target == _factory)) {
            // The one thing of the register that is a vote's own: a constitutional one gives a person another key.
            if (_wiring.depth != 0 || selector != IKeyRecovery.recoverByVote.selector) {
                revert IConstitution.ForbiddenCall(target, selector);
            }
        }
        if (
            role == Roles.NONE && _rowOf(Roles.CHILD, selector) != Classes.CONSTITUTIONAL
                && IOversight(address(this)).isChild(target)
        ) role = Roles.CHILD;
        class = _rowOf(role, selector);
        if (class == Classes.CONSTITUTIONAL) return class;
        if (class == Classes.SPENDING && _caps[class][_moneyIn(data).asset].limit == 0) return Classes.CONSTITUTIONAL;
        if (_wiring.strictRows != 0 && _strictRows[role][selector]) return Classes.CONSTITUTIONAL;
    }

    /// @dev The class that the row gives; constitutional where there is none.
    function _rowOf(uint8 role, bytes4 selector) internal view returns (uint8) {
        uint32 call = uint32(selector); // numbers are compared by half the code
        if (role == Roles.TREASURY) {
            if (
                call == uint32(ITreasury.pay.selector) || call == uint32(ITreasury.escrow.selector)
                    || call == uint32(ITreasury.allow.selector)
            ) return Classes.SPENDING;
            if (call == uint32(ITreasury.recall.selector)) return Classes.INDUSTRY;
        } else if (role == Roles.SELF) {
            if (call == uint32(IAdmission.admit.selector) || call == uint32(IAdmission.admitWords.selector)) {
                return Classes.MEMBERSHIP;
            }
            if (call == uint32(IAdmission.remove.selector)) {
                return _wiring.depth == 0 ? Classes.EXPULSION : Classes.MEMBERSHIP;
            }
            // An industry has no law for this class, and nobody is given notice there.
            if (call == uint32(IAdmission.withdrawExpulsion.selector) && _wiring.depth == 0) return Classes.EXPULSION;
            if (call == uint32(IBody.found.selector)) return Classes.INDUSTRY;
        } else if (role == Roles.CHILD) {
            if (
                call == uint32(IOversight.object.selector) || call == uint32(IOversight.resume.selector)
                    || call == uint32(IOversight.freeze.selector) || call == uint32(IOversight.unfreeze.selector)
                    || call == uint32(IDissolution.withdrawDissolution.selector)
                    || call == uint32(IMoving.withdrawMove.selector)
            ) return Classes.INDUSTRY;
        } else if (role == Roles.STORES) {
            if (call == uint32(IStores.addGood.selector) || call == uint32(IStores.setGood.selector)) return Classes.TRADE;
        } else if (role == Roles.TRADE_POST) {
            if (
                call == uint32(ITradePost.list.selector) || call == uint32(ITradePost.unlist.selector)
                    || call == uint32(ITradePost.accept.selector)
            ) return Classes.TRADE;
        } else if (role == Roles.ELECTIONS) {
            if (call == uint32(IElections.openPoll.selector) || call == uint32(IElections.openElection.selector)) {
                return Classes.MEMBERSHIP;
            }
            if (call == uint32(IOffices.replaceOfficers.selector) || call == uint32(IOffices.restoreOfficers.selector)) {
                return Classes.INDUSTRY;
            }
        }
        return Classes.CONSTITUTIONAL;
    }

    /// @dev The money that a call moves, whatever its class.
    function _moneyOf(address target, bytes calldata data) internal view returns (Money memory money) {
        if (_roleOf(target) == Roles.TREASURY) return _moneyIn(data);
    }

    /// @dev The money in a call of the treasury, from its static arguments only.
    function _moneyIn(bytes calldata data) private pure returns (Money memory money) {
        bytes4 selector = data.length < 4 ? bytes4(0) : bytes4(data[:4]);
        if (selector == ITreasury.pay.selector) {
            money = Money(_addressAt(data, 0), _wordAt(data, 2), true);
        } else if (selector == ITreasury.escrow.selector) {
            money = Money(_addressAt(data, 1), _wordAt(data, 2), true);
        } else if (selector == ITreasury.allow.selector) {
            money = Money(_addressAt(data, 0), _allowed(_wordAt(data, 2), _wordAt(data, 3)), false);
        }
    }

    /* LAWS */

    /// @dev The strictest of each field over all classes in the set, as of `time`.
    function _lawAt(uint256 classes, uint256 time) internal view returns (uint256 law) {
        for (uint8 class; classes != 0; ++class) {
            if (classes & 1 == 1) {
                uint256 next = _laws[class].at(time);
                law = law == 0 ? next : LawWords.strictest(law, next);
            }
            classes >>= 1;
        }
    }

    /* CAPS */

    /// @dev Charges what a proposal would spend to the epoch in which it is queued.
    function _chargeCap(address asset, uint256 amount, uint256 epoch) internal {
        IConstitution.Cap storage cap_ = _caps[Classes.SPENDING][asset];
        uint256 limit = cap_.limit;
        uint256 used = cap_.epoch == epoch ? cap_.used : 0;
        if (amount > limit || used + amount > limit) {
            revert IConstitution.CapExceeded(Classes.SPENDING, asset, limit > used ? limit - used : 0, amount);
        }
        _writeUsed(cap_, asset, used + amount, epoch);
    }

    /// @dev Gives back what an expired proposal was charged, if its epoch is still the one being counted.
    function _creditCap(address asset, uint256 amount, uint256 epoch) internal {
        IConstitution.Cap storage cap_ = _caps[Classes.SPENDING][asset];
        if (cap_.epoch == epoch) _writeUsed(cap_, asset, cap_.used - amount, epoch);
    }

    function _writeUsed(IConstitution.Cap storage cap_, address asset, uint256 used, uint256 epoch) private {
        cap_.used = uint112(used);
        cap_.epoch = uint32(epoch);
        emit IConstitution.CapCharged(Classes.SPENDING, asset, epoch, used);
    }

    /* SMALL ARITHMETIC */

    /// @dev An allowance counts its amount once for each epoch it runs; beyond any cap when that does not fit a word.
    function _allowed(uint256 amount, uint256 epochs) private pure returns (uint256) {
        return amount > type(uint128).max || epochs > type(uint32).max ? type(uint256).max : amount * epochs;
    }

    function _wordAt(bytes calldata data, uint256 position) private pure returns (uint256) {
        if (data.length < 36 + 32 * position) revert IConstitution.TruncatedCall(data.length);
        return uint256(bytes32(data[4 + 32 * position:36 + 32 * position]));
    }

    function _addressAt(bytes calldata data, uint256 position) private pure returns (address) {
        return address(uint160(_wordAt(data, position)));
    }
}
