"""The job files of jobs/, with their values edited as a user would."""

import re
import shlex
from pathlib import Path

JOBS = Path(__file__).resolve().parents[2] / "jobs"


def finished_chunks(output):
    """Chunks in the journal beside the output."""
    return len(list(output.with_name(output.name + ".journal").glob("chunk-*.h5")))


class JobFile:
    def __init__(self, name):
        self.name, self.text = name, (JOBS / name).read_text()

    def edited(self, folder, **values):
        """A copy in the folder with `NAME=...` lines set to these values; a list becomes a bash array. KeyError where
        the file has no such line."""
        text = self.text
        for name, value in values.items():
            words = f"({' '.join(shlex.quote(str(word)) for word in value)})" if isinstance(value, list) else shlex.quote(str(value))
            text, count = re.subn(rf"(?m)^{name}=.*$", lambda _: f"{name}={words}", text)
            if count != 1:
                raise KeyError(f"{self.name}: {count} lines '{name}='")
        path = Path(folder) / self.name
        path.write_text(text)
        return path
