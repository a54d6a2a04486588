"""Who may come in, asked byte by byte over a real socket: HTTP routes and the upgrade, managed and in a browser."""

import ast
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path

import pytest

from parley.sidecar import guard, proof
from parley.sidecar.proof import new_token, prove
from tests.fakes.conversation import engines
from tests.fakes.relay import UPGRADE, Answer, ask, ask_raw, parse
from tests.fakes.sidecar import Running, boot_line, service

pytestmark = pytest.mark.anyio

SOCKET = "/client-ws"
ROUTES = ("/healthz", SOCKET, "/", "/index.html", "/api/models/pull?url=http://attacker.example/x", "/nothing")


@asynccontextmanager
async def managed(**boot: object) -> AsyncIterator[Running]:
    async with service(engines(), boot_line(**boot)) as it:  # type: ignore[arg-type]
        yield it


@asynccontextmanager
async def in_a_browser(folder: Path, **boot: object) -> AsyncIterator[Running]:
    (folder / "index.html").write_text("<!doctype html><title>Parley</title>")
    async with service(engines(), boot_line(browser=True, ui_dir=folder, **boot)) as it:  # type: ignore[arg-type]
        yield it


def bearer(it: Running) -> dict[str, str]:
    return {"Authorization": f"Bearer {it.token}"}


async def both(it: Running, headers: list[tuple[str, str]], host: str | None = "") -> set[int]:
    """The statuses of a request and of an upgrade with these headers and the right token."""
    known = [*headers, *bearer(it).items()]
    plain = await ask(it.port, "/healthz", known, host=host)
    upgrade = await ask(it.port, SOCKET, [*known, *UPGRADE.items()], host=host)
    check(plain, it)
    check(upgrade, it)
    return {plain.status, upgrade.status}


def check(answer: Answer, it: Running) -> None:
    """A8, A13: what must be true of every answer, whatever was asked."""
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert "set-cookie" not in answer.headers
    everything = str(answer.headers).encode() + answer.body
    assert it.token.encode() not in everything


async def test_the_right_host_and_token_come_in() -> None:
    async with managed() as it:
        assert await both(it, []) == {200, 101}


HOSTS = (
    "attacker.example:{port}",
    "attacker.example",
    "localhost:{port}",
    "LOCALHOST:{port}",
    "0.0.0.0:{port}",
    "[::1]:{port}",
    "[::ffff:127.0.0.1]:{port}",
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:1",
    "127.0.0.1:0{port}",
    "127.0.0.1.:{port}",
    "127.0.0.1:{port}.attacker.example",
    "127.0.0.1:{port}@attacker.example",
    "attacker.example@127.0.0.1:{port}",
    "127.0.0.1:{port},attacker.example",
    "127.1:{port}",
    "2130706433:{port}",
    "",
)


@pytest.mark.parametrize("host", HOSTS)
async def test_a1_a_foreign_host_is_refused_with_421_even_with_the_token(host: str) -> None:
    async with managed() as it:
        pair = [("Host", host.format(port=it.port))]
        assert await both(it, pair, host=None) == {421}


async def test_a1_no_host_or_two_are_refused() -> None:
    async with managed() as it:
        own = f"127.0.0.1:{it.port}"
        assert await both(it, [], host=None) <= {400, 421}
        for second in (own, "attacker.example"):
            assert await both(it, [("Host", second)]) <= {400, 421}
            assert await both(it, [("Host", second), ("Host", own)], host=None) <= {400, 421}
        old = parse(
            await ask_raw(it.port, f"GET /healthz HTTP/1.0\r\nAuthorization: Bearer {it.token}\r\n\r\n".encode())
        )
        assert old.status in (400, 421)


async def test_a1_a_request_target_with_a_host_of_its_own_opens_nothing() -> None:
    async with managed() as it:
        for target in ("http://attacker.example/healthz", f"http://attacker.example:{it.port}{SOCKET}"):
            assert (await ask(it.port, target)).status in (400, 401, 404, 421)
            answer = await ask(it.port, target, {**bearer(it), **UPGRADE})
            check(answer, it)
            # A page cannot send one; a program that knows the token gains nothing by it.
            assert answer.status in (101, 200, 400, 404, 421)


async def test_a1_a_page_served_to_a_foreign_host_is_refused_as_well(tmp_path: Path) -> None:
    async with in_a_browser(tmp_path) as it:
        assert (await ask(it.port, "/", host=f"attacker.example:{it.port}")).status == 421
        assert (await ask(it.port, "/")).status == 200


ORIGINS = (
    "http://attacker.example",
    "null",
    "file://",
    "",
    "http://127.0.0.1:{other}",
    "http://127.0.0.1",
    "https://127.0.0.1:{port}",
    "http://localhost:{port}",
    "http://0.0.0.0:{port}",
    "http://127.0.0.1:{port}.attacker.example",
    "http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@attacker.example",
    "HTTP://127.0.0.1:{port}",
    "app://parley.attacker.example",
    "app://parley/",
    "app://other",
    "ws://127.0.0.1:{port}",
)


@pytest.mark.parametrize("origin", ORIGINS)
async def test_a5_a_foreign_origin_is_refused_with_403_even_with_the_token(origin: str, tmp_path: Path) -> None:
    async with managed(allowed_origins=["app://parley"]) as it:
        assert await both(it, [("Origin", origin.format(port=it.port, other=it.port + 1))]) == {403}
    async with in_a_browser(tmp_path) as it:
        assert await both(it, [("Origin", origin.format(port=it.port, other=it.port + 1))]) == {403}


async def test_a5_each_mode_takes_its_own_origin_and_not_the_others(tmp_path: Path) -> None:
    async with managed(allowed_origins=["app://parley"]) as it:
        assert await both(it, [("Origin", "app://parley")]) == {200, 101}
        assert await both(it, [("Origin", f"http://127.0.0.1:{it.port}")]) == {403}
        assert await both(it, [("Origin", "app://parley"), ("Origin", "http://attacker.example")]) <= {400, 403}
    async with in_a_browser(tmp_path) as it:
        assert await both(it, [("Origin", f"http://127.0.0.1:{it.port}")]) == {200, 101}
        assert await both(it, [("Origin", "app://parley")]) == {403}
        page = await ask(it.port, "/", {"Origin": "http://attacker.example"})
        assert page.status == 403


async def test_a6_a_development_servers_origin_counts_only_in_developer_mode() -> None:
    vite = "http://127.0.0.1:5173"
    async with managed(allowed_origins=[vite], dev=True) as it:
        assert await both(it, [("Origin", vite)]) == {200, 101}
        assert await both(it, [("Origin", "http://attacker.example")]) == {403}
    async with managed(allowed_origins=[vite, "null", "file://"]) as it:
        for origin in (vite, "null", "file://"):
            assert await both(it, [("Origin", origin)]) == {403}
    async with managed(allowed_origins=["null", "file://"], dev=True) as it:
        for origin in ("null", "file://"):
            assert await both(it, [("Origin", origin)]) == {403}


async def test_a4_a14_nothing_opens_without_the_token(tmp_path: Path) -> None:
    async with managed(allowed_origins=["app://parley"]) as it:
        for route in ROUTES:
            for headers in ({}, UPGRADE, {"Origin": "app://parley"}, {**UPGRADE, "Origin": "app://parley"}):
                answer = await ask(it.port, route, headers)
                check(answer, it)
                assert answer.status == 401, (route, headers)
    async with in_a_browser(tmp_path) as it:
        for route in ROUTES:
            answer = await ask(it.port, route, UPGRADE)
            check(answer, it)
            assert answer.status == (200 if route in ("/", "/index.html") else 401), route


def wrong_tokens(token: str) -> list[str]:
    return [
        "",
        token[:-1],
        token[:32],
        token + "0",
        token[:-1] + ("0" if token[-1] != "0" else "1"),
        token.upper() if token.upper() != token else token.lower() + "x",
        f"{token} {token}",
        f'"{token}"',
        "é" * 32,
        "\udcff" * 64,
        "\x7f" * 64,
        "0" * 7000,
        "0" * 64,
    ]


async def test_a14_every_other_token_is_refused_with_401() -> None:
    async with managed() as it:
        for wrong in wrong_tokens(it.token):
            for scheme in ("Bearer", "Basic", "Parley", ""):
                headers = {"Authorization": f"{scheme} {wrong}".strip()}
                for route, more in (("/healthz", {}), (SOCKET, UPGRADE)):
                    answer = await ask(it.port, route, {**headers, **more})
                    check(answer, it)
                    assert answer.status in (400, 401), (headers, answer.status)
                    assert answer.status == 401 or "\x7f" in wrong
        assert (await ask(it.port, f"/healthz?token={it.token}")).status == 401
        assert (await ask(it.port, "/healthz", {"Cookie": f"token={it.token}"})).status == 401


async def test_a14_a_line_that_is_too_long_is_refused_and_the_server_lives() -> None:
    async with managed() as it:
        answer = await ask(it.port, "/healthz", {"Authorization": "Bearer " + "0" * 200_000})
        assert answer.status in (0, 400, 401, 431)
        assert (await ask(it.port, "/healthz", bearer(it))).status == 200


async def test_a14_secrets_are_compared_in_constant_time() -> None:
    assert "hmac.compare_digest" in inspect.getsource(proof.same)
    secrets = {"token", "proof", "code", "key", "mac", "ours", "theirs"}
    for module in (guard, proof):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                names |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
                assert not names & secrets, ast.unparse(node)


BODIES = {
    "text/plain": b'{"type":"say","id":"1","text":"hi"}',
    "application/x-www-form-urlencoded": b"type=say&text=hi",
    "multipart/form-data; boundary=b": b'--b\r\nContent-Disposition: form-data; name="type"\r\n\r\nsay\r\n--b--\r\n',
    "application/json": b'{"type":"say"}',
}


@pytest.mark.parametrize("kind", list(BODIES))
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a7_nothing_can_be_posted(kind: str, method: str, tmp_path: Path) -> None:
    async with in_a_browser(tmp_path) as it:
        for route in ROUTES:
            for headers in ({}, {"Origin": "http://attacker.example"}, bearer(it)):
                answer = await ask(it.port, route, {**headers, "Content-Type": kind}, method, BODIES[kind])
                check(answer, it)
                assert answer.status in (401, 403, 405), (route, headers)


async def test_a7_nothing_happens_on_a_get(tmp_path: Path) -> None:
    async with in_a_browser(tmp_path) as it:
        for route in ROUTES:
            await ask(it.port, route, bearer(it))
        assert it.service._host is not None
        assert len(it.service._host._sessions) == 0


async def test_a8_a_preflight_is_not_answered(tmp_path: Path) -> None:
    async with in_a_browser(tmp_path) as it:
        for route in ROUTES:
            for origin in ("http://attacker.example", f"http://127.0.0.1:{it.port}"):
                for credential in ({}, bearer(it)):
                    asks = {"Origin": origin, "Access-Control-Request-Method": "POST", **credential}
                    answer = await ask(
                        it.port, route, {**asks, "Access-Control-Request-Private-Network": "true"}, "OPTIONS"
                    )
                    check(answer, it)
                    assert answer.status in (401, 403, 405)


async def test_a3_no_route_takes_an_address() -> None:
    """A3: nothing of today's sidecar fetches what a caller names."""
    async with managed() as it:
        for route in (
            "/api/pull?url=http://127.0.0.1:1/x",
            "/models?url=http://127.0.0.1:1/x",
            "/proxy/http://127.0.0.1:1/",
        ):
            assert (await ask(it.port, route)).status == 401
            assert (await ask(it.port, route, bearer(it))).status == 404


async def test_healthz_says_who_is_there_and_nothing_else() -> None:
    """S13: the instance is what tells this sidecar from another program on its port."""
    async with managed(instance="5f0c6c1e") as it:
        answer = await ask(it.port, headers=bearer(it))
        assert answer.body == b'{"instance": "5f0c6c1e", "state": "ready", "protocol_version": 1}'


async def challenge(it: Running, nonce: str = "aa") -> dict[str, str]:
    answer = await ask(it.port, headers={"Authorization": f'Parley nonce="{nonce}"'})
    assert answer.status == 401
    return guard.parameters(answer.headers["www-authenticate"].removeprefix("Parley "))


def proving(token: str, nonce: str, port: int, side: proof.Side = "client") -> dict[str, str]:
    return {"Authorization": f'Parley nonce="{nonce}", proof="{prove(token, side, nonce, port)}"'}


async def test_a13_a_proof_opens_once_and_only_here() -> None:
    async with managed() as it:
        nonce = (await challenge(it))["nonce"]
        right = proving(it.token, nonce, it.port)
        assert (await ask(it.port, headers=right)).status == 200
        assert (await ask(it.port, headers=right)).status == 401, "replayed"
        for spoiled in (
            'Parley nonce="{nonce}", proof=""',
            'Parley nonce="{nonce}", proof="é"',
            proving(it.token, "{nonce}", it.port)["Authorization"],
        ):
            nonce = (await challenge(it))["nonce"]
            assert (await ask(it.port, headers={"Authorization": spoiled.format(nonce=nonce)})).status == 401
            assert (await ask(it.port, headers=proving(it.token, nonce, it.port))).status == 401, "one guess a nonce"
        sides: tuple[proof.Side, ...] = ("client", "server")
        for token, port, side in product((it.token, new_token()), (it.port, it.port + 1), sides):
            if (token, port, side) == (it.token, it.port, "client"):
                continue
            nonce = (await challenge(it))["nonce"]
            assert (await ask(it.port, headers=proving(token, nonce, port, side))).status == 401
            assert (await ask(it.port, headers=proving(it.token, nonce, it.port))).status == 401, "one guess a nonce"
        assert (await ask(it.port, headers=proving(it.token, "ab" * 16, it.port))).status == 401, "not one of ours"


async def test_a13_the_challenge_proves_the_sidecar_and_gives_the_client_nothing_to_replay() -> None:
    async with managed() as it:
        given = await challenge(it, "client-nonce")
        assert given["proof"] == prove(it.token, "server", "client-nonce", it.port)
        # The sidecar signs any nonce as the server; that must be of no use as a client's proof.
        reflected = (await challenge(it, given["nonce"]))["proof"]
        headers = {"Authorization": f'Parley nonce="{given["nonce"]}", proof="{reflected}"'}
        assert (await ask(it.port, headers=headers)).status == 401


async def test_open_challenges_are_bounded() -> None:
    async with managed() as it:
        first = (await challenge(it))["nonce"]
        last = [(await challenge(it))["nonce"] for _ in range(guard.MAX_CHALLENGES)][-1]
        assert len(it.service._guard._challenges) == guard.MAX_CHALLENGES
        assert (await ask(it.port, headers=proving(it.token, first, it.port))).status == 401
        assert (await ask(it.port, headers=proving(it.token, last, it.port))).status == 200


STRANGE = ("é", "\udcff", "\udcff\udcfe.\udcfd", "." * 50, "a" * 3000, "%00", "\\0server")


async def test_a14_strange_bytes_in_a_credential_are_a_refusal_and_no_mistake_of_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with in_a_browser(tmp_path) as it:
        for text in STRANGE:
            for headers in (
                {"Authorization": f'Parley nonce="{text}"'},
                {"Authorization": f'Parley nonce="{text}", proof="{text}"'},
                {"Authorization": f"Bearer {text}"},
                {"Sec-WebSocket-Protocol": f"parley.key.{text}"},
                {"Sec-WebSocket-Protocol": f"parley.key.{text}.{text}"},
                {"Sec-WebSocket-Protocol": f"parley.code.{text}"},
            ):
                answer = await ask(it.port, SOCKET, {**headers, **UPGRADE})
                check(answer, it)
                assert answer.status == 401, headers
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
