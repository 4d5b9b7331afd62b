"""Key files: the published test vectors, other tools' files, and everything that can be wrong with one."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from zonedao.chain.accounts import KeyStore, read_password
from zonedao.chain.signers import LocalKey, dev_account, dev_key, require_native_curve
from zonedao.errors import KeyFileProblem, KeyProblem, NotFound, UsageProblem, WrongPassword

QUICK = 1024  # scrypt's work factor in tests; the default takes a second

# The test vectors of the Web3 Secret Storage definition.
VECTOR_PASSWORD = "testpassword"
VECTOR_KEY = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d"
VECTOR_ADDRESS = "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b"
PBKDF2 = {
    "crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf": "pbkdf2",
        "kdfparams": {
            "c": 262144,
            "dklen": 32,
            "prf": "hmac-sha256",
            "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
        },
        "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
    },
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    "version": 3,
}
SCRYPT = {
    "crypto": {
        "cipher": "aes-128-ctr",
        "cipherparams": {"iv": "83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext": "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
        "kdf": "scrypt",
        "kdfparams": {
            "dklen": 32,
            "n": 262144,
            "p": 8,
            "r": 1,
            "salt": "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19",
        },
        "mac": "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097",
    },
    "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
    "version": 3,
}


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys")


@pytest.mark.parametrize("vector", [PBKDF2, SCRYPT], ids=["pbkdf2", "scrypt"])
def test_published_vectors(store: KeyStore, tmp_path: Path, vector: dict[str, Any]) -> None:
    source = tmp_path / "UTC--2016-01-01T00-00-00Z--vector"
    source.write_text(json.dumps(vector))
    file = store.import_file("vector", source, VECTOR_PASSWORD)
    assert file.address == VECTOR_ADDRESS
    assert store.unlock("vector", VECTOR_PASSWORD).address == LocalKey(bytes.fromhex(VECTOR_KEY)).address
    # The copy is the same file, with the address that the vector leaves out.
    assert json.loads(file.path.read_text())["crypto"] == vector["crypto"]


def test_a_new_key_is_private_unlockable_and_unlike_any_other(store: KeyStore) -> None:
    ann = store.new("ann", "pw", work_factor=QUICK)
    bob = store.new("bob", "pw", work_factor=QUICK)
    assert ann.address != bob.address
    assert stat.S_IMODE(ann.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    assert store.unlock("ann", "pw").address == ann.address
    assert store.list() == [ann, bob]
    assert [path.name for path in sorted(store.folder.iterdir())] == ["ann.json", "bob.json"]


def test_the_file_is_what_geth_cast_and_brownie_expect(store: KeyStore) -> None:
    document = json.loads(store.new("ann", "pw").path.read_text())
    assert document["version"] == 3
    assert document["crypto"]["cipher"] == "aes-128-ctr"
    assert document["crypto"]["kdf"] == "scrypt"
    parameters = document["crypto"]["kdfparams"]
    assert parameters["n"] * parameters["r"] * parameters["p"] == 262_144 * 8
    assert not document["address"].startswith("0x")


def test_found_by_name_address_or_path(store: KeyStore, tmp_path: Path) -> None:
    ann = store.new("ann", "pw", work_factor=QUICK)
    elsewhere = store.export("ann", tmp_path)
    assert store.find("ann") == store.find(ann.address) == store.find(ann.address.lower()) == ann
    assert store.find(str(elsewhere)).address == ann.address
    with pytest.raises(NotFound, match=r"no account cid\. Those there are: ann"):
        store.find("cid")
    with pytest.raises(NotFound, match="zonedao account new"):
        KeyStore(tmp_path / "none").find("ann")
    with pytest.raises(KeyFileProblem, match="cannot be read"):
        store.find(str(tmp_path / "missing.json"))


@pytest.mark.parametrize("text", [VECTOR_KEY, "0x" + VECTOR_KEY, VECTOR_KEY.upper() + "\n", f"\n  {VECTOR_KEY}  \n"])
def test_a_raw_key_is_imported(store: KeyStore, text: str) -> None:
    file = store.import_raw("ann", text, "pw", work_factor=QUICK)
    assert file.address == VECTOR_ADDRESS
    assert VECTOR_KEY not in file.path.read_text()


@pytest.mark.parametrize("text", ["", "0x", VECTOR_KEY[:-1], VECTOR_KEY + "00", "z" * 64, "0" * 64, "f" * 64])
def test_what_is_no_raw_key_is_not_repeated(store: KeyStore, text: str) -> None:
    with pytest.raises(KeyProblem) as caught:
        store.import_raw("ann", text, "pw", work_factor=QUICK)
    assert len(text) < 10 or text not in caught.value.message
    assert store.list() == []


def test_a_wrong_password(store: KeyStore, tmp_path: Path) -> None:
    ann = store.new("ann", "pw", work_factor=QUICK)
    for wrong in ("", "PW", "pw "):
        with pytest.raises(WrongPassword, match="ann"):
            store.unlock("ann", wrong)
    with pytest.raises(WrongPassword):
        store.import_file("bob", ann.path, "other")
    assert [file.name for file in store.list()] == ["ann"]


def test_nothing_is_overwritten(store: KeyStore, tmp_path: Path) -> None:
    ann = store.new("ann", "pw", work_factor=QUICK)
    content = ann.path.read_text()
    with pytest.raises(KeyFileProblem, match="already"):
        store.new("ann", "pw", work_factor=QUICK)
    with pytest.raises(KeyFileProblem, match="already"):
        store.import_raw("ann", VECTOR_KEY, "pw", work_factor=QUICK)
    exported = store.export("ann", tmp_path / "copy.json")
    with pytest.raises(KeyFileProblem, match="already"):
        store.export("ann", tmp_path / "copy.json")
    with pytest.raises(KeyFileProblem, match="no folder"):
        store.export("ann", tmp_path / "nowhere" / "copy.json")
    assert ann.path.read_text() == exported.read_text() == content
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "../up", "a b", "-x", "ü", "0x" + "1" * 40, "x" * 65, "3"])
def test_names_that_cannot_be(store: KeyStore, name: str) -> None:
    with pytest.raises(UsageProblem, match="name"):
        store.new(name, "pw", work_factor=QUICK)


def test_no_password_is_no_protection(store: KeyStore) -> None:
    with pytest.raises(UsageProblem, match="password"):
        store.new("ann", "", work_factor=QUICK)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "not json",
        '{"version": 1, "crypto": {}}',
        '{"version": 3}',
        '{"version": 3, "crypto": {}, "address": "12"}',
    ],
)
def test_files_that_are_no_key_files(store: KeyStore, tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(KeyFileProblem, match=r"no key file of version 3"):
        store.import_file("ann", path, "pw")


@pytest.mark.parametrize("broken", ["kdf", "ciphertext", "mac"])
def test_a_damaged_file_is_told_from_a_wrong_password(store: KeyStore, broken: str) -> None:
    path = store.new("ann", "pw", work_factor=QUICK).path
    document = json.loads(path.read_text())
    del document["crypto"][broken]
    path.write_text(json.dumps(document))
    with pytest.raises(KeyFileProblem, match="damaged"):
        store.unlock("ann", "pw")


def test_a_file_that_lies_about_its_address(store: KeyStore) -> None:
    path = store.new("ann", "pw", work_factor=QUICK).path
    path.write_text(json.dumps({**json.loads(path.read_text()), "address": "11" * 20}))
    with pytest.raises(KeyFileProblem, match="Do not use it"):
        store.unlock("ann", "pw")


def test_other_files_in_the_folder_are_no_accounts(store: KeyStore) -> None:
    ann = store.new("ann", "pw", work_factor=QUICK)
    (store.folder / "README").write_text("my keys")
    (store.folder / "folder").mkdir()
    assert store.list() == [ann]


class TestPassword:
    def test_from_a_file_without_its_line_end(self, tmp_path: Path) -> None:
        for content in ("secret pass", "secret pass\n", "secret pass\r\n", "secret pass\nsecond line\n"):
            (tmp_path / "pw").write_bytes(content.encode())
            assert read_password(tmp_path / "pw", None) == "secret pass"

    def test_from_the_file_that_the_environment_names(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "pw").write_text("from env")
        monkeypatch.setenv("ZONEDAO_PASSWORD_FILE", str(tmp_path / "pw"))
        assert read_password(None, None) == "from env"

    def test_from_a_prompt(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("ZONEDAO_PASSWORD_FILE", raising=False)
        assert read_password(None, lambda question: question + "!", "Password of ann") == "Password of ann!"

    def test_from_nowhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("ZONEDAO_PASSWORD_FILE", raising=False)
        with pytest.raises(UsageProblem, match="--password-file"):
            read_password(None, None)

    def test_from_a_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "binary").write_bytes(b"\xff\xfe")
        for path in (tmp_path / "missing", tmp_path, tmp_path / "binary"):
            with pytest.raises(KeyFileProblem, match="cannot be read"):
                read_password(path, None)


class TestSigners:
    def test_dev_accounts_are_those_everybody_knows(self) -> None:
        assert dev_account(0).address == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
        assert dev_account(1).address == "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
        assert dev_key(0).hex() == "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
        assert len({dev_account(index).address for index in range(60)}) == 60

    @pytest.mark.parametrize("index", [-1, 60])
    def test_there_are_no_others(self, index: int) -> None:
        with pytest.raises(UsageProblem, match="0 to 59"):
            dev_account(index)

    def test_a_key_does_not_show_itself(self) -> None:
        signer = dev_account(0)
        for text in (repr(signer), str(signer), f"{vars(signer)}"):
            assert dev_key(0).hex() not in text

    def test_typed_data_is_signed_as_eip712_says(self) -> None:
        # The example of EIP-712: Cow signs a mail to Bob.
        cow = LocalKey(bytes.fromhex("c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4"))
        person = [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}]
        message = {
            "types": {
                "EIP712Domain": [
                    {"name": "name", "type": "string"},
                    {"name": "version", "type": "string"},
                    {"name": "chainId", "type": "uint256"},
                    {"name": "verifyingContract", "type": "address"},
                ],
                "Person": person,
                "Mail": [
                    {"name": "from", "type": "Person"},
                    {"name": "to", "type": "Person"},
                    {"name": "contents", "type": "string"},
                ],
            },
            "primaryType": "Mail",
            "domain": {
                "name": "Ether Mail",
                "version": "1",
                "chainId": 1,
                "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
            },
            "message": {
                "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
                "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
                "contents": "Hello, Bob!",
            },
        }
        signature = cow.sign_typed_data(message)
        assert signature.hex() == (
            "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
            "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
            "1c"
        )

    def test_signatures_are_made_by_libsecp256k1(self, monkeypatch: pytest.MonkeyPatch) -> None:
        require_native_curve()
        require_native_curve.cache_clear()
        monkeypatch.setenv("ECC_BACKEND_CLASS", "eth_keys.backends.NativeECCBackend")
        with pytest.raises(KeyProblem, match="coincurve"):
            require_native_curve()
        monkeypatch.undo()
        require_native_curve()
