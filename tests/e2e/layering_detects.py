#!/usr/bin/env python3
"""Breaks each house rule once in a made-up tree; layering.py must name each, and pass a clean tree."""

import subprocess
import sys
import tempfile
from pathlib import Path

LAYERING = Path(__file__).with_name("layering.py")
CLEAN = {
    "src/app/main.cpp": "int main() { return 0; }\n",
    "include/mpienc/av/handles.hpp": "#pragma once\nextern \"C\" {\n#include <libavcodec/avcodec.h>\n}\n",
    "src/net/mpi_transport.cpp": "#include <mpi.h>\n#include \"mpienc/plan/chunk.hpp\"\n",
    "src/view/screen.cpp": "#include <ncurses.h>\n#include \"mpienc/report/format.hpp\"\n",
    "src/input/program.cpp": "#include \"mpienc/av/handles.hpp\"\n#include <chrono>\n",
}
BROKEN = {  # file: (text, line of the violation)
    "src/sched/policy.cpp": ("\n#include \"mpienc/net/transport.hpp\"\n", 2),
    "include/mpienc/core/log.hpp": ("#pragma once\n#include \"mpienc/plan/chunk.hpp\"\n", 2),
    "src/net/frame.cpp": ("#include <mpi.h>\n", 1),
    "src/app/run.cpp": ("#include <boost/mpi/communicator.hpp>\n", 1),
    "src/output/muxer.cpp": ("#  include <libavformat/avformat.h>\n", 1),
    "src/input/lame.cpp": ("#include <lame/lame.h>\n", 1),
    "src/plan/chunker.cpp": ("#include <vector>\n\n#include <chrono>\n", 3),
    "src/sched/queue.cpp": ("#include <thread>\n", 1),
    "src/view/table.cpp": ("#include <curses.h>\n", 1),
    "src/app/screen.cpp": ("#include <ncursesw/ncurses.h>\n", 1),
    "src/report/run.cpp": ("#include <hdf5.h>\n", 1),
    "src/core/string_utils/utility.cpp": ("\n", 1),
    "src/misc/thing.cpp": ("\n", 1),
    "src/av/large.cpp": ("\n" * 351, 351),
    "src/app/main.cpp": ("\n" * 61, 61),
    "src/core/bare.hpp": ("int x;\n", 1),
}


def check(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        run = subprocess.run([sys.executable, LAYERING, folder], capture_output=True, text=True, check=False)
        return run.returncode, run.stdout


def main():
    code, output = check(CLEAN)
    assert code == 0, f"a clean tree was refused:\n{output}"
    code, _ = check({})
    assert code == 1, "an empty tree must not pass"
    for name, (text, line) in BROKEN.items():
        code, output = check({**CLEAN, name: text})
        assert code == 1 and f"{name}:{line}: " in output, f"{name} went unnoticed:\n{output}"
    print(f"{len(BROKEN)} broken rules, each found")


if __name__ == "__main__":
    main()
