"""The vault: ready, locked and absent; keyring, file and memory."""

from __future__ import annotations

import asyncio
import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from app.model.errors import SignedOut, StoreError, VaultAbsent, VaultError, VaultLocked
from app.store import Vault
from app.store.lock import FileLock, ProfileLock
from app.store.vault_keyring import PIECE, find_keyring, system_keyrings, trusted_name
from tests.unit.store.build import ANA, BO, run

SECRET = {"token": "canary-token", "refresh": "canary-refresh"}


class SystemKeyring(KeyringBackend):
    """A key store in memory, that calls itself the Secret Service."""

    priority = 5

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], str] = {}
        self.locked = False
        self.failing_after = -1

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        if self.failing_after == 0:
            raise OSError("the bus went away")
        self.failing_after -= 1
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if (service, username) not in self.items:
            raise PasswordDeleteError("none")
        del self.items[service, username]

    def _check(self) -> None:
        if self.locked:
            raise KeyringLocked("locked")


SystemKeyring.__module__ = "keyring.backends.SecretService"
SystemKeyring.__qualname__ = "Keyring"


class PlaintextKeyring(SystemKeyring):
    """What a package of alternative key stores brings along."""

    priority = 0.5


PlaintextKeyring.__module__ = "keyrings.alt.file"
PlaintextKeyring.__qualname__ = "PlaintextKeyring"

Make = Callable[..., Vault]


@pytest.fixture
def make(profile: Path) -> Make:
    """Vaults of the one profile, as after a restart."""

    def open_vault(*stores: KeyringBackend, passphrase: str = "") -> Vault:
        environ = {"GODWIT_PASSPHRASE": passphrase} if passphrase else {}
        return Vault(profile, keyrings=lambda: iter(stores), environ=environ)

    return open_vault


def test_a_secret_survives_a_restart_in_the_keyring(make: Make) -> None:
    """Saved with one vault, loaded with the next, then deleted."""
    store = SystemKeyring()
    run(make(store).save(ANA, SECRET))
    vault = make(store)

    assert SECRET == run(vault.load(ANA))
    assert ("ready", "system keyring: Secret Service") == (vault.state, vault.kind)

    run(vault.delete(ANA))
    run(vault.delete(ANA))

    assert {} == store.items
    with pytest.raises(SignedOut):
        run(vault.load(ANA))


def test_two_profiles_share_a_keyring_without_meeting(make: Make, tmp_path: Path) -> None:
    """The same account in another profile has its own secret."""
    store = SystemKeyring()
    other = Vault(tmp_path / "other", keyrings=lambda: iter([store]), environ={})
    run(make(store).save(ANA, SECRET))
    run(other.save(ANA, {"token": "of the other"}))

    assert SECRET == run(make(store).load(ANA))


def test_a_long_secret_is_cut_into_pieces_and_is_always_whole(make: Make) -> None:
    """Replacing a long secret that fails on the way leaves the old one."""
    store = SystemKeyring()
    old, new = ({"token": letter * 3 * PIECE} for letter in "ab")
    run(make(store).save(ANA, old))
    for writes in range(4):
        store.failing_after = writes
        with pytest.raises(VaultLocked):
            run(make(store).save(ANA, new))
        assert old == run(make(store).load(ANA))
    store.failing_after = -1
    run(make(store).save(ANA, new))
    pieces = [item for _, item in store.items if "#" in item]

    assert new == run(make(store).load(ANA))
    assert 4 == len(pieces)
    assert all(len(text) <= PIECE for text in store.items.values())

    run(make(store).save(ANA, SECRET))
    assert 1 == len(store.items)


def test_a_locked_keyring_is_not_an_empty_one(make: Make) -> None:
    """Locked: nothing can be read, nothing is written, and it is told apart."""
    store = SystemKeyring()
    run(make(store).save(ANA, SECRET))
    before = dict(store.items)
    store.locked = True
    vault = make(store, passphrase="a passphrase")

    with pytest.raises(VaultLocked, match="locked"):
        run(vault.load(ANA))
    with pytest.raises(VaultLocked):
        run(vault.save(ANA, {"token": "newer"}))
    assert "locked" == vault.state
    assert before == store.items

    store.locked = False
    vault.unlock("")

    assert "ready" == vault.state
    assert SECRET == run(vault.load(ANA))


def test_a_keyring_that_has_gone_is_locked_not_absent(make: Make, profile: Path) -> None:
    """Secrets that are elsewhere are not replaced by a file, even with a passphrase at hand."""
    run(make(SystemKeyring()).save(ANA, SECRET))
    vault = make(passphrase="a passphrase")

    with pytest.raises(VaultLocked, match="Secret Service"):
        run(vault.save(ANA, {"token": "newer"}))
    assert "locked" == vault.state
    assert "system keyring: Secret Service" == vault.kind
    assert not (profile / "vault.json").exists()


def test_a_file_stays_chosen_when_a_keyring_appears(make: Make) -> None:
    """What was used before is used again."""
    make().create_file("a passphrase")
    store = SystemKeyring()
    vault = make(store, passphrase="a passphrase")
    run(vault.save(ANA, SECRET))

    assert "encrypted file" == vault.kind
    assert {} == store.items


def test_a_plaintext_keyring_is_never_used(make: Make) -> None:
    """Where only a plain-text store is, there is none."""
    plain = PlaintextKeyring()
    vault = make(plain)

    with pytest.raises(VaultAbsent):
        run(vault.save(ANA, SECRET))
    assert ("absent", "") == (vault.state, vault.kind)
    assert {} == plain.items
    assert "" == trusted_name(plain)
    assert all(trusted_name(store) for store in system_keyrings())
    assert None is find_keyring("", lambda: [plain])


def test_without_a_choice_nothing_is_kept_and_memory_is_a_choice(make: Make) -> None:
    """Absent until somebody chooses; then for this session only."""
    vault = make()
    with pytest.raises(VaultAbsent):
        run(vault.load(ANA))
    vault.keep_for_session()
    run(vault.save(ANA, SECRET))

    assert ("ready", "this session only") == (vault.state, vault.kind)
    assert SECRET == run(vault.load(ANA))
    assert "absent" == make().state


def test_the_file_is_opened_by_its_passphrase_only(make: Make, profile: Path) -> None:
    """Encrypted, private, and a wrong passphrase is told with a next step."""
    vault = make()
    vault.create_file("right")
    run(vault.save(ANA, SECRET))
    raw = (profile / "vault.json").read_bytes()

    assert b"canary" not in raw and b"ana@" not in raw
    assert 2**17 == json.loads(raw)["header"]["n"], "0.4 s and 128 MiB for each guess"
    assert 0o600 == stat.S_IMODE((profile / "vault.json").stat().st_mode)

    again = make()
    assert "locked" == again.state
    with pytest.raises(VaultLocked):
        run(again.load(ANA))
    with pytest.raises(VaultError, match="passphrase is wrong"):
        again.unlock("wrong")
    assert "locked" == again.state
    again.unlock("right")
    assert "ready" == again.state
    assert SECRET == run(again.load(ANA))


def test_a_file_whose_passphrase_is_lost_is_put_aside(make: Make, profile: Path) -> None:
    """Another begins, empty; the first one is kept as it was, however often this happens."""
    vault = make()
    vault.create_file("lost")
    run(vault.save(ANA, SECRET))
    first = (profile / "vault.json").read_bytes()

    for number in (1, 2):
        again = make()
        with pytest.raises(VaultError):
            again.replace_file("")
        assert not (profile / f"vault-old-{number}.json").exists()
        again.replace_file("known")
        with pytest.raises(SignedOut):
            run(again.load(ANA))

    assert (profile / "vault-old-1.json").read_bytes() == first
    assert 0o600 == stat.S_IMODE((profile / "vault-old-1.json").stat().st_mode)
    reopened = make()
    reopened.unlock("known")
    assert "ready" == reopened.state


def test_the_passphrase_of_the_environment_makes_and_opens_the_file(make: Make) -> None:
    """With GODWIT_PASSPHRASE nobody is asked; reading does not make a file."""
    vault = make(passphrase="from outside")
    with pytest.raises(VaultAbsent):
        run(vault.load(ANA))
    run(vault.save(ANA, SECRET))

    assert SECRET == run(make(passphrase="from outside").load(ANA))
    with pytest.raises(VaultError, match="wrong"):
        run(make(passphrase="another").save(BO, SECRET))


def test_a_second_file_is_never_begun_over_the_first(make: Make) -> None:
    """`create_file` refuses, and nothing is lost."""
    make().create_file("first")
    with pytest.raises(VaultError, match="already"):
        make().create_file("second")
    with pytest.raises(VaultError, match="empty"):
        Vault(make()._profile / "elsewhere", keyrings=lambda: (), environ={}).create_file("")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda raw: b"",
        lambda raw: b"[]",
        lambda raw: raw.replace(b'"n":131072', b'"n":16384'),
        lambda raw: raw.replace(b'"n":131072', b'"n":1073741824'),
        lambda raw: json.dumps({**json.loads(raw), "secrets": "AAAA"}).encode(),
    ],
    ids=["cut", "empty", "other", "weakened", "bomb", "tampered"],
)
def test_a_damaged_file_is_told_and_left_alone(
    make: Make, profile: Path, spoil: Callable[[bytes], bytes]
) -> None:
    """Damage is never overwritten, neither locked nor open."""
    vault = make()
    vault.create_file("right")
    run(vault.save(ANA, SECRET))
    path = profile / "vault.json"
    spoilt = spoil(path.read_bytes())
    path.write_bytes(spoilt)

    for opened in (vault, make(passphrase="right")):
        with pytest.raises(VaultError):
            run(opened.save(BO, SECRET))
        with pytest.raises(VaultError):
            run(opened.load(ANA))
    assert spoilt == path.read_bytes()


def test_a_file_of_a_newer_godwit_is_refused(make: Make, profile: Path) -> None:
    """It says so, instead of calling it damaged."""
    make().create_file("right")
    path = profile / "vault.json"
    path.write_bytes(path.read_bytes().replace(b'"godwit_vault":1', b'"godwit_vault":2'))

    with pytest.raises(VaultError, match="newer"):
        make().unlock("right")


def test_two_vaults_on_one_file_see_each_other(make: Make) -> None:
    """Each change starts from what is on disk now."""
    make().create_file("right")
    one, two = make(passphrase="right"), make(passphrase="right")
    run(one.save(ANA, SECRET))
    run(two.save(BO, {"token": "b"}))

    assert SECRET == run(two.load(ANA))
    assert {"token": "b"} == run(one.load(BO))


def test_no_repr_or_error_shows_a_secret(make: Make) -> None:
    """Not of the vault, not of its parts, not of what it raises."""
    store = SystemKeyring()
    vault = make(store)
    run(vault.save(ANA, SECRET))
    key = next(iter(store.items))
    store.items[key] = '{"token": canary-broken'
    with pytest.raises(VaultError) as caught:
        run(vault.load(ANA))

    shown = repr(vault) + repr(vault._safe) + repr(caught.value) + str(caught.value.__cause__)
    assert "canary" not in shown


def test_one_refresh_at_a_time(make: Make, profile: Path) -> None:
    """Neither two tasks nor two vaults are inside at once; accounts do not wait for others."""
    one, two = make(), make()
    inside: list[str] = []

    async def refresh(vault: Vault, name: str) -> None:
        async with vault.refreshing(ANA):
            inside.append(f"{name} in")
            await asyncio.sleep(0)
            async with vault.refreshing(BO):
                inside.append(f"{name} out")

    async def both() -> None:
        await asyncio.gather(refresh(one, "a"), refresh(one, "b"), refresh(two, "c"))

    run(both())

    assert all(first[0] == second[0] for first, second in zip(inside[::2], inside[1::2]))
    assert 6 == len(inside)


def test_a_cancelled_refresh_gives_the_lock_back(make: Make) -> None:
    """The next one does not wait for ever."""

    async def scenario() -> bool:
        first, second = make(), make()
        async with first.refreshing(ANA):
            waiting = asyncio.create_task(_enter(second))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        async with second.refreshing(ANA):
            return True

    async def _enter(vault: Vault) -> None:
        async with vault.refreshing(ANA):
            raise AssertionError("two at once")

    assert run(scenario())


def test_a_profile_has_one_window(profile: Path) -> None:
    """The second process is told; when the first has died, the lock is free."""
    first = ProfileLock(profile)
    assert first.try_acquire() and first.try_acquire()
    assert not ProfileLock(profile).try_acquire()
    ask = (
        "import sys; from pathlib import Path; from app.store.lock import ProfileLock;"
        "sys.exit(0 if ProfileLock(Path(sys.argv[1])).try_acquire() else 7)"
    )
    assert 7 == subprocess.run([sys.executable, "-c", ask, str(profile)]).returncode
    first.release()
    assert 0 == subprocess.run([sys.executable, "-c", ask, str(profile)]).returncode
    assert first.try_acquire()
    assert not FileLock(profile / "window.lock").try_acquire()
    first.release()


def test_the_end_waits_for_a_renewal_and_not_for_ever(make: Make) -> None:
    """What a server gives for a refresh token that serves once must reach the vault."""
    vault = make(SystemKeyring())

    async def renew(seconds: float) -> None:
        async with vault.refreshing(ANA):
            await asyncio.sleep(seconds)
            await vault.save(ANA, SECRET)

    async def main() -> None:
        await vault.finish(5)
        renewal = asyncio.create_task(renew(0.05))
        await asyncio.sleep(0.01)
        await vault.finish(5)
        assert renewal.done()
        stuck = asyncio.create_task(renew(60))
        await asyncio.sleep(0.01)
        await vault.finish(0.05)
        stuck.cancel()

    asyncio.run(main())

    assert SECRET == run(vault.load(ANA))


def test_what_another_process_chose_first_is_used(make: Make) -> None:
    """Two first sign-ins at once, in a window and a command: one place for both secrets."""
    store = SystemKeyring()
    window, command = make(store), make(store)
    assert ("ready", "ready") == (window.state, command.state)
    run(command.save(ANA, SECRET))

    assert SECRET == run(window.load(ANA))
    run(window.save(BO, {"token": "of bo"}))

    assert {"token": "of bo"} == run(make(store).load(BO))


def test_a_secret_that_is_replaced_while_it_is_read_is_read_again(make: Make) -> None:
    """A command reads what a window is just renewing: the old or the new, never "damaged"."""
    store = SystemKeyring()
    old, new = ({"token": letter * 3 * PIECE} for letter in "ab")
    run(make(store).save(ANA, old))

    class Replacing(SystemKeyring):
        """Another process writes after the first item was read."""

        asked = 0

        def get_password(self, service: str, username: str) -> str | None:
            self.asked += 1
            if self.asked == 2:
                run(make(store).save(ANA, new))
            return store.get_password(service, username)

    Replacing.__module__, Replacing.__qualname__ = SystemKeyring.__module__, "Keyring"

    assert new == run(make(Replacing()).load(ANA))


def test_a_lock_that_cannot_be_made_is_told_in_words(make: Make, profile: Path) -> None:
    """The disk is full, or somebody has put a folder there: no crash of the window."""
    vault = make(SystemKeyring())
    vault._lock_path(ANA).mkdir(parents=True)

    async def renew() -> None:
        async with vault.refreshing(ANA):
            raise AssertionError("no lock, no renewal")

    with pytest.raises(StoreError, match="cannot be made"):
        asyncio.run(renew())
