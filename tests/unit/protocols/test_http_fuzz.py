"""No bytes that a server sends raise anything but the errors we have words for."""

from __future__ import annotations

import asyncio
import ssl

from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.errors import ServiceError
from app.protocols.http import Http, error_from_reply
from app.protocols.ratelimit import RateLimits
from tests.unit.protocols.wire import Asked, serving

_names = st.sampled_from(
    "content-length content-encoding transfer-encoding location retry-after content-type date"
    " x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset".split(" ")
)
_values = st.sampled_from(
    ["gzip", "chunked", "0", "5", "-1", "99999999999999999999", "//", "/"]
) | (st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40))
_heads = st.builds(
    lambda status, fields: (
        f"HTTP/1.1 {status} X\r\n" + "".join(f"{n}: {v}\r\n" for n, v in fields) + "\r\n"
    ).encode("latin-1"),
    st.integers(100, 999) | st.sampled_from([200, 204, 301, 302, 304, 401, 429, 503]),
    st.lists(st.tuples(_names, _values), max_size=5),
)


TLS = ssl.create_default_context()


class Time:
    """A clock that sleeping moves at once: a server's limits cost no time here."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200) | _heads, st.binary(max_size=200))
def test_any_answer_becomes_a_reply_or_words(head: bytes, body: bytes) -> None:
    """Random bytes, random heads, random bodies; then the next request works."""

    async def main() -> None:
        async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
            bad = asked.target == "/bad"
            writer.write(head + body if bad else b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            if bad:
                writer.close()

        time = Time()
        limits = RateLimits(clock=time, sleep=time.sleep)
        http = Http(user_agent="t", tls=TLS, limits=limits)
        async with serving(respond) as wire:
            try:
                reply = await http.request("GET", f"{wire.origin}/bad", timeout=5)
                error_from_reply(reply, wire.origin)
            except ServiceError as error:
                assert error.message.endswith(".")
                assert error.next_step
            # Another bucket: a 429 rightly makes the first one wait.
            reply = await http.request("GET", f"{wire.origin}/good", timeout=5, bucket="2")
            assert reply.body == b"ok"
            await http.close()

    asyncio.run(main())
