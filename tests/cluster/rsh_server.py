"""The other end of rsh_client.py: lets the emulated hosts run commands on each other."""

import array
import json
import os
import socket
import subprocess
import threading
import time

NO_ROUTE = 3.0  # s until a Linux host on the same network gives up one that does not answer


class RshServer:
    """Serves until close(). `reachable(caller, host)` tells whether packets pass; `command(host, words)` makes the
    command that runs the words there."""

    def __init__(self, path, reachable, command):
        self._reachable, self._command = reachable, command
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.bind(str(path))
        self._socket.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            streams = array.array("i")
            request, rights, _, _ = connection.recvmsg(1 << 20, socket.CMSG_SPACE(3 * streams.itemsize))
            for _, _, data in rights:
                streams.frombytes(data[:len(data) - len(data) % streams.itemsize])
            try:
                answer = self._run(*json.loads(request), streams)
            except (OSError, ValueError) as error:
                answer = [255, str(error)]
            finally:
                for stream in streams:
                    os.close(stream)
            try:
                connection.send(json.dumps(answer).encode())
            except OSError:
                pass  # the caller has gone

    def _run(self, caller, host, line, streams):
        if not self._reachable(caller, host):
            time.sleep(NO_ROUTE)
            return [255, "No route to host"]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}
        done = subprocess.Popen(self._command(host, ["/bin/sh", "-c", line]), env=environment, cwd="/",
                                stdin=streams[0], stdout=streams[1], stderr=streams[2], start_new_session=True)
        for stream in streams:
            os.close(stream)
        del streams[:]
        status = done.wait()
        while not self._reachable(caller, host):  # what ssh would not hear either
            time.sleep(0.2)
        return [status if status >= 0 else 128 - status, ""]

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
