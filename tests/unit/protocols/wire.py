"""Servers on loopback that answer byte by byte, well or badly."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import struct
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Asked:
    """One request as it came in."""

    def __init__(self, head: bytes, body: bytes) -> None:
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = lines[0].split(" ", 2)
        self.headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        self.body = body


class Wire:
    """What a server saw. ``origin`` is where it listens."""

    def __init__(self, scheme: str, port: int) -> None:
        self.port = port
        self.origin = f"{scheme}://127.0.0.1:{port}"
        self.asked: list[Asked] = []
        self.connections = 0
        self.cut = asyncio.Event()
        """Set when a client went away while being answered."""


Respond = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(respond: Respond, tls: ssl.SSLContext | None = None) -> AsyncIterator[Wire]:
    """Answer every request with *respond*; gone, with all connections, at the end."""
    tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire.connections += 1
        try:
            while not writer.is_closing():
                wire.asked.append(await _read(reader))
                await respond(wire.asked[-1], writer)
                await writer.drain()
        except asyncio.IncompleteReadError:
            return  # the client is done
        except OSError:
            wire.cut.set()
        finally:
            writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(talk(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    wire = Wire("https" if tls else "http", server.sockets[0].getsockname()[1])
    try:
        yield wire
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = await reader.readuntil(b"\r\n\r\n")
    asked = Asked(head, b"")
    if length := int(asked.headers.get("content-length", "0")):
        asked.body = await reader.readexactly(length)
    return asked


def answer(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a whole answer; ``content_type="…"`` names a header."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def always(data: bytes) -> Respond:
    """Answer everything with *data*."""

    async def respond(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return respond


async def silent(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Answer nothing, for ever."""
    await asyncio.Event().wait()


async def reset(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Cut the connection, as a crashed machine or a firewall does (RST)."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def certificate(names: Sequence[str], *, days: int = 30) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """
    A certificate for *names*, which is its own authority.

    Args:
        days: Until it expires; negative: it has expired.

    Returns:
        For the server; for a client that trusts it.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(list(map(_name, names))), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = signed.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "both.pem")
        file.write_bytes(pem + secret)
        server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=pem.decode())


def _name(name: str) -> object:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def resolving(names: dict[str, Sequence[str]]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """A resolver that knows *names* and IP literals."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        found = names.get(host, (host,) if host[0].isdigit() else ())
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return found

    return resolve
