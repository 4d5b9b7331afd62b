"""The relayer: real HTTP on a free port, a real box, a real chain."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.polling import AGAINST, FOR, Village, Vote, account, once_where_pairing_is_fast, voting_key
from zonedao.ballots.box import BallotBox
from zonedao.ballots.enrolling import make_enrolment, waiting_enrolments
from zonedao.ballots.files import document_of
from zonedao.ballots.relay import MOST_CONNECTIONS, RateLimit, Relay, post_ballot, post_items
from zonedao.errors import NodeUnreachable, Refused, UsageProblem


@pytest.fixture(autouse=True)
def fast(village: Village) -> None:
    """What is between members and a box depends on no kind of chain."""
    once_where_pairing_is_fast(village.chain)


@pytest.fixture
def relay(box: BallotBox) -> Iterator[Relay]:
    with Relay(box, rate=1000, burst=1000) as running:
        yield running


def ask(relay: Relay, method: str, path: str, content: bytes = b"", **headers: str) -> tuple[int, Any, dict[str, str]]:
    """One request; status, document, headers."""
    connection = http.client.HTTPConnection(urlsplit(relay.url).netloc, timeout=20)
    try:
        connection.request(method, path, content, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()), dict(answer.headers)
    finally:
        connection.close()


def test_handing_in(relay: Relay, vote: Vote) -> None:
    ballot = vote.ballot(5, FOR)
    assert post_ballot(relay.url, ballot) == "The ballot is in the box."
    assert post_ballot(relay.url, ballot) == "The ballot of this person is in the box already."
    with pytest.raises(Refused, match="another choice in the box"):
        post_ballot(relay.url, vote.ballot(5, AGAINST))
    with pytest.raises(Refused, match="not signed by the account"):
        post_ballot(relay.url, replace(ballot, index=6))
    assert relay.box.held(vote.id) == [ballot]
    assert (relay.accepted, relay.refused) == (2, 2)


def test_many_at_once(relay: Relay, vote: Vote) -> None:
    ballots = vote.ballots({FOR: range(1, 61)})
    ballots[30] = replace(ballots[30], index=200)
    codes = [each["code"] for each in post_items(relay.url, list(ballots))]
    assert codes == ["accepted"] * 30 + ["bad-signature"] + ["accepted"] * 29


def test_from_many_members_at_the_same_time(relay: Relay, vote: Vote) -> None:
    ballots = vote.ballots({FOR: range(1, 41)})
    with ThreadPoolExecutor(8) as members:
        answers = list(members.map(lambda ballot: post_ballot(relay.url, ballot), ballots))
    assert set(answers) == {"The ballot is in the box."}
    assert relay.box.held(vote.id) == ballots


def test_voting_keys_too(relay: Relay, village: Village) -> None:
    entry = make_enrolment(village.client_zone(), account(100), voting_key(100))
    assert post_ballot(relay.url, entry) == "The entry is in the box."
    assert waiting_enrolments(relay.box) == [entry]
    with pytest.raises(Refused, match=r"does not prove|consent"):
        post_ballot(relay.url, replace(entry, proof=(1, 2)))


def test_status(relay: Relay, vote: Vote) -> None:
    post_ballot(relay.url, vote.ballot(5, FOR))
    status, document, _ = ask(relay, "GET", "/status")
    assert status == 200
    assert document["body"] == vote.village.address
    (proposal,) = document["proposals"]
    assert (proposal["number"], proposal["held"], proposal["waiting"]) == (1, {"for": 1}, 1)


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "/", b"", 404),
        ("POST", "/status", b"{}", 404),
        ("POST", "/ballots", b"", 400),
        ("POST", "/ballots", b"{", 400),
        ("POST", "/ballots", b"[" * 20_000, 400),
        ("POST", "/ballots", b"[]", 413),
        ("POST", "/ballots", b"{}", 400),
        ("POST", "/ballots", b'{"support": "for"}', 400),
        ("POST", "/ballots", b'{"owner": 1}', 400),
        ("POST", "/ballots", b'{"a": "' + b"x" * 5_000 + b'"}', 413),
        ("POST", "/ballots", b"[" + b"{}," * 300 + b"{}]", 413),
        ("POST", "/ballots", b"\xff\xfe", 400),
    ],
)
def test_what_is_no_ballot(relay: Relay, method: str, path: str, content: bytes, status: int) -> None:
    found, document, _ = ask(relay, method, path, content)
    assert found == status
    assert document["error"].endswith(".")


def test_sizes_are_refused_before_they_are_read(relay: Relay) -> None:
    with socket.create_connection(urlsplit(relay.url).netloc.rsplit(":", 1), timeout=20) as line:
        line.sendall(b"POST /ballots HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 413")
    with socket.create_connection(urlsplit(relay.url).netloc.rsplit(":", 1), timeout=20) as line:
        line.sendall(b"POST /ballots HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 413")
    with socket.create_connection(urlsplit(relay.url).netloc.rsplit(":", 1), timeout=20) as line:
        line.sendall(b"POST /ballots HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 411")


def test_rates(box: BallotBox, vote: Vote) -> None:
    with Relay(box, rate=0.01, burst=2) as relay:
        assert [ask(relay, "GET", "/status")[0] for _ in range(3)] == [200, 200, 429]
        status, _, headers = ask(relay, "POST", "/ballots", b"{}")
        assert status == 429
        assert int(headers["Retry-After"]) > 30
        with pytest.raises(Refused, match="Too many requests"):
            post_ballot(relay.url, vote.ballot(5, FOR))


def test_clients_have_rates_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    time = [1000.0]
    monkeypatch.setattr("zonedao.ballots.relay.time.monotonic", lambda: time[0])
    monkeypatch.setattr("zonedao.ballots.relay.MOST_CLIENTS", 3)
    limit = RateLimit(2.0, 3)
    assert [limit.admit("a") == 0.0 for _ in range(4)] == [True, True, True, False]
    assert limit.admit("b") == 0.0
    time[0] += 0.5
    assert limit.admit("a") == 0.0
    assert limit.admit("a") == pytest.approx(0.5)
    time[0] += 100
    assert [limit.admit("a") == 0.0 for _ in range(4)] == [True, True, True, False]
    for client in "bcd":
        limit.admit(client)
    assert len(limit._buckets) == 3


def test_idle_connections_use_up_nothing_but_themselves(relay: Relay, vote: Vote) -> None:
    host, port = urlsplit(relay.url).netloc.rsplit(":", 1)
    idle = [socket.create_connection((host, port), timeout=20) for _ in range(MOST_CONNECTIONS - 1)]
    try:
        assert post_ballot(relay.url, vote.ballot(5, FOR))
    finally:
        for line in idle:
            line.close()


def test_a_chain_that_is_away_is_no_verdict(relay: Relay, vote: Vote, monkeypatch: pytest.MonkeyPatch) -> None:
    """Members are told to try again, and the relayer goes on serving."""
    ballot = vote.ballot(5, FOR)

    def away(*_: object) -> int:
        raise NodeUnreachable("Nobody answers. Try again.")

    with monkeypatch.context() as patch:
        patch.setattr(relay.box.body.client.connection, "now", away)
        with pytest.raises(Refused, match="Nobody answers"):
            post_ballot(relay.url, ballot)
    assert post_ballot(relay.url, ballot) == "The ballot is in the box."


def test_stopping_answers_what_was_taken(box: BallotBox, vote: Vote) -> None:
    ballots = vote.ballots({FOR: range(1, 31)})
    relay = Relay(box, rate=1000, burst=1000).start()
    accepted: list[int] = []

    def hand_in() -> None:
        for ballot in ballots:
            try:
                post_ballot(relay.url, ballot)
            except (NodeUnreachable, Refused):
                return
            accepted.append(ballot.index)

    member = threading.Thread(target=hand_in)
    member.start()
    while len(accepted) < 3:
        member.join(0.01)
    relay.stop()
    member.join()
    assert set(accepted) <= {ballot.index for ballot in box.held(vote.id)}
    with pytest.raises(NodeUnreachable, match="--out"):
        post_ballot(relay.url, ballots[0])


def test_who_hands_in_while_it_stops_is_told_so(box: BallotBox, vote: Vote) -> None:
    ballot = vote.ballot(5, FOR)
    content = json.dumps(document_of(ballot)).encode()
    relay = Relay(box).start()
    port = int(relay.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as late:
        late.sendall(b"POST /ballots HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(content) + content[:-1])
        post_ballot(relay.url, vote.ballot(6, FOR))  # by now the other one is being read
        relay.stop()
        late.sendall(content[-1:])
        answer = late.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"This relayer has stopped." in answer
    assert [each.index for each in box.held(vote.id)] == [6]


def test_addresses_that_cannot_be_used(box: BallotBox, relay: Relay, vote: Vote) -> None:
    port = int(relay.url.rsplit(":", 1)[1])
    with pytest.raises(UsageProblem, match="--host and --port"):
        Relay(box, "127.0.0.1", port)
    with pytest.raises(UsageProblem, match="http://"):
        post_ballot("relay.example", vote.ballot(5, FOR))
    with pytest.raises(NodeUnreachable, match="without anything after it"):
        post_ballot(relay.url + "/ballots", vote.ballot(5, FOR))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n[", "none of a relayer's"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "none of a relayer's"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "none of a relayer's"),
        (None, "connection refused"),
    ],
)
def test_what_is_no_relayer(vote: Vote, answer: bytes | None, why: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"

        def speak() -> None:
            line, _ = listening.accept()
            with line, line.makefile("rb") as request:
                request.readline()
                headers = http.client.parse_headers(request)
                request.read(int(headers["Content-Length"]))  # what is left unread would reset the connection
                line.sendall(answer or b"")

        if answer is None:
            listening.close()
        else:
            threading.Thread(target=speak, daemon=True).start()
        with pytest.raises(NodeUnreachable, match=rf"No relayer answers at {url} \([^<]*{why}\)\. Check the address"):
            post_ballot(url, vote.ballot(5, FOR))
