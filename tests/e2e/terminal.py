"""A terminal of a given size, by tmux: what a program shows in it, and keys for it."""

import os
import shutil
import subprocess
import tempfile
import time

PATIENCE = 60


def is_there():
    return shutil.which("tmux") is not None


class Terminal:
    """Runs a shell; leaves nothing behind. The socket's folder has a short name, as sockets need one."""

    def __init__(self, columns=80, rows=24):
        self.folder = tempfile.mkdtemp(prefix="mpienc-tmux-")
        self.environment = {**os.environ, "TMUX_TMPDIR": self.folder, "LC_ALL": "C.UTF-8", "PS1": "$ "}
        self.environment.pop("TMUX", None)
        self.tmux("-u", "-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows, "sh")
        self.wait_for(lambda lines: lines[0].startswith("$"))

    def tmux(self, *words):
        return subprocess.run(["tmux", *map(str, words)], env=self.environment, capture_output=True, text=True,
                              check=True).stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "kill-server"], env=self.environment, capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, command):
        self.tmux("send-keys", "-l", command)
        self.tmux("send-keys", "Enter")

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", columns, "-y", rows)

    def lines(self):
        return [line.rstrip() for line in self.tmux("capture-pane", "-p").split("\n")[:-1]]

    def coloured(self):
        """With the sequences that set colours and the like."""
        return self.tmux("capture-pane", "-e", "-p")

    def wait_for(self, condition, seconds=PATIENCE):
        """The lines as soon as the condition holds of them, or as they are when the patience is over."""
        end = time.monotonic() + seconds
        while True:
            lines = self.lines()
            if condition(lines) or time.monotonic() > end:
                return lines
            time.sleep(0.1)
