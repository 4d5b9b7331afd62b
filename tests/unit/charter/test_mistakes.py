"""Every mistake of a charter: its line, what is wrong, what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.charters import SMALL
from zonedao import charter
from zonedao.charter import Mistake
from zonedao.errors import CharterProblem

HERE = "#!"  # at the end of the line on which a mistake must be found


@dataclass(frozen=True)
class Case:
    """A change of the right charter that makes exactly one mistake."""

    name: str
    old: str
    new: str
    message: str
    hint: str


BEN = 'ben = { address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" }'
DRAW = 'allowances = [{ asset = "ETH", amount = 1, epochs = 3 }]'
DRAW_BELOW = 'allowances = [{ asset = "ETH", amount = 0.5, epochs = 2, source = "zone", line = "bread" }]'
OVEN = """
[industries.food.industries.bakery.industries.oven]
purpose = "Heat."
members = ["ada"]
allowances = [{ asset = "ETH", amount = 0.5, epochs = 2, source = "zone" }] #!
"""

CASES = [
    # keys
    Case(
        "unknown key at the top",
        'purpose = "To',
        'porpose = "x" #!\npurpose = "To',
        "no porpose at the top",
        "purpose?",
    ),
    Case("unknown table", "[caps]", "[cap]  #!\nETH = 1\n[caps]", "There is no cap", "Did you mean caps?"),
    Case("unknown key in a table", "length =", "lenght = 3 #!\nlength =", "no lenght in [epochs]", "mean length?"),
    Case("nothing near", "[caps]", "[zzz]  #!\n[caps]", "There is no zzz", "Those there are: name, purpose"),
    Case(
        "unknown personhood", "[caps]", '[personhood]\nkind = "voucher" #!\n[caps]', "of the kind voucher", "vouching?"
    ),
    Case(
        "what this kind does not know",
        "[caps]",
        '[personhood]\nkind = "vouching"\nattester = "0x" #!\n[caps]',
        "no attester in [personhood]",
        "kind, vouchers",
    ),
    Case(
        "too few vouchers",
        "[caps]",
        '[personhood]\nkind = "vouching"\nvouchers = 1 #!\n[caps]',
        "personhood.vouchers is 1",
        "from 2 to 8",
    ),
    Case(
        "no attester", "[caps]", '[personhood] #!\nkind = "attester"\n[caps]', "attester is missing", 'attester = "0x'
    ),
    Case(
        "no such list",
        "[caps]",
        '[personhood]\nkind = "allow-list"\nlist = "none.csv" #!\n[caps]',
        "cannot be read",
        "a line for each person",
    ),
    Case("unknown class", "[laws.expulsion]", "[laws.expulsions] #!\n[laws.expulsion]", "no expulsions", "expulsion?"),
    Case("unknown field of a law", "grace =", "grase = 1 #!\ngrace =", "no grase in [laws.default]", "mean grace?"),
    Case("no name", 'name = "Test Court"', "#!", "name is missing", 'Write name = "Elmcourt"'),
    Case("no epochs", '[epochs]\nstart = 2026-01-01\nlength = "30 days"', "", "epochs is missing", "heading [epochs]"),
    Case("no purpose below", 'purpose = "Bread."\n', "", "bakery.purpose is missing", "under [industries.food.ind"),
    # kinds
    Case(
        "number for text", 'name = "Test Court"', "name = 3 #!", "name is a whole number, not a text", 'Write name = "'
    ),
    Case("text for number", "safety = 10", 'safety = "10" #!', "goods.grain.safety is a text", "Write safety = 0"),
    Case("boolean for number", "safety = 10", "safety = true #!", "safety is a boolean", "Write safety = 0"),
    Case("table for text", 'unit = "kg"', "unit = { a = 1 } #!", "unit is a table", 'Write unit = "kg"'),
    Case("text for table", "caps = { MILL = 100 }", 'caps = "100" #!', "food.caps is a text, not a table", "heading ["),
    Case("text for list", 'keepers = ["ben"]', 'keepers = "ben" #!', "keepers is a text, not a list", 'keepers = ["'),
    Case("number in a list", 'keepers = ["ben"]', "keepers = [\n  3, #!\n]", "keepers holds a whole number", "quotes"),
    Case("list for table", "[caps]\nETH = 2.5", "caps2 = 1 #!", "no caps2 in [assets.MILL]", "Those there are: coin"),
    Case(
        "date that is a text", "start = 2026-01-01", 'start = "2026-01-01" #!', "epochs.start is a text", "2026-01-01."
    ),
    Case("empty text", 'purpose = "Food."', 'purpose = " " #!', "industries.food.purpose is empty", "Write purpose = "),
    Case(
        "no URI", 'purpose = "To', 'dao_uri = "dao.json" #!\npurpose = "To', "'dao.json' is no URI", "Write dao_uri = "
    ),
    Case("one vote", 'purpose = "To', 'active_votes = 1 #!\npurpose = "To', "active_votes is 1", "from 2 to 16"),
    Case(
        "no verifier",
        'purpose = "To',
        'verifier = "bls" #!\npurpose = "To',
        "no verifier 'bls'",
        'verifier = "bls12-381"',
    ),
    Case(
        "a URI with a space",
        'purpose = "Food."',
        'purpose = "Food."\ndao_uri = "https://x.org/a b" #!',
        "no URI",
        "without spaces",
    ),
    Case(
        "empty URI", 'purpose = "Food."', 'purpose = "Food."\ndao_uri = "" #!', "dao_uri is empty", "Write dao_uri = "
    ),
    Case(
        "draws that are no tables", DRAW, 'allowances = ["ETH"] #!', "allowances holds a text", "Write allowances = [{"
    ),
    # numbers and units
    Case("negative", "safety = 10", "safety = -1 #!", "goods.grain.safety is -1", "from 0 to 281474976710655"),
    Case("too large", "safety = 10", f"safety = {2**48} #!", f"is {2**48}", "from 0 to 281474976710655"),
    Case("no duration", 'grace = "3 days"', 'grace = "soon" #!', "'soon' is no duration", 'as in "3 days"'),
    Case("half a second", 'grace = "3 days"', 'grace = "0.5 seconds" #!', "no whole number of seconds", "smaller unit"),
    Case("seconds as a number", 'grace = "3 days"', "grace = 86400 #!", "grace is a whole number", 'grace = "3 days"'),
    Case("no share", 'quorum = "20 %"', 'quorum = "a fifth" #!', "'a fifth' is no share", '"20 %" or "2/3"'),
    Case("share as a number", 'quorum = "20 %"', "quorum = 0.2 #!", "quorum is a number, not a text", '"20 %"'),
    Case("more than all", 'quorum = "20 %"', 'quorum = "120 %" #!', "120 % is more than everybody", '"100 %"'),
    Case("a share over zero", 'quorum = "20 %"', 'quorum = "1/0" #!', "'1/0' is no share", "percentage"),
    Case("no amount", "ETH = 2.5", 'ETH = "much" #!', "'much' is no amount of ETH", "2.5 ETH"),
    Case("amount of another", "ETH = 2.5", 'ETH = "1 MILL" #!', "'1 MILL' is no amount of ETH", "2.5 ETH"),
    Case("negative amount", "ETH = 2.5", "ETH = -1 #!", "'-1' is no amount", "2.5"),
    Case("too fine", "MILL = 100", "MILL = 0.0000001", "has more digits than MILL", "rounder"),
    Case("cap of nothing", "ETH = 2.5", "ETH = 0 #!", "0 is nothing", "without a cap each payment is constitutional"),
    Case(
        "cap too large", "ETH = 2.5", "ETH = 5192296858534827628 #!", "more than a body can count", "5192296858534827.6"
    ),
    Case("draw too large", "amount = 1,", "amount = 79228162515,", "more than a body can count", "79228162514.2"),
    # laws
    Case(
        "below the bounds",
        'seasoning = "1 hour"',
        'seasoning = "59 minutes" #!',
        "at least 1 hour",
        '"1 hour" or more.',
    ),
    Case("above the bounds", 'grace = "3 days"', 'grace = "8 days" #!', "at most 7 days", 'grace = "7 days" or less.'),
    Case(
        "default below the grave classes",
        '[laws.constitutional]\nexecution_delay = "1 day"\n',
        "[laws.constitutional]\n",
        "execution_delay is 1 hour; at least 1 day is allowed for constitutional",
        'Write execution_delay = "1 day" or more under [laws.constitutional].',
    ),
    Case(
        "grave class below its bounds",
        '[laws.expulsion]\nexecution_delay = "1 day"\nthreshold = "2/3"',
        '[laws.expulsion]\nexecution_delay = "1 day"\nthreshold = "66 %" #!',
        "laws.expulsion.threshold is 66 %; at least 2/3",
        'Write threshold = "2/3" or more.',
    ),
    Case(
        "field nobody has", 'grace = "3 days"\n', "", "No law says the grace.", 'grace = "3 days" under [laws.default]'
    ),
    Case(
        "field some lack",
        'threshold = "50 %"\n\n',
        "\n",
        "No law says the threshold for spending, membership, industry, trade.",
        'threshold = "50 %" under [laws.default]',
    ),
    Case(
        "industry below the bounds",
        "[industries.food.industries.bakery]",
        '[industries.food.laws.trade]\nquorum = "0.9 %" #!\n[industries.food.industries.bakery]',
        "industries.food.laws.trade.quorum is 0.9 %; at least 1 %",
        'Write quorum = "1 %" or more.',
    ),
    Case(
        "sponsors above the bounds",
        'grace = "3 days"',
        'grace = "3 days"\nsponsors = 61 #!',
        "laws.default.sponsors is 61.",
        "Write a whole number from 0 to 60.",
    ),
    Case(
        "sponsors in words",
        'grace = "3 days"',
        'grace = "3 days"\nsponsors = "two" #!',
        "laws.default.sponsors",
        "sponsors = 3",
    ),
    Case(
        "no time to sponsor",
        "[laws.constitutional]\n",
        '[laws.constitutional]\nvoting_delay = "59 minutes"\nsponsors = 2 #!\n',
        "The law for constitutional wants sponsors, and its voting_delay leaves them 59 minutes to sign.",
        'Write voting_delay = "1 hour" or more for constitutional, or no sponsors.',
    ),
    Case(
        "an industry that leaves inherited sponsors no time",
        "[industries.food.industries.bakery]",
        "[industries.food.laws.trade]\nsponsors = 1\n[industries.food.industries.bakery.laws.trade]\n"
        'voting_delay = "5 minutes" #!\n[industries.food.industries.bakery]',
        "The law for trade wants sponsors, and its voting_delay leaves them 5 minutes to sign.",
        "or no sponsors.",
    ),
    Case(
        "expulsion from an industry",
        "[industries.food.industries.bakery]",
        '[industries.food.laws.expulsion] #!\nquorum = "50 %"\n[industries.food.industries.bakery]',
        "An industry expels nobody",
        "[industries.food.laws.membership]",
    ),
    # members
    Case(
        "same address",
        "cleo = {",
        'dan = { address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" } #!\ncleo = {',
        "dan has the same address as ben in line 6",
        "one member",
    ),
    Case("same name", "cleo = {", f"{BEN} #!\ncleo = {{", "given a second time", "Remove one of the two"),
    Case(
        "address without table",
        BEN,
        'ben = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" #!',
        "members.ben is a text",
        "Write ben = { address =",
    ),
    Case("short address", BEN, 'ben = { address = "0x70997970" } #!', "'0x70997970' is no address", "copy it whole"),
    Case("bad checksum", BEN, BEN.replace('C8"', 'c8"') + " #!", "its capitals do not match", "Copy the address again"),
    Case("neither", BEN, "ben = {} #!", "ben has neither an address nor a key file", "Write ben = { address"),
    Case("both", BEN, BEN[:-2] + ', keyfile = "x" } #!', "ben has both an address and a key file", "Write ben = {"),
    Case("no key file", BEN, 'ben = { keyfile = "no.json" } #!', "cannot be read", 'Or: Write address = "0x…"'),
    Case(
        "member called all",
        "cleo = {",
        'all = { address = "0x90F79bf6EB2c4f870365E785982E1f101E93b906" } #!\ncleo = {',
        "'all' cannot be a member's name",
        "letters",
    ),
    Case(
        "mistyped member",
        'members = ["ada", "ben"]',
        'members = ["ada", "bem", "ben"] #!',
        "bem is no member of the zone",
        "Did you mean ben?",
    ),
    Case(
        "named twice",
        'members = ["ada", "ben"]',
        'members = [\n"ada", "ben",\n"ada", #!\n]',
        "names ada twice",
        "Remove",
    ),
    Case(
        "keeper who is no member",
        'keepers = ["ben"]',
        'keepers = ["ben", "zed"] #!',
        "zed is no member of the zone",
        "Those there are: ada, ben, cleo.",
    ),
    Case("no keepers", 'keepers = ["ben"]', "keepers = [] #!", "stores.keepers names nobody", "Name a member"),
    Case("nobody in an industry", 'members = ["ada"]', "members = [] #!", "bakery has no members", "Name at least one"),
    Case(
        "not in the parent",
        'members = ["ada"]',
        'members = ["ada", "cleo"] #!',
        "cleo is no member of test-court/food",
        "Add cleo to the members of test-court/food",
    ),
    # money
    Case("unknown cap", "ETH = 2.5", "ETH = 2.5\nEHT = 1 #!", "There is no asset EHT", "Did you mean ETH?"),
    Case(
        "unknown asset of a draw",
        DRAW_BELOW,
        DRAW_BELOW.replace("ETH", "GOLD") + " #!",
        "There is no asset GOLD",
        "Those there are: MILL, ETH.",
    ),
    Case(
        "token without decimals", "decimals = 6\n", "", "assets.MILL.decimals is missing", "decimals = 18 under [assets"
    ),
    Case(
        "token at zero",
        '"0xdF3e18d64BC6A983f673Ab319CCaE4f1a57C7097"',
        f'"0x{"0" * 40}" #!',
        "has the zero address",
        "Write coin = true",
    ),
    Case(
        "two coins",
        "[assets.MILL]",
        "[assets.XDAI]\ncoin = true\n[assets.ETH] #!\ncoin = true\n[assets.MILL]",
        "XDAI is the chain's coin already",
        "Remove one",
    ),
    Case(
        "coin with an address",
        "[assets.MILL]",
        "[assets.ETH]\ncoin = true\ndecimals = 18 #!\n[assets.MILL]",
        "There is no decimals in [assets.ETH]",
        "Those there are: coin",
    ),
    Case(
        "odd symbol",
        "[assets.MILL]",
        '[assets."M L"] #!\naddress = "0xcd3B766CCDd6AE721141F452C550Ca635964ce71"\ndecimals = 1\n[assets.MILL]',
        "'M L' cannot be a symbol",
        "Use a letter",
    ),
    Case("no epochs of a draw", "epochs = 3", "epochs = 0", "allowances.epochs is 0", "from 1 to 65535"),
    Case(
        "own account",
        DRAW,
        DRAW.replace(" }]", ', source = "own" }] #!'),
        "own is no body above food",
        "parent or zone",
    ),
    Case(
        "stranger as source",
        DRAW,
        DRAW.replace(" }]", ', source = "moon" }] #!'),
        "moon is no body above food",
        "Write one of parent, zone, test-court.",
    ),
    Case(
        "nothing between",
        DRAW + "\n",
        "",
        "comes past test-court/food, which has no allowance in ETH",
        'source = "parent"',
    ),
    Case(
        "another account between",
        DRAW_BELOW,
        DRAW_BELOW.replace('"zone"', '"parent"') + OVEN,
        "comes past test-court/food/bakery, which has no allowance in ETH from test-court",
        'source = "parent"',
    ),
    Case(
        "two draws",
        DRAW,
        DRAW.replace("}]", '}, { asset = "ETH", amount = 2, epochs = 1 }] #!'),
        "food has two allowances in ETH",
        "Make them one",
    ),
    Case("long line", 'line = "bread"', f'line = "{"b" * 33}"', "is too long", "at most 32 bytes"),
    # time, goods, names
    Case("short epoch", 'length = "30 days"', 'length = "59 minutes" #!', "epochs.length is 59 minutes", "from 1 hour"),
    Case(
        "early epoch", "start = 2026-01-01", "start = 1969-12-31 #!", "no moment that a chain can count", "2026-01-01"
    ),
    Case("stale at once", 'stale = "2 days"', 'stale = "1 second" #!', "stores.stale is 1 second", "from 1 minute"),
    Case(
        "good twice",
        "[goods.grain]",
        '[goods.corn] \nname = "grain"\nunit = "kg"\nsafety = 0\nentitlement = 0\n[goods.grain] #!',
        "Two goods are called grain (kg)",
        "another name",
    ),
    Case("long zone name", 'name = "Test Court"', f'name = "{"Court" * 13}" #!', "has 65 characters", "at most 64"),
    Case("name without letters", 'name = "Test Court"', 'name = "—" #!', "'—' has no letters", "read out"),
    Case(
        "heading unlike the name",
        'name = "Bakery"',
        'name = "Bread House"',
        "would be called bread-house in paths",
        "Write the heading [industries.food.industries.bread-house].",
    ),
    Case("time for date", "start = 2026-01-01", "start = 12:00:00 #!", "a time of day, not a date", "2026-01-01"),
    Case(
        "start after the calendar",
        "start = 2026-01-01",
        "start = 9999-12-31T23:59:59-23:59 #!",
        "no moment that a chain can count",
        "2026-01-01",
    ),
    Case(
        "nobody's address", BEN, f'ben = {{ address = "0x{"0" * 40}" }} #!', "ben has the zero address", "account list"
    ),
    # numbers that no chain holds
    Case("endless number", "safety = 10", f"safety = {'9' * 5000} #!", "thousands of digits", "Shorten"),
    Case("endless hexadecimal", "safety = 10", f"safety = 0x{'f' * 5000} #!", "more than a chain can count", "whole"),
    Case("endless cap", "ETH = 2.5", f"ETH = 0x{'f' * 5000} #!", "more than a chain can count", "as in 2.5"),
    Case("cap with an exponent", "ETH = 2.5", "ETH = 1e999999999 #!", "no amount of ETH", "as in 2.5"),
    Case("cap of nearly nothing", "ETH = 2.5", "ETH = 1e-999999999 #!", "no amount of ETH", "as in 2.5"),
    Case("endless text of a cap", "ETH = 2.5", f'ETH = "{"9" * 5000} ETH" #!', "has 5004 characters", "shorter"),
    Case("endless duration", '"30 days"', f'"{"9" * 5000} days" #!', "has 5005 characters", "shorter"),
    Case("endless share", 'quorum = "20 %"', f'quorum = "{"9" * 5000} %" #!', "has 5002 characters", "shorter"),
    # characters that are not seen
    Case("escape", 'purpose = "To be', 'purpose = "\\u001b[2J\\u001b]0;To be', "holds the character U+001B", "Remove"),
    Case("escape of C1", 'purpose = "To be', 'purpose = "\u009b2JTo be', "holds the character U+009B", "Remove"),
    Case("zero", 'purpose = "To be', 'purpose = "\\u0000brokenTo be', "holds the character U+0000", "Remove"),
    Case("line break", 'purpose = "To be', 'purpose = "Fine.\\nerror: To be', "holds the character U+000A", "Remove"),
    Case("turned round", 'name = "Test Court"', 'name = "Test \u202eCourt" #!', "holds the character U+202E", "Remove"),
    Case("isolated", 'unit = "kg"', 'unit = "\u2067kg" #!', "holds the character U+2067", "Remove"),
    # TOML
    Case("text not closed", 'length = "30 days"', 'length = "30 days #!', "it ends within a text", "close every quote"),
    Case("no value", "safety = 10", "safety = #!", "no TOML: invalid value", "Write text between quotes"),
    Case("word without quotes", 'unit = "kg"', "unit = kg #!", "no TOML: invalid value", "between quotes"),
    Case("no equals sign", 'unit = "kg"', 'unit "kg" #!', "no TOML: expected '='", "Write name = value"),
    Case("heading not closed", "[caps]", "[caps #!", "no TOML: expected ']'", "Write the heading of a table"),
    Case("heading twice", "[stores]", '[stores]\nkeepers = ["ben"]\n[stores] #!', "given a second time", "Remove one"),
]


def write(folder: Path, text: str) -> Path:
    path = folder / "test.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_right_charter_has_no_mistake(tmp_path: Path) -> None:
    assert charter.check(write(tmp_path, SMALL)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_mistake(tmp_path: Path, case: Case) -> None:
    assert SMALL.count(case.old) == 1
    text = SMALL.replace(case.old, case.new)
    path = write(tmp_path, text)
    (mistake,) = charter.check(path)
    assert case.message in mistake.message
    assert case.hint in mistake.hint
    assert mistake.path == str(path)
    marked = [number for number, line in enumerate(text.split("\n"), 1) if HERE in line]
    if marked:
        assert [mistake.line] == marked
    else:
        # What is missing has no line: the mistake stands at what should hold it.
        assert 1 <= mistake.line <= text.count("\n") + 1


def test_depth(tmp_path: Path) -> None:
    def nested(levels: int) -> str:
        text, heading = SMALL, "industries.food"
        for level in range(1, levels):
            heading += f".industries.level{level}"
            text += f'\n[{heading}]\npurpose = "Deeper."\nmembers = ["ada"]\n'
        return text

    assert charter.check(write(tmp_path, nested(8))) == []
    (mistake,) = charter.check(write(tmp_path, nested(9)))
    assert "lies 9 levels below the zone; 8 are possible" in mistake.message
    assert mistake.line == nested(9)[: nested(9).index("level8]")].count("\n") + 1


def test_all_at_once(tmp_path: Path) -> None:
    """Mistakes of every kind in one file, a line of no TOML among them, are all reported, in the order of lines."""
    chosen = [
        case
        for case in CASES
        if case.name
        in (
            "unknown key at the top",
            "short address",
            "text not closed",
            "more than all",
            "negative",
            "cap of nothing",
            "mistyped member",
            "not in the parent",
        )
    ]
    assert len(chosen) == 8
    text = SMALL
    for case in chosen:
        assert text.count(case.old) == 1
        text = text.replace(case.old, case.new)
    found = charter.check(write(tmp_path, text))
    assert len(found) == len(chosen)
    for case in chosen:
        assert any(case.message in mistake.message for mistake in found), case.name
    lines = [mistake.line for mistake in found]
    assert lines == sorted(lines)
    assert lines == [number for number, line in enumerate(text.split("\n"), 1) if HERE in line]


def test_load_raises_them_all(tmp_path: Path) -> None:
    path = write(tmp_path, SMALL.replace("safety = 10", "safety = -1").replace('"20 %"', '"200 %"'))
    with pytest.raises(CharterProblem) as caught:
        charter.load(path)
    assert caught.value.mistakes == tuple(charter.check(path))
    assert len(caught.value.mistakes) == 2
    assert caught.value.exit_code == 8
    for mistake in caught.value.mistakes:
        assert isinstance(mistake, Mistake)
        assert str(mistake) in caught.value.message
        assert str(mistake).startswith(f"{path}:{mistake.line}: ")


def test_members_and_heading_lost(tmp_path: Path) -> None:
    """Where a heading cannot be read, what stood below it is not reported as missing."""
    (mistake,) = charter.check(write(tmp_path, SMALL.replace("[members]", "[members")))
    assert mistake.line == 4


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(CharterProblem, match=r"cannot be read .*Check the path"):
        charter.check(tmp_path / "none.toml")


def test_no_text(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(SMALL.encode() + "# Bäcker\n".encode("latin-1"))
    (mistake,) = charter.check(path)
    assert (mistake.line, mistake.hint) == (SMALL.count("\n") + 1, "Save the file with UTF-8 encoding.")


def test_a_name_that_steers_the_terminal(tmp_path: Path) -> None:
    text = SMALL.replace("[caps]", '"\\u001b[31mcap\\u202e" = 1\n[caps]').replace(
        "[laws.default]", '[laws."\\u001b]0;x"]'
    )
    for mistake in charter.check(write(tmp_path, text)):
        assert "\x1b" not in str(mistake)
        assert "\u202e" not in str(mistake)
    found = {(mistake.line, mistake.message) for mistake in charter.check(write(tmp_path, text))}
    lines = text.split("\n")
    for line in (n for n, each in enumerate(lines, 1) if "u001b" in each):
        assert any(at == line and "U+001B" in message for at, message in found)


def test_a_member_is_not_called_like_a_number(tmp_path: Path) -> None:
    text = SMALL.replace(BEN, BEN.replace("ben", "3")).replace('"ben"', '"3"')
    (mistake,) = charter.check(write(tmp_path, text))
    assert mistake.message == "'3' cannot be a member's name: members go by number as well."
    assert mistake.line == text[: text.index("3 = {")].count("\n") + 1


@pytest.mark.parametrize("name", ["you", "nobody", "a\u3164a"])
def test_a_member_is_not_called_what_cannot_be_read(tmp_path: Path, name: str) -> None:
    text = SMALL.replace(BEN, BEN.replace("ben", f'"{name}"')).replace('"ben"]', f'"{name}"]')
    found = [each.message for each in charter.check(write(tmp_path, text))]
    assert any(message.endswith("cannot be a member's name.") for message in found), found


def test_members_whose_names_look_the_same(tmp_path: Path) -> None:
    text = SMALL.replace(BEN, BEN + "\n" + BEN.replace("ben", '"bеn"').replace("0x7", "0x8"))
    messages = [each.message for each in charter.check(write(tmp_path, text))]
    assert any(message.startswith("'bеn' looks like 'ben' in line ") for message in messages), messages


@pytest.mark.parametrize("value", ["[" * 3000 + "]" * 3000, "{a=" * 3000 + "1" + "}" * 3000, "[" * 600 + "]" * 600])
def test_nested_too_deep(tmp_path: Path, value: str) -> None:
    found = charter.check(write(tmp_path, SMALL + f"\n[x]\ny = {value}\n"))
    assert any("nests lists or tables too deep" in each.message or "There is no x" in each.message for each in found)


def test_keys_nested_deep(tmp_path: Path) -> None:
    (mistake,) = charter.check(write(tmp_path, "x" + ".x" * 3000 + " = 1\n" + SMALL))
    assert mistake.message == "There is no x at the top of a charter."


def test_empty_file(tmp_path: Path) -> None:
    found = charter.check(write(tmp_path, ""))
    assert {mistake.message.split()[0] for mistake in found} == {"name", "purpose", "members", "laws", "epochs"}
    assert {mistake.line for mistake in found} == {1}
