"""What is known on a way (../README.md, "Rules of a check" to "Bits, cuts and choices")."""

import copy

from proof import ADDRESS, NONE, NOTHING
from sums import IMAGE, STACK, ZERO, coefficient, const, fit, of, plain, plus, signed64

VARIABLES = 512
ALL = 2**64 - 1
NO_FLAGS, SOME, ZERO_FLAG, RESULT, COMPARISON = range(5)
LISTENER, CLIENT, BOUND, LISTENS, FORK = 1, 2, 3, 4, 5


class Refused(Exception):
    """The server is not accepted."""

    def __init__(self, addr, why):
        super().__init__(f"{addr:#x}: {why}")
        self.addr = addr


class Flags:
    def __init__(self, kind=NO_FLAGS, width=0, a=ZERO, b=ZERO, made=NOTHING, carry=NOTHING, result=0, zero=None, bit=None, known=0, rest=NOTHING):
        self.rest = rest
        self.kind, self.width, self.a, self.b, self.made, self.carry = kind, width, a, b, made, carry
        self.result, self.zero, self.bit, self.known = result, zero, bit, known

    def kept(self):
        return ADDRESS if self.kind == NO_FLAGS else max(self.made, self.carry, self.rest)


class Vector:
    """Known bytes, or lanes: (place, function as 256 bytes), or neither."""

    def __init__(self, known=None, lanes=None, made=NOTHING):
        self.known, self.lanes, self.made = known, lanes, made


class Base:
    """A state with what follows from it; memory and instructions are in classes of their own."""

    LISTS = "variables facts registers vectors cells texts loads masks cuts choices givens bytes marks first waits frames".split()

    def __init__(self, check, addr, variables, phase):
        self.check, self.addr, self.phase = check, addr, phase
        self.variables = [(-NONE, NONE, 0, 0, 0, ADDRESS, False)] * 2 + list(variables)
        self.facts, self.cells, self.texts, self.loads, self.masks = [], [], [], [], []
        self.cuts, self.choices, self.givens, self.bytes, self.marks, self.first, self.waits, self.frames = [], [], [], [], [], [], [], []
        self.registers, self.vectors, self.flags = [], [Vector(made=ADDRESS)] * 16, Flags()
        self.family, self.mode, self.signals = 0, 0, False
        self.answered, self.unread = False, None
        self.peer = None  # where accept put the client's address
        self.called = 0  # the variable of the last call's result, which the calls pay for
        self.origin, self.since, self.reads, self.writes = -1, -1, False, False
        self.accounts = [(const(check.proof.instructions), 0), (const(check.proof.calls), 0)]

    def copy(self):
        s = copy.copy(self)
        for name in self.LISTS:
            setattr(s, name, list(getattr(self, name)))
        s.flags, s.accounts = copy.copy(self.flags), list(self.accounts)
        return s

    def refuse(self, why):
        raise Refused(self.addr, why)

    def demand(self, holds, why):
        if not holds:
            self.refuse(why)

    # Questions.

    @property
    def answers(self):
        return self.check.proof.answers[self.origin + 1]

    # Sums and variables.

    def sum(self, a, b, k=1):
        out = plus(a, b, k)
        self.demand(out is not None, "a number does not fit")
        return out

    def new(self, lo=-NONE, hi=NONE, zeros=0, ones=0, result=0, made=NOTHING, word=False):
        self.demand(len(self.variables) < VARIABLES, "too many variables")
        self.variables.append((lo, hi, zeros, ones, result, made, word))
        return of(len(self.variables) - 1)

    def anything(self, width, made):
        return self.new(0, 256**width - 1 if width < 8 else NONE, made=made, word=width == 8)

    def change(self, v, **fields):
        names = ("lo", "hi", "zeros", "ones", "result", "made", "word")
        self.variables[v] = tuple(fields.get(n, x) for n, x in zip(names, self.variables[v]))

    def made(self, a):
        return max((self.variables[v][5] for v, _ in a[1]), default=NOTHING)

    def result(self, a):
        if self.is_element(a):
            return 7
        v = plain(a)
        return 0 if v is None else self.variables[v][4]

    def plain_range(self, a):
        out = []
        for side, none in ((0, -NONE), (1, NONE)):
            total = a[0]
            for v, k in a[1]:
                bound = self.variables[v][side if k > 0 else 1 - side]
                if total == none or abs(bound) == NONE:
                    total = none
                    continue
                total = fit(total, bound, k)
                total = none if total is None else total
            out.append(total)
        return out[0], out[1]

    def range(self, a):
        lo = hi = 0
        for variables, rows in self.choices:
            if len(a[1]) < 2:
                break
            part = [(v, k) for v, k in a[1] if v in variables]
            if len(part) < 2:
                continue
            values = [value(variables, row, part) for row in rows]
            if not values or None in values:
                continue
            l, h = fit(lo, min(values), 1), fit(hi, max(values), 1)
            if l is None or h is None:
                continue
            lo, hi = l, h
            a = (a[0], tuple(t for t in a[1] if t not in part))
        low, high = self.plain_range(a)
        if low != -NONE:
            low = fit(low, lo, 1)
            low = -NONE if low is None else low
        if high != NONE:
            high = fit(high, hi, 1)
            high = NONE if high is None else high
        return low, high

    def follows(self, goal, premises):
        rest = goal
        for i, k in premises:
            self.demand(k > 0 and i <= len(self.facts), "no premise")
            fact = self.facts[i] if i < len(self.facts) else plus(const(1), goal, -1)
            rest = fact and plus(rest, fact, -k)
            self.demand(rest is not None, "premises do not fit")
        self.demand(self.range(rest)[1] <= 0, "premises do not show it")

    def shows(self, goal):
        if self.range(goal)[1] <= 0:
            return True
        if not self.facts or not self.answers.flag():
            return False
        self.follows(goal, self.answers.premises())
        return True

    def at_most(self, a, b):
        d = plus(a, b, -1)
        return d is not None and self.shows(d)

    def same(self, a, b):
        return a == b or self.at_most(a, b) and self.at_most(b, a)

    def most(self, a):
        hi = self.range(a)[1]
        if not a[1] or not self.facts or not self.answers.flag():
            return hi
        bound, premises = self.answers.int(), self.answers.premises()
        if bound >= hi:
            return hi
        self.follows(self.sum(a, const(bound), -1), premises)
        return bound

    def least(self, a):
        minus = plus(ZERO, a, -1)
        return -NONE if minus is None else -self.most(minus)

    def know(self, a):
        for i in range(len(self.choices)):
            part = tuple(t for t in a[1] if t[0] in self.choices[i][0])
            if not part:
                continue
            least = self.range((a[0], tuple(t for t in a[1] if t not in part)))[0]
            if least != -NONE and not self.narrow(i, (least, part), lambda x: x <= 0):
                return False
            if len(part) == len(a[1]):
                return True
        for v, k in a[1]:
            least = self.range((a[0], tuple(t for t in a[1] if t[0] != v)))[0]
            lo, hi = self.variables[v][:2]
            if v > 1 and least > -NONE and k != -NONE - 1:
                if k > 0:
                    hi = min(hi, -least // k)
                else:
                    lo = max(lo, -(-least // -k))
                self.change(v, lo=lo, hi=hi)
            if lo > hi:
                return False
        if len(a[1]) > 1:
            self.facts.append(a)
        return self.range(a)[0] <= 0

    # Bits.

    def bits(self, a, width=8):
        zeros = ones = 0
        lo, hi = self.range(a)
        v = plain(a)
        if not a[1]:
            ones = a[0] % 2**64
            zeros = ALL ^ ones
        elif lo < 0:
            v = None
        else:
            zeros = min(x & -x for x in [a[0] or 2**64, *(k for _, k in a[1])]) - 1
        if a[1] and lo >= 0 and hi != NONE:
            zeros |= ALL ^ (2 ** hi.bit_length() - 1) if hi >= 0 else ALL ^ (2 ** (hi % 2**64).bit_length() - 1)
        if v is not None:
            zeros, ones = zeros | self.variables[v][2], ones | self.variables[v][3]
        if width < 8:
            zeros, ones = zeros | ALL ^ (256**width - 1), ones & (256**width - 1)
        return zeros, ones

    def of_bits(self, zeros, ones, width, made):
        if width < 8:
            zeros |= ALL ^ (256**width - 1)
        lo, hi = (signed64(ones), ALL ^ zeros) if zeros >> 63 else (0, NONE)
        return self.new(lo, hi, zeros, ones, made=made, word=True)

    def tests(self, a, mask, width):
        v = plain(a)
        if v is None or v < 2:
            return None
        lo, hi, zeros, ones = self.variables[v][:4]
        if lo < 0 or hi == NONE and not zeros and not ones and not self.variables[v][6]:
            return None
        return v, mask & (256 ** min(width, 8) - 1)

    def learn(self, test, zero):
        if test is None:
            return True
        v, mask = test
        i = self.alone(of(v))
        if i is not None and not self.narrow(i, of(v), lambda x: (x % 2**64 & mask == 0) == zero):
            return False
        lo, hi, zeros, ones = self.variables[v][:4]
        if zero:
            zeros |= mask
            if zeros >> 63:
                hi = min(hi, ALL ^ zeros)
        else:
            left = mask & ~zeros
            if left == 0:
                return False
            if left & (left - 1) == 0:
                ones |= left
        self.change(v, hi=hi, zeros=zeros, ones=ones)
        return zeros & ones == 0

    def inherits(self, new, old, mask):
        v, w = plain(new), plain(old)
        if v is not None and w is not None and v != w:
            self.givens += [(v, bit, *says) for x, bit, *says in self.givens if x == w and mask >> bit % 64 & 1]

    # Cuts: [sum, width, value, settled].

    def cut_of(self, a, width):
        for x, w, value_, _ in self.cuts:
            if w == width and x == a:
                return value_
        lo, hi = self.range(a)
        size = 256**width
        if lo == -NONE or hi == NONE or lo // size != hi // size:
            return None
        return plus(a, const(-(lo // size) * size))

    def reduced(self, a, width):
        for x, w, value_, _ in self.cuts:
            v = plain(value_)
            if v is not None and w >= width and (k := coefficient(a, v)):
                by = plus(x, value_, -1)
                moved = by and plus(a, by, k)
                a = moved or a
        return a

    def cut(self, a, width):
        if width >= 8:
            return a
        if (known := self.cut_of(a, width)) is not None:
            return known
        r = self.reduced(a, width)
        if (known := self.cut_of(r, width)) is not None:
            return known
        a = r if len(r[1]) < len(a[1]) else a
        size = 256**width
        lo, hi = self.range(a)
        if (len(a[1]) > 1 or lo >= -size and hi < size) and not coefficient(a, STACK) and not coefficient(a, IMAGE) and self.least(a) >= 0 and self.most(a) < size:
            return a
        if (known := self.mapped(a, lambda x: x % size)) is not None:
            return known
        out = self.of_bits(*self.bits(a, width), width, self.made(a))
        self.inherits(out, a, ALL)
        self.cuts.append((a, width, out, False))
        return out

    def uncut(self):
        for i in range(len(self.cuts)):
            x, width, value_, settled = self.cuts[i]
            d = self.sum(x, value_, -1)
            lo, hi = self.range(d)
            if settled or lo == -NONE or hi == NONE:
                continue
            first, last = -(-lo // 256**width), hi // 256**width
            if first == last:
                self.cuts[i] = (x, width, value_, True)
                if d[1]:
                    d = self.sum(d, const(-last * 256**width))
                    if not self.know(d) or not self.know(self.sum(ZERO, d, -1)):
                        return False
            if first > last:
                return False
        return True

    # Choices: (variables, rows).

    def alone(self, a):
        for i, (variables, _) in enumerate(self.choices):
            if a[1] and all(v in variables for v, _ in a[1]):
                return i
        return None

    def column(self, i, made, f):
        variables, rows = self.choices[i]
        values = [f(row) for row in rows]
        if None in values:
            return None
        out = self.new(made=made)
        self.choices[i] = (variables + [plain(out)], [row + [x] for row, x in zip(rows, values)])
        self.bound(i)
        return out

    def bound(self, i):
        variables, rows = self.choices[i]
        for v, column in zip(variables, zip(*rows)):
            self.change(v, lo=min(column), hi=max(column))

    def row_value(self, i, a):
        """What a sum of a choice's variables is in a row, or None."""
        variables = self.choices[i][0]

        def f(row):
            x = value(variables, row, a[1])
            return None if x is None else fit(x, a[0], 1)

        return f

    def mapped(self, a, f):
        i = self.alone(a)
        if i is None:
            return None
        of_row = self.row_value(i, a)
        return self.column(i, self.made(a), lambda row: None if of_row(row) is None else f(of_row(row)))

    def narrow(self, i, a, condition):
        variables, rows = self.choices[i]
        of_row = self.row_value(i, a)
        kept = [row for row in rows if of_row(row) is None or condition(of_row(row))]
        self.choices[i] = (variables, kept)
        self.bound(i)
        return bool(kept)

    # Numbers of a width.

    def within(self, a, lo, hi, size=0):
        least, most = self.range(a)
        if size and least != -NONE and (d := fit(least, lo, -1)) is not None:
            if (moved := plus(a, const(-(d // size) * size))) is not None:
                a = moved
                least, most = self.range(a)
        if least >= lo and most <= hi:
            return a
        return a if len(a[1]) > 1 and self.least(a) >= lo and self.most(a) <= hi else None

    def signed(self, a, width):
        if width >= 8:
            return self.within(a, -(2**62), 2**62 - 1)
        size = 256**width
        out = self.within(a, -size // 2, size // 2 - 1, size)
        return out if out is not None else self.mapped(a, lambda x: (x + size // 2) % size - size // 2)

    def unsigned(self, a, width):
        if width < 8:
            return self.cut(a, width)
        return a if self.is_word(a) else self.within(a, 0, 2**62)

    def is_word(self, a):
        v = plain(a)
        lo, hi = self.range(a)
        return v is not None and self.variables[v][6] or lo >= 0 and hi < NONE

    def number(self, r):
        a = self.registers[r]
        lo, hi = self.range(a)
        if lo == hi and -NONE < lo < NONE:
            return lo
        return None if a[1] else a[0]

    # Bytes that were loaded: (variable, place, width, and, xor, the bounds and rows when it was looked where they do not stand).

    def found(self, a, width, x):
        v = plain(a)
        if v is not None:
            for of_, w, value_, _ in list(self.cuts):
                if plain(value_) == v and len(of_[1]) == 1 and of_ != a and not self.found_in(of_, min(width, w), x):
                    return False
        return self.found_in(a, width, x)

    def found_in(self, a, width, x):
        if len(a[1]) != 1 or a[1][0][1] <= 0:
            return True
        v, factor = a[1][0]
        k = factor.bit_length() - 1
        if factor != 1 << k or k % 8 or k >= 8 * width:
            return True
        x = signed64(x - a[0]) >> k
        for load in list(self.loads):
            if load[0] != v or not self.answers.flag():
                continue
            n = min(load[2], width - k // 8)
            if not self.differs(load, n, lambda i, b: b == x >> 8 * i & 255):
                return False
            if all(load[3] >> 8 * i & 255 == 255 for i in range(n)):
                self.texts.append((load[1], bytes((x % 2**64 ^ load[4]) >> 8 * i & 255 for i in range(n))))
        return True

    def differs(self, load, n, can):
        for i in range(n):
            for start, text in list(self.texts):
                if any(can(i, x & load[3] >> 8 * i & 255 ^ load[4] >> 8 * i & 255) for x in text):
                    continue
                at = self.sum(load[1], const(i))
                end = self.sum(start, const(len(text)))
                if self.at_most(self.sum(at, const(1)), end):
                    if not self.know(self.sum(self.sum(at, start, -1), const(1))):
                        return False
                elif self.at_most(start, at):
                    if not self.know(self.sum(end, at, -1)):
                        return False
        return True

    def stands(self, at, text):
        return any(have.startswith(text) and self.same(place, at) for place, have in self.texts)

    def is_loaded(self, a, at, width):
        if not a[1]:
            return self.stands(at, (a[0] % 2**64).to_bytes(8, "little")[:width])
        v = plain(a)
        return v is not None and any(
            l[0] == v and l[2] >= width and l[3] == ALL and l[4] == 0 and self.same(l[1], at) for l in self.loads
        )

    def excluded(self):
        for n, (v, at, width, both, other, seen) in enumerate(self.loads):
            (lo, hi), i, rows = self.variables[v][:2], self.alone(of(v)), 0
            can = lambda _, b: width > 1 or lo <= b <= hi
            if i is not None:
                rows, column = len(self.choices[i][1]), self.choices[i][0].index(v)
                can = lambda k, b: any(row[column] >> 8 * k & 255 == b for row in self.choices[i][1])
            if seen != (lo, hi, rows):
                self.loads[n] = (v, at, width, both, other, (lo, hi, rows))
                if not self.differs(self.loads[n], width, can):
                    return False
        return True

    def mask_of(self, a):
        """The lanes of a mask, and whether it is inverted."""
        if len(a[1]) == 1:
            for v, lanes in self.masks:
                if a[1][0] == (v, 1) and a[0] == 0:
                    return lanes, False
                if a[1][0] == (v, -1) and a[0] == 2**32 - 1:
                    return lanes, True
        return None, False

    def hit(self, lanes, text, inverted):
        for i, b in enumerate(text[1]):
            if (lanes[1][b] >= 128) != inverted:
                return plus(text[0], const(i))
        return None

    def no_bits(self, a):
        lanes, inverted = self.mask_of(a)
        for text in list(self.texts) if lanes and not inverted else []:
            at = self.hit(lanes, text, False)
            if at is not None and self.at_most(lanes[0], at):
                if not self.know(self.sum(self.sum(lanes[0], at, -1), const(16))):
                    return False
        return True

    # Arriving.

    def wrap(self, r):
        a = self.registers[r]
        for x, w, value_, _ in self.cuts:
            if w == 4 and value_ == a:
                out = self.reduced(x, 4)
                lo, hi = self.range(out)
                if lo >= -(2**31) and hi < 2**31:
                    return out
        out = self.within(a, -(2**31), 2**31 - 1, 2**32)
        lo, hi = self.range(a)
        return out if out is not None and lo >= 0 and hi < 2**32 else None

    def has_zero(self, zero):
        return zero == 0 or not self.copy().assume({1: 5, 2: 4}[zero])  # ne, e

    def pays(self, which, follows):
        granted, spent = self.accounts[which]
        self.demand(self.at_most(ZERO, follows), "a grant may be below 0")
        self.demand(self.at_most(self.sum(follows, const(spent)), granted), "what is granted is not enough")

    def images_rows(self, variables, images):
        """What the images of a choice's variables can be together, or None."""
        of_choice = ([], [[]])
        for v in variables:
            i = self.alone(images[v - 2])
            of_choice = self.choices[i] if i is not None else of_choice
        columns = []
        for v in variables:
            c, terms = images[v - 2]
            if any(t[0] not in of_choice[0] for t in terms):
                return None
            values = [value(of_choice[0], row, terms) for row in of_choice[1]]
            values = [None if x is None else fit(x, c, 1) for x in values]
            if None in values:
                return None
            columns.append(values)
        return [list(row) for row in zip(*columns)] if columns else [[] for _ in of_choice[1]]


def value(variables, row, terms):
    """What terms are in a row of a choice."""
    total, by = 0, dict(zip(variables, row))
    factors = dict(terms)
    for v in variables:
        if v in factors:
            total = fit(total, by[v], factors[v])
            if total is None:
                return None
    return total
