"""The window in a browser: a code in the address, a key for the tab, and static files."""

import json
import os
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from msgspec import UNSET

from parley.sidecar import proof
from parley.sidecar.guard import Guard
from parley.sidecar.proof import CODE_LIFE_S, OneTimeCodes, is_tab_key, new_token, tab_key
from parley.sidecar.service import bind
from parley.sidecar.site import WindowFiles, build_app
from parley.wire.messages import Address
from tests.fakes.client import At, connected
from tests.fakes.conversation import engines
from tests.fakes.relay import UPGRADE, ask
from tests.fakes.sidecar import Running, boot_line, service

pytestmark = pytest.mark.anyio

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self' ws://127.0.0.1:*; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)

PAGE = "<!doctype html><title>Parley</title><script type=module src=/assets/index-1a2b3c.js></script>"


@pytest.fixture
def ui(tmp_path: Path) -> Path:
    folder = tmp_path / "ui"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "assets" / "index-1a2b3c.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("not for the web")
    return folder


@asynccontextmanager
async def browsing(ui: Path, token: str | None = None) -> AsyncIterator[Running]:
    async with service(engines(), boot_line(browser=True, ui_dir=ui, token=token)) as it:
        yield it


def code_of(it: Running) -> str:
    [address] = it.of(Address)
    url, _, code = address.url.partition("#code=")
    assert url == f"http://127.0.0.1:{it.port}/"
    return code


def offer(credential: str) -> dict[str, str]:
    return {**UPGRADE, "Sec-WebSocket-Protocol": f"parley.v1, {credential}"}


async def test_a_code_opens_one_connection_and_no_second(ui: Path) -> None:
    async with browsing(ui) as it:
        code = code_of(it)
        assert re.fullmatch(r"[\w-]{22}", code), "128 bits"
        assert (await ask(it.port, "/client-ws", offer(f"parley.code.{code[:-1]}"))).status == 401
        first = await ask(it.port, "/client-ws", offer(f"parley.code.{code}"))
        assert first.status == 101 and first.headers["sec-websocket-protocol"] == "parley.v1"
        assert (await ask(it.port, "/client-ws", offer(f"parley.code.{code}"))).status == 401


async def test_a_code_and_a_key_open_nothing_but_the_socket(ui: Path) -> None:
    async with browsing(ui) as it:
        for credential in (f"parley.code.{code_of(it)}", f"parley.key.{tab_key(it.token)}"):
            assert (await ask(it.port, "/healthz", offer(credential))).status == 401
            assert (await ask(it.port, "/healthz", {"Authorization": f"Bearer {credential}"})).status == 401


async def test_a_tab_comes_back_with_its_key_even_after_a_restart_with_the_same_token(ui: Path) -> None:
    token = new_token()
    async with browsing(ui, token) as it:
        protocols = ("parley.v1", f"parley.code.{code_of(it)}")
        async with connected(it, headers={}, protocols=protocols) as tab:
            key = tab.hello.key
    assert isinstance(key, str) and token not in key
    async with browsing(ui, token) as it:
        async with connected(it, headers={}, protocols=("parley.v1", f"parley.key.{key}")) as tab:
            assert tab.hello.key == key
    async with browsing(ui) as it:
        assert (await ask(it.port, "/client-ws", offer(f"parley.key.{key}"))).status == 401


async def test_managed_mode_knows_neither_codes_nor_keys(ui: Path) -> None:
    async with service(engines(), boot_line(ui_dir=ui)) as it:
        assert it.of(Address) == []
        assert (await ask(it.port, "/client-ws", offer(f"parley.key.{tab_key(it.token)}"))).status == 401
        assert (await ask(it.port, "/")).status == 401
        bearer = {"Authorization": f"Bearer {it.token}"}
        assert (await ask(it.port, "/", bearer)).status == 404
        async with connected(it) as client:
            assert client.hello.key is UNSET


def test_a_code_works_once_and_for_two_minutes() -> None:
    codes = OneTimeCodes()
    fresh, old = codes.issue(1000.0), codes.issue(1000.0)
    assert not codes.redeem("", 1000.0) and not codes.redeem("x" * 22, 1000.0)
    assert codes.redeem(fresh, 1000.0 + CODE_LIFE_S - 0.1)
    assert not codes.redeem(fresh, 1000.1)
    assert CODE_LIFE_S == 120.0 and not codes.redeem(old, 1000.0 + CODE_LIFE_S)
    assert not codes.redeem(old, 1000.1), "an attempt that came too late has used it up"


def test_codes_that_died_are_forgotten() -> None:
    codes = OneTimeCodes()
    for second in range(1000):
        codes.issue(float(second))
    assert len(codes._born) <= CODE_LIFE_S


def test_a_tab_key_is_worth_nothing_with_another_token_or_name() -> None:
    token = new_token()
    key = tab_key(token)
    name, _, mac = key.partition(".")
    assert is_tab_key(token, key) and key != tab_key(token)
    assert not is_tab_key(new_token(), key)
    for spoiled in ("", ".", name, f"{name}.", f".{mac}", f"{name}x.{mac}", f"{name}.{mac}0", f"{name}.{mac[:-1]}"):
        assert not is_tab_key(token, spoiled)
    # A proof for a port is no key for a tab, whatever nonce a stranger has signed.
    signed = proof.prove(token, "server", f"tab{name}", 1)
    assert not is_tab_key(token, f"{name}.{signed}")


async def test_an_old_code_is_refused_by_the_socket() -> None:
    listener = bind(None)
    port = listener.getsockname()[1]
    guard = Guard(new_token(), port, (), browser=True)

    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("parley.v1",))
        await socket.prepare(request)
        return socket

    app = build_app(guard, "test", WindowFiles(None), lambda: True, serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        old, fresh = guard.codes.issue(time.monotonic() - CODE_LIFE_S - 1), guard.codes.issue(time.monotonic())
        assert (await ask(port, "/client-ws", offer(f"parley.code.{old}"))).status == 401
        assert (await ask(port, "/client-ws", offer(f"parley.code.{fresh}"))).status == 101
    finally:
        await runner.cleanup()


async def test_a10_the_page_is_served_with_its_policy_and_is_asked_for_each_time(ui: Path) -> None:
    async with browsing(ui) as it:
        for target in ("/", "/index.html"):
            page = await ask(it.port, target)
            assert page.status == 200 and page.body.decode() == PAGE
            assert page.headers["content-security-policy"] == CSP
            assert page.headers["cache-control"] == "no-cache"
            assert page.headers["content-type"] == "text/html"
            assert page.headers["x-content-type-options"] == "nosniff"
            assert page.headers["referrer-policy"] == "no-referrer"
            assert page.headers["cross-origin-opener-policy"] == "same-origin"
            assert page.headers["cross-origin-resource-policy"] == "same-origin"
        asset = await ask(it.port, "/assets/index-1a2b3c.js")
        assert asset.status == 200 and "immutable" in asset.headers["cache-control"]
        assert "javascript" in asset.headers["content-type"]
        assert (await ask(it.port, "/", method="HEAD")).status == 200


TRAVERSALS = (
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%2fsecret.txt",
    "/..\\secret.txt",
    "/%252e%252e/secret.txt",
    "/assets/%2e%2e/%2e%2e/secret.txt",
    "//etc/passwd",
    "/etc/passwd",
    "{outside}",
    "/{outside}",
    "/file://{outside}",
    "/index.html%00.txt",
    "/index.html/",
    "/assets",
    "/assets/",
    "/.",
)


async def test_nothing_outside_the_window_is_served(ui: Path, tmp_path: Path) -> None:
    async with browsing(ui) as it:
        for target in TRAVERSALS:
            target = target.format(outside=tmp_path / "secret.txt")
            answer = await ask(it.port, target)
            assert b"not for the web" not in answer.body, target
            assert answer.status in (400, 401, 404) or answer.body.decode() == PAGE, target
            known = await ask(it.port, target, {"Authorization": f"Bearer {it.token}"})
            assert b"not for the web" not in known.body and b"root:" not in known.body, target


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
async def test_a_link_that_leads_out_of_the_window_is_not_served(ui: Path, tmp_path: Path) -> None:
    (ui / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "other.txt").write_text("not for the web")
    (ui / "folder").symlink_to(tmp_path / "outside")
    async with browsing(ui) as it:
        for target in ("/link.txt", "/folder/other.txt"):
            assert (await ask(it.port, target)).status == 401
        assert (await ask(it.port, "/")).status == 200


async def test_a_window_that_lies_behind_a_link_is_served(ui: Path, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(ui)
    async with browsing(tmp_path / "current") as it:
        assert (await ask(it.port, "/")).status == 200


async def test_a_window_that_is_not_built_is_no_obstacle(tmp_path: Path) -> None:
    async with service(engines(), boot_line(browser=True, ui_dir=tmp_path / "absent")) as it:
        assert (await ask(it.port, "/")).status == 401
        async with connected(At(it.port, it.token)) as client:
            assert (await client.say("hello")).outcome == "completed"


async def test_a_real_client_offers_its_code_as_the_page_does(ui: Path) -> None:
    async with browsing(ui) as it, aiohttp.ClientSession(trust_env=False) as session:
        url = f"http://127.0.0.1:{it.port}"
        async with session.get(url) as page:
            assert json.dumps(code_of(it)) not in await page.text()
        async with session.ws_connect(
            f"{url}/client-ws", protocols=("parley.v1", f"parley.code.{code_of(it)}"), origin=url
        ) as socket:
            assert socket.protocol == "parley.v1"
