"""A logo, from a server to pixels of our own."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

import logo_fetch
from overten.assets import logo
from overten.config import forget_settings
from tests.unit.assets.examine import files
from tests.unit.outbound.servers import Server, Talk, saying

Serve = Callable[[Talk], Server]


@pytest.fixture
def serve(environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    monkeypatch.setenv("ALLOW_LOCAL_TARGETS", "true")
    forget_settings()
    started: list[Server] = []

    def start(talk: Talk) -> Server:
        started.append(Server(talk))
        return started[-1]

    yield start
    for server in started:
        server.close()


def holding(body: bytes, content_type: str = "application/octet-stream") -> Talk:
    return saying(f"HTTP/1.1 200 OK\nContent-Type: {content_type}\nContent-Length: {len(body)}", body)


def url_of(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}/logo.png"


def picture(found: logo.Logo) -> Image.Image:
    return Image.open(io.BytesIO(found.body))


@pytest.mark.parametrize(
    ("image_format", "content_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/png")]
)
def test_pictures_are_taken_by_their_bytes(serve: Serve, image_format: str, content_type: str) -> None:
    server = serve(holding(files.image(image_format, (60, 40)), "text/html"))
    found = logo.fetch_logo(url_of(server))
    assert found.content_type == content_type
    assert picture(found).size == (60, 40)
    assert b"Accept: image/png, image/jpeg, image/webp" in server.requests[0]


def test_a_large_picture_is_made_smaller(serve: Serve) -> None:
    found = logo.fetch_logo(url_of(serve(holding(files.image("PNG", (3000, 1500))))))
    assert picture(found).size == (800, 400)


def test_only_pixels_come_in(serve: Serve) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a secret note"
    body = files.image("JPEG", (60, 40), exif=exif, comment=b"another note") + b"<script>appended</script>"
    found = logo.fetch_logo(url_of(serve(holding(body))))
    assert picture(found).size == (40, 60)
    assert not [word for word in (b"note", b"script", b"Exif") if word in found.body]


def test_transparency_is_kept(serve: Serve) -> None:
    drawn = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(drawn, "WEBP", lossless=True)
    found = picture(logo.fetch_logo(url_of(serve(holding(drawn.getvalue())))))
    assert found.getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("talk", "reason"),
    [
        (saying("HTTP/1.1 404 Not Found\nContent-Length: 0"), "bad_status"),
        (saying("HTTP/1.1 301 Moved\nLocation: https://example.com/\nContent-Length: 0"), "redirected"),
        (holding(b"<html>Sign in</html>", "image/png"), "not_an_image"),
        (holding(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"), "svg_not_allowed"),
        (holding(files.image("GIF")), "not_an_image"),
        (holding(files.package("xlsx")), "not_an_image"),
        (holding(b""), "empty"),
        (holding(files.image("PNG")[:-30]), "damaged"),
        (holding(files.png_of(50_000, 50_000)), "pixel_bomb"),
        (holding(bytes(logo.MAX_LOGO_BYTES + 1)), "too_large"),
        (lambda _: None, "bad_response"),
    ],
)
def test_what_is_no_logo(serve: Serve, talk: Talk, reason: str) -> None:
    answer = logo_fetch.handler({"url": url_of(serve(talk))}, None)
    assert (answer["ok"], answer["reason"]) == (False, reason)
    assert answer["message"].startswith("The logo")


def test_a_logo_of_exactly_the_limit(serve: Serve) -> None:
    body = files.image("PNG").ljust(logo.MAX_LOGO_BYTES, b"\0")
    assert logo.fetch_logo(url_of(serve(holding(body)))).content_type == "image/png"


def test_a_picture_that_is_small_to_send_and_large_to_draw(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logo, "MAX_LOGO_PIXELS", 1_000_000)
    answer = logo_fetch.handler({"url": url_of(serve(holding(files.image("PNG", (1001, 1000)))))}, None)
    assert answer["reason"] == "pixel_bomb"


def test_without_the_setting_loopback_is_refused(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(holding(files.image("PNG")))
    monkeypatch.delenv("ALLOW_LOCAL_TARGETS")
    forget_settings()
    assert logo_fetch.handler({"url": url_of(server)}, None)["reason"] == "not_https"
    assert server.requests == []


def test_the_answer_fits_in_what_lambda_returns(serve: Serve) -> None:
    noise = Image.effect_noise((800, 800), 200)
    drawn = io.BytesIO()
    Image.merge("RGB", [noise, noise, noise]).save(drawn, "WEBP", quality=50)
    answer = logo_fetch.handler({"url": url_of(serve(holding(drawn.getvalue())))}, None)
    assert answer["ok"]
    assert len(base64.b64decode(answer["base64"])) * 4 / 3 < 6_000_000
    assert logo.MAX_LOGO_SIDE_PIXELS**2 * 4 * 4 / 3 < 6_000_000
