"""Pictures, videos and sound made for tests: small, and with all that must not leave."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageCms, PngImagePlugin

PLACE = (52.0, 30.0, 0.0)
SECRET = "canary-camera-owner"


def noise(width: int, height: int, *, alpha: bool = False) -> Image.Image:
    """What no encoder makes small, the same every time."""
    data = random.Random(7).randbytes(width * height * 3)
    image = Image.frombytes("RGB", (width, height), data)
    if alpha:
        image.putalpha(Image.linear_gradient("L").resize((width, height)))
    return image


def exif(*, turned: int = 1) -> Image.Exif:
    """Who, with what, and where."""
    found = Image.Exif()
    found[0x010F] = SECRET
    found[0x0112] = turned
    gps = found.get_ifd(0x8825)
    gps[1], gps[2] = "N", PLACE
    gps[3], gps[4] = "E", PLACE
    return found


def jpeg(
    path: Path, size: tuple[int, int] = (64, 48), *, turned: int = 1, quality: int = 90
) -> Path:
    """A photo as a camera writes it, with a trailer behind its end."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = f"<x:xmpmeta>{SECRET}<exif:GPSLatitude>52,30N</exif:GPSLatitude></x:xmpmeta>".encode()
    into = io.BytesIO()
    noise(*size).save(
        into, "JPEG", quality=quality, exif=exif(turned=turned), icc_profile=profile,
        xmp=xmp, comment=SECRET.encode(),
    )  # fmt: skip
    path.write_bytes(into.getvalue() + b"MotionPhoto" + SECRET.encode())
    return path


def png(path: Path, size: tuple[int, int] = (64, 48), *, alpha: bool = False) -> Path:
    """A picture with text and EXIF in chunks."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET)
    text.add_itxt("XML:com.adobe.xmp", f"<exif:GPSLatitude>{SECRET}</exif:GPSLatitude>")
    noise(*size, alpha=alpha).save(path, "PNG", pnginfo=text, exif=exif())
    return path


def webp(path: Path) -> Path:
    """With EXIF and XMP."""
    noise(64, 48).save(path, "WEBP", exif=exif(), xmp=SECRET.encode())
    return path


def gif(path: Path, frames: int = 3) -> Path:
    """A moving picture."""
    first, *others = (noise(32, 32 + n).resize((32, 32)) for n in range(frames))
    first.save(path, "GIF", save_all=True, append_images=others, duration=200, loop=0)
    return path


def bomb(path: Path) -> Path:
    """A small PNG that says it has 40 000 × 40 000 pixels."""
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of ISO base media."""
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + kind + body


def mp4(path: Path, *, handler: bytes = b"vide", seconds: int = 12, place: bool = True) -> Path:
    """A video's boxes, with the place where it was taken; nothing that could be played."""
    header = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    track = struct.pack(">IIIIII", 7, 0, 0, 1, 0, 0) + bytes(52)
    track += struct.pack(">II", 640 << 16, 360 << 16)
    handled = box(b"hdlr", struct.pack(">II", 0, 0) + handler + bytes(12))
    user = box(b"udta", box(b"\xa9xyz", b"\x00\x12\x15\xc7+52.5000+013.4000/" + SECRET.encode()))
    keys = box(b"meta", b"com.apple.quicktime.location.ISO6709" + SECRET.encode())
    moov = box(
        b"moov",
        box(b"mvhd", header),
        box(b"trak", box(b"tkhd", track), box(b"mdia", handled)),
        *([user, keys] if place else []),
    )
    brand = b"qt  " if path.suffix == ".mov" else b"isom"
    path.write_bytes(box(b"ftyp", brand, bytes(4), b"isom") + moov + box(b"mdat", b"frames" * 100))
    return path


def mp4_with_data(
    path: Path, *, handler: bytes = b"meta", words: bytes = b"", wide: bool = False
) -> Path:
    """A video with a second track of three samples in two chunks between the frames."""
    sample = (words or SECRET.encode()).ljust(40, b".")
    lines = [sample, sample[:30], sample]
    ftyp = box(b"ftyp", b"isom", bytes(4), b"isom")

    def moov(first: int, second: int) -> bytes:
        offsets = struct.pack(">QQ" if wide else ">II", first, second)
        tables = box(
            b"stbl",
            box(b"stsz", struct.pack(">IIIIII", 0, 0, 3, *map(len, lines))),
            box(b"stsc", struct.pack(">II" + "III" * 2, 0, 2, 1, 2, 1, 2, 1, 1)),
            box(b"co64" if wide else b"stco", struct.pack(">II", 0, 2) + offsets),
        )
        handled = box(b"hdlr", struct.pack(">II", 0, 0) + handler + bytes(12))
        video = box(b"hdlr", struct.pack(">II", 0, 0) + b"vide" + bytes(12))
        track = struct.pack(">IIIIII", 7, 0, 0, 1, 0, 0) + bytes(52)
        track += struct.pack(">II", 640 << 16, 360 << 16)
        return box(
            b"moov",
            box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 12_000) + bytes(80)),
            box(b"trak", box(b"tkhd", track), box(b"mdia", video)),
            box(b"trak", box(b"mdia", handled, box(b"minf", tables))),
        )

    at = len(ftyp) + len(moov(0, 0)) + 8
    first = at + len(b"frames" * 10)
    second = first + len(lines[0]) + len(lines[1]) + len(b"frames" * 10)
    data = b"frames" * 10 + lines[0] + lines[1] + b"frames" * 10 + lines[2] + b"frames"
    path.write_bytes(ftyp + moov(first, second) + box(b"mdat", data))
    return path


def webm(path: Path) -> Path:
    """Headers of a video of 2.5 s."""

    def element(id: int, content: bytes) -> bytes:
        raw = id.to_bytes((id.bit_length() + 7) // 8, "big")
        return raw + bytes([0x80 | len(content)]) + content

    info = element(0x2AD7B1, (1_000_000).to_bytes(3, "big"))
    info += element(0x4489, struct.pack(">f", 2500.0))
    video = element(0xB0, (320).to_bytes(2, "big")) + element(0xBA, (240).to_bytes(2, "big"))
    tracks = element(0xAE, element(0xE0, video))
    segment = element(0x1549A966, info) + element(0x1654AE6B, tracks) + b"\x1f\x43\xb6\x75\xff"
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    path.write_bytes(
        head + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + segment + bytes(99)
    )
    return path


def mp3(path: Path) -> Path:
    """Ten seconds of silence, after tags."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    path.write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + frame * 383)
    return path


def ogg(path: Path) -> Path:
    """Three seconds of Opus, by its first and last page."""
    head = b"OggS" + bytes(24) + b"OpusHead" + bytes(11)
    last = b"OggS\x00\x04" + struct.pack("<q", 3 * 48_000) + bytes(20)
    path.write_bytes(head + bytes(5000) + last)
    return path
