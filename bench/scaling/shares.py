"""How much processor each rank of an emulated cluster gets. Pure."""

SLOW = 0.2   # a slow rank against a fast one
LOAD = 0.85  # of the machine's cores that all quotas together may take: the rest is for the system
MOST = 0.85  # of a core for one rank: a rank has one lane, whose core others disturb now and then


def shares(weights, cores, load=LOAD, most=MOST, quota=None):
    """Cores per rank, in the ratio of the weights: as much as fits, or `quota` per weight of 1.

    ValueError where `quota` does not fit into the machine.
    """
    if not weights or min(weights) <= 0:
        raise ValueError("every rank needs a weight above 0")
    fits = min(most / max(weights), load * cores / sum(weights))
    if quota is None:
        quota = fits
    elif quota > fits * (1 + 1e-9):
        raise ValueError(f"{len(weights)} ranks of {quota:.3f} cores do not fit into {cores} cores")
    return [quota * weight for weight in weights]


def equal(ranks):
    return [1.0] * ranks


def one_slow(ranks, slow=SLOW):
    """The last rank is the slow one."""
    return [1.0] * (ranks - 1) + [slow]


def period_and_quotas(cores_per_rank, period_us=20000, least_us=1000):
    """One quota period for all and each rank's quota in it, in microseconds.

    Short periods keep a rank's answers quick; the kernel takes no quota below 1 ms, so that very small
    shares ask for a longer period.
    """
    smallest = min(cores_per_rank)
    period = max(period_us, -(-least_us // smallest))
    if period > 1_000_000:
        raise ValueError(f"a share of {smallest} cores is too small for a quota")
    return int(period), [max(least_us, round(period * share)) for share in cores_per_rank]
