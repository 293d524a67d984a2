"""What is run: lists of configurations. Pure."""

from dataclasses import dataclass, field

import shares

STRATEGIES = ("steal", "dynamic", "guided", "static")


@dataclass(frozen=True)
class Configuration:
    """One way to run; `cores` is each rank's quota, None without. `times`: units of the title, 0 the whole title."""

    suite: str
    label: str
    hosts: str
    ranks: int
    lanes: int = 1
    cores: tuple = None
    schedule: str = "steal"
    chunk: float = None
    times: int = 0
    predict: tuple = field(default=())  # arguments of mpienc simulate that stand for this run

    @property
    def capacity(self):
        return sum(self.cores) if self.cores else float(self.ranks * self.lanes)


@dataclass(frozen=True)
class Size:
    """How large the suites are."""

    cores: int
    ranks: tuple = (1, 2, 4, 8)
    chunk: float = 1.0           # seconds, of strong, weak, strategies and simulator
    seconds: float = 64.0        # of the title
    seed_ranks: int = 4
    seed_chunks: tuple = (1.0, 2.0, 5.0)


def _counted(number, noun):
    return f"{number} {noun}" + ("s" if number != 1 else "")


def strong(size):
    """One title, more and more ranks of the same small quota, then whole cores by ranks and by lanes."""
    most = max(size.ranks)
    quota = min(shares.MOST, shares.LOAD * size.cores / most)
    found = [Configuration("strong", _counted(n, "rank"), "equal", n, chunk=size.chunk,
                           cores=tuple(shares.shares(shares.equal(n), size.cores, quota=quota)))
             for n in size.ranks]
    powers = [n for n in (1, 2, 4, 8, 16, 32, 64) if n <= size.cores]
    found += [Configuration("strong", f"1 rank of {_counted(n, 'lane')}", "whole", 1, n, chunk=size.chunk)
              for n in powers]
    found += [Configuration("strong", f"{n} ranks of 1 lane", "whole", n, chunk=size.chunk)
              for n in powers if n > 1]
    return found


def weak(size):
    most = max(size.ranks)
    quota = min(shares.MOST, shares.LOAD * size.cores / most)
    return [Configuration("weak", _counted(n, "rank"), "equal", n, chunk=size.chunk, times=n,
                          cores=tuple(shares.shares(shares.equal(n), size.cores, quota=quota)))
            for n in size.ranks]


def _cluster(hosts, ranks, cores):
    weights = shares.equal(ranks) if hosts == "equal" else shares.one_slow(ranks)
    return tuple(shares.shares(weights, cores))


def strategies(size):
    return [Configuration("strategies", schedule, hosts, n, chunk=size.chunk, schedule=schedule,
                          cores=_cluster(hosts, n, size.cores))
            for n in size.ranks if n > 1 for hosts in ("equal", "one slow") for schedule in STRATEGIES]


def seed(size):
    """Short chunks on demand against a training stage and large shares; what mpienc does today beside them."""
    n = size.seed_ranks
    long = round(size.seconds / n / 1.5, 3)
    ways = [(f"dynamic, {c:g} s", "dynamic", c) for c in size.seed_chunks]
    ways += [("static, default chunks", "static", None), ("static, 1 or 2 chunks per rank", "static", long),
             ("steal, default chunks", "steal", None)]
    return [Configuration("seed", label, hosts, n, chunk=chunk, schedule=schedule,
                          cores=_cluster(hosts, n, size.cores))
            for hosts in ("equal", "one slow") for label, schedule, chunk in ways]


RECORDED = "1 lane"  # of the suite simulator: whose record predicts the others


def simulator(size):
    fast, slow = 1.0, shares.SLOW
    found = [Configuration("simulator", RECORDED, "whole", 1, 1, chunk=size.chunk, predict=("--lanes", "1"))]
    if size.cores >= 2:
        found += [Configuration("simulator", "2 lanes", "whole", 1, 2, chunk=size.chunk, predict=("--lanes", "2")),
                  Configuration("simulator", f"fast:1,slow:1@{slow:g}", "one slow", 2, cores=(fast, slow),
                                chunk=size.chunk, predict=("--hosts", f"fast:1,slow:1@{slow:g}"))]
    return found


SUITES = {"strong": strong, "weak": weak, "strategies": strategies, "seed": seed, "simulator": simulator}


def order(configurations, repeat):
    """Every configuration once; forth in even repeats, back in odd ones, so that slow drift cancels."""
    return list(configurations) if repeat % 2 == 0 else list(reversed(configurations))
