"""Films in pieces: which size, which pieces, and what is refused in words."""

from __future__ import annotations

import pytest

from app.model.errors import Malformed, ServiceError, Unsupported
from app.services.playlists import MOST_PIECES, Master, Pieces, is_playlist, read_playlist

HERE = "https://video.example/watch/1/playlist.m3u8"
MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English, ""DEFAULT=NO,LANGUAGE="en",URI="en/s.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1500000,RESOLUTION=1280x720,CODECS="avc1,mp4a"
720p/video.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=500000,RESOLUTION=640x360
360p/video.m3u8
"""
PIECES = """#EXTM3U
#EXT-X-TARGETDURATION:4
#EXTINF:4.0,
video0.ts
#EXTINF:2.5,
https://other.example/video1.ts
#EXT-X-ENDLIST
"""


def test_a_master_list_names_sizes_and_captions() -> None:
    """Smallest first; addresses are joined to the list's own."""
    master = read_playlist(MASTER, HERE)

    assert isinstance(master, Master)
    assert [(one.height, one.bits) for one in master.renditions] == [
        (360, 500_000),
        (720, 1_500_000),
    ]
    assert master.best(300).url == "https://video.example/watch/1/360p/video.m3u8"
    assert master.best(480).height == 720
    assert master.best(4000).height == 720
    (words,) = master.captions
    assert (words.lang, words.url) == ("en", "https://video.example/watch/1/en/s.m3u8")


def test_a_list_of_pieces_is_read_in_order() -> None:
    """With the seconds that it runs; where they lie is for whoever asks for them."""
    pieces = read_playlist(PIECES, HERE)

    assert pieces == Pieces(
        ("https://video.example/watch/1/video0.ts", "https://other.example/video1.ts"), (4.0, 2.5)
    )


def test_where_each_piece_begins_is_known() -> None:
    """One goes there, in a film that is put together of them."""
    pieces = read_playlist(PIECES, HERE)

    assert isinstance(pieces, Pieces) and pieces.starts == (0.0, 4.0)


def test_what_comes_before_all_pieces_is_kept() -> None:
    """Fragments of mp4 have a head of their own."""
    text = PIECES.replace("#EXTINF:4.0", '#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4.0', 1)
    pieces = read_playlist(text, HERE)

    assert isinstance(pieces, Pieces)
    assert pieces.head == "https://video.example/watch/1/init.mp4"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<html>", Malformed),
        ("#EXTM3U\n#EXT-X-ENDLIST\n", Malformed),
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", Malformed),
        (PIECES.replace("#EXT-X-ENDLIST", ""), Unsupported),
        (PIECES.replace("#EXTINF:4", "#EXT-X-KEY:METHOD=AES-128,URI=k\n#EXTINF:4", 1), Unsupported),
        (PIECES.replace("#EXTINF:4", "#EXT-X-BYTERANGE:9@0\n#EXTINF:4", 1), Unsupported),
        ("#EXTM3U\n" + "#EXTINF:1,\nx.ts\n" * (MOST_PIECES + 1) + "#EXT-X-ENDLIST", Malformed),
        (MASTER.replace("TYPE=SUBTITLES", "TYPE=AUDIO"), Unsupported),
    ],
)
def test_what_cannot_be_put_together_is_refused_in_words(
    text: str, kind: type[ServiceError]
) -> None:
    """Live, locked, in parts of files, with sound elsewhere, empty, or no list at all."""
    with pytest.raises(kind) as caught:
        read_playlist(text, HERE)

    assert caught.value.message.endswith(".")


def test_nonsense_in_numbers_does_no_harm() -> None:
    """Lengths and sizes are hints."""
    text = MASTER.replace("1280x720", "axb").replace("500000", "٣" * 9)
    master = read_playlist(text, HERE)
    pieces = read_playlist(PIECES.replace("4.0", "NaN").replace("2.5", "1e99"), HERE)

    assert isinstance(master, Master) and master.renditions[0].height == 0
    assert isinstance(pieces, Pieces) and pieces.lengths == (0, 0)


def test_a_playlist_is_told_by_how_it_begins() -> None:
    """Whatever it is called."""
    assert is_playlist(b"\xef\xbb\xbf#EXTM3U\n")
    assert not is_playlist(b"\x00\x00\x00\x18ftypmp42")


@pytest.mark.parametrize(
    "listed",
    [
        "#EXTM3U\n#EXTINF:4,\n//[oops\n#EXT-X-ENDLIST\n",
        '#EXTM3U\n#EXT-X-MAP:URI="https://[1"\n#EXTINF:4,\na.mp4\n#EXT-X-ENDLIST\n',
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://]/\n",
    ],
)
def test_addresses_that_are_none_are_malformed(listed: str) -> None:
    """Python refuses to join some; that is the list's fault, and said so."""
    with pytest.raises(Malformed):
        read_playlist(listed, HERE)


def test_names_of_captions_cannot_turn_words_around() -> None:
    """They stand in a menu: no invisible signs, no changes of direction."""
    master = read_playlist(MASTER.replace("English, ", "Eng\u202elish\x07"), HERE)

    assert isinstance(master, Master)
    assert [one.name for one in master.captions] == ["English"]
