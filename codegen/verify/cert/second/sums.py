"""Sums of variables, of 64 bits, and what bounds them. A sum is (constant, ((variable, factor), ...))."""

from proof import NONE

ZERO = (0, ())
ALL64 = 2**64 - 1
STACK, IMAGE = 0, 1  # the variables that every state has


def of(v):
    return (0, ((v, 1),))


def const(c):
    return (c, ())


def fit(a, b, k):
    """a + b*k, or None where it does not fit."""
    p = b * k
    s = a + p
    return s if abs(p) <= NONE and -NONE - 1 <= s <= NONE else None


def plus(a, b, k=1):
    """a + k*b, or None."""
    c = fit(a[0], b[0], k)
    terms = dict(a[1])
    for v, f in b[1]:
        terms[v] = fit(terms.get(v, 0), f, k)
        if terms[v] is None:
            return None
    return None if c is None else (c, tuple((v, f) for v, f in sorted(terms.items()) if f))


def plain(a):
    """The variable that a sum is, or None."""
    return a[1][0][0] if a[0] == 0 and len(a[1]) == 1 and a[1][0][1] == 1 else None


def coefficient(a, v):
    return dict(a[1]).get(v, 0)


def without(a, v):
    """a less the variable; None if S or I is left then."""
    d = plus(a, of(v), -1)
    return d if d and not coefficient(d, STACK) and not coefficient(d, IMAGE) else None


def signed64(x):
    return (x + 2**63) % 2**64 - 2**63


def subtract(spans, w):
    """Spans less one."""
    out = []
    for lo, hi in spans:
        out += [(lo, min(hi, w[0]))] if lo < min(hi, w[0]) else []
        out += [(max(lo, w[1]), hi)] if max(lo, w[1]) < hi else []
    return out


def within_spans(w, spans):
    rest = [w]
    for x in spans:
        rest = subtract(rest, x)
    return not rest
