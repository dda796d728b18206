"""Where requests begin."""

from state import Base, Refused
from sums import within_spans


def fixed(node):
    return [(lo[0], hi[0]) for lo, hi in node.bytes if not lo[1] and not hi[1]]


def is_head(node, span):
    """What such a node may keep of earlier requests, where input is stored in a span."""
    bounds = Base.__new__(Base)
    bounds.variables = [(-(2**63 - 1), 2**63 - 1)] * 2 + node.variables
    overlap = lambda a, b: a[0] < b[1] and b[0] < a[1]
    rests = 0
    for lo, hi in node.bytes:
        at = (bounds.plain_range(lo)[0], bounds.plain_range(hi)[1])
        if (lo[1] or hi[1]) and span[0] <= at[0] and at[1] <= span[1]:
            rests += 1
        elif lo[1] or overlap(at, span):
            return False
    waits = not any(overlap(w, x) for w in node.waits for x in fixed(node) + [span])
    return waits and rests <= 1 and not node.answered and not node.givens


def kept(node):
    """The variables that go on to the request."""
    out = [w for w in fixed(node) if not within_spans(w, node.first)]
    return out + [(off, off + 8) for off, to in node.frames if not to]


def demand_heads(nodes, edges):
    """A loop that both reads and writes is entered at heads."""
    names = {}
    at = [names.setdefault((n.address, tuple(n.frames)), len(names)) for n in nodes] + [len(names)]  # -1 is the last one
    next_ = [set() for _ in range(len(names) + 1)]
    for a, b, _, _ in edges:
        next_[at[a]].add(at[b])

    def reached(v):
        found, rest = set(), [v]
        while rest:
            for w in next_[rest.pop()] - found:
                found.add(w)
                rest.append(w)
        return found

    reach = [reached(v) for v in range(len(next_))]
    together = lambda v, w: v == w or w in reach[v] and v in reach[w]
    inside = [(at[b], r, w) for a, b, r, w in edges if together(at[a], at[b])]
    reads, writes = {v for v, r, _ in inside if r}, {v for v, _, w in inside if w}
    for a, b, _, _ in edges:
        both = any(together(v, at[b]) for v in reads) and any(together(v, at[b]) for v in writes)
        if not together(at[a], at[b]) and both and not nodes[b].head:
            raise Refused(nodes[b].address, "a loop that reads and writes is entered where no request begins")
