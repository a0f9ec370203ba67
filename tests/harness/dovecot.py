"""A real IMAP server as a process of its own: one user, one mailbox, on a free port of 127.0.0.1."""

from __future__ import annotations

import getpass
import imaplib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

STARTED_WITHIN_S = 15.0
PROGRAM = "/usr/sbin/dovecot"
USER, PASSWORD = "desk", "correct@horse"


class Dovecot:
    """Listens from `start` to `kill`; a second `start` listens on the same port again, with the same mails.

    Its folder is none of pytest's, which are closed to the user that reads the mails where root runs the tests.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For SEMAFOR_IMAP_URL."""
        return f"imap://{USER}:{PASSWORD.replace('@', '%40')}@127.0.0.1:{self.port}/INBOX"

    def start(self) -> None:
        """Returns when it answers. None installed is a failure."""
        assert shutil.which(PROGRAM), "no IMAP server: install dovecot-imapd, as make test does"
        for name in ("run", "mail"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        written = self._folder / "dovecot.conf"
        written.write_text(self._configuration())
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([PROGRAM, "-F", "-c", str(written)], stdout=log, stderr=log)
        deadline = time.monotonic() + STARTED_WITHIN_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self._signed_in().logout()
                return
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.05)  # a process that is coming up has nothing to wait on
        raise AssertionError(f"the IMAP server did not start:\n{(self._folder / 'log').read_text(errors='replace')}")

    def kill(self) -> None:
        """Gone when this returns, with its children."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait()
            self._process = None

    def forget(self) -> None:
        """Throw everything of a killed server away."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def put(self, raw: bytes, flags: str = "") -> None:
        """A mail comes into the mailbox."""
        imap = self._signed_in()
        state, said = imap.append("INBOX", flags, None, raw)
        assert state == "OK", said
        imap.logout()

    def seen(self) -> int:
        """How many mails are marked as seen."""
        imap = self._signed_in()
        imap.select("INBOX", readonly=True)
        found = imap.search(None, "SEEN")[1][0]
        imap.logout()
        return len(found.split())

    def renumber(self) -> None:
        """The server forgets its numbering: the mails stay, UIDVALIDITY is another."""
        self.kill()
        for kept in (self._folder / "mail").glob("dovecot*"):
            kept.unlink()
        self.start()

    def _signed_in(self) -> imaplib.IMAP4:
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=5)
        imap.login(USER, PASSWORD)
        return imap

    def _configuration(self) -> str:
        me = getpass.getuser()
        # Root may not read mail; whoever else runs the tests can only be themself.
        reader = "nobody" if os.geteuid() == 0 else me
        if os.geteuid() == 0:
            shutil.chown(self._folder / "mail", "nobody")
            self._folder.chmod(0o711)
        return f"""
base_dir = {self._folder}/run
state_dir = {self._folder}/run
log_path = {self._folder}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
mail_location = maildir:{self._folder}/mail
mail_uid = {reader}
mail_gid = {_group_of(reader)}
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 1
default_login_user = {"dovenull" if os.geteuid() == 0 else me}
default_internal_user = {"dovecot" if os.geteuid() == 0 else me}
default_internal_group = {_group_of("dovecot" if os.geteuid() == 0 else me)}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {self.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={reader} gid={_group_of(reader)} home={self._folder}/mail
}}
"""


def _group_of(user: str) -> str:
    import grp
    import pwd

    return grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
