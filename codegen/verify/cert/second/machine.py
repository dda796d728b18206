"""What instructions and system calls do (../README.md, "Instructions" to "System calls")."""

import x86
from env import STRING
from ages import SIBLING
from loop import BLOCKING, NON_BLOCKING, UNSETTLED, PICKED, POLLER, REPORTED, SIGNALS, Loop
from memory import RSP
from proof import ADDRESS, NONE, NOTHING, SECRET
from state import CLIENT, COMPARISON, FORK, LISTENER, NO_FLAGS, RESULT, SOME, ZERO_FLAG, Flags, Vector
from sums import ALL64, IMAGE, ZERO, const, of, plain, plus, signed64, subtract

RAX, RCX, RDX, RSI, RDI, R8, R9, R10, R11 = 0, 1, 2, 6, 7, 8, 9, 10, 11
B_, E_, BE_, S_, L_, LE_ = 2, 4, 6, 8, 12, 14
LIFELINE = 17  # a result
INHERITED = -1  # the family of a listener that was handed over
CARRY_OR_OVERFLOW = {0, 2, 6, 12, 14}  # conditions that read CF or OF, less the negation

LANES = {
    "pxor": lambda a, b: a ^ b,
    "por": lambda a, b: a | b,
    "pand": lambda a, b: a & b,
    "pandn": lambda a, b: ~a & b & 255,
    "paddb": lambda a, b: (a + b) & 255,
    "psubb": lambda a, b: (a - b) & 255,
    "psubusb": lambda a, b: max(a - b, 0),
    "pminub": min,
    "pmaxub": max,
    "pcmpeqb": lambda a, b: 255 if a == b else 0,
}
OPTIONS = {(1, 2, 4), (1, 20, 16), (1, 21, 16), (1, 15, 4), (6, 1, 4), (6, 9, 4), (41, 26, 4)}
DUE = {
    0: (11, 12, 27), 1: (0, 1, 2, 3, 9, 11, 12, 18, 22, 28), 3: (6, 8, 9, 10, 13, 16, 17, 18, 19, 21, 22, 23, 24, 25, 14, 26, 27, 30), 7: (4, 11, 12, 18, 22, 28), 13: (3, 11, 12), 14: (3, 11, 12, 23, 24, 25, 27), 39: (0,), 41: (0,),
    43: (3, 4), 44: (18, 22), 45: (14, 16, 17), 49: (1,), 50: (2,), 52: (18,), 54: (1, 3, 11), 56: (28,), 57: (6, 22), 60: (0, 1, 2, 3, 11, 12, 13, 27, 28), 61: (13, 27, 28), 72: (3,), 95: (1,),
    204: (28,), 228: (0, 9, 11, 12, 14, 17, 18), 233: (3, 14, 16, 17, 18, 26), 271: (3, 4), 281: (3, 14, 17, 18, 19), 288: (14, 17), 289: (3,), 291: (3,), 293: (3,), 328: (12, 18, 22),
}


class State(Loop):
    # Operands.

    def address(self, m):
        _, _, base, index, scale, disp = m
        if base == "ip":
            return self.sum(of(IMAGE), const(disp))
        out = self.sum(self.registers[base], const(disp))
        return out if index is None else self.sum(out, self.registers[index], scale)

    def read(self, o):
        if o[0] == "i":
            return const(o[2])
        if o[0] == "m":
            return self.load(self.address(o), o[1])
        self.demand(o[0] == "r", "a vector is no number")
        a = self.registers[o[2]]
        if o[1] == 1 and self.made(a):
            low = self.cut_of(a, 1)
            return a if low is None else low
        return a

    def write(self, o, a):
        if o[0] == "m":
            self.store(self.address(o), o[1], a)
            return
        self.demand(o[0] == "r", "a vector is no number")
        r, width = o[2], o[1]
        if width == 4:
            a = self.cut(a, 4)
        elif width < 4:
            low = self.cut(a, width)
            a = self.merged(self.registers[r], low, width)
            self.cuts.append((a, width, low, False))
        if r == RSP:
            self.move_stack(a)
        self.registers[r] = a

    def merged(self, old, low, width):
        a = self.sum(self.sum(old, self.cut(old, width), -1), low)
        lo, hi = self.range(old)
        if len(a[1]) < 2 or lo < 0 or hi == NONE:
            return a
        mask = 256**width - 1
        (za, oa), (zb, ob) = self.bits(old), self.bits(low, width)
        out = self.of_bits(za & ~mask | zb & mask, oa & ~mask | ob & mask, 8, self.made(a))
        self.inherits(out, old, ALL64 ^ mask)
        self.inherits(out, low, mask)
        self.know(self.sum(out, a, -1))
        self.know(self.sum(a, out, -1))
        return out

    # Instructions.

    def step(self, i):
        """The states behind an instruction."""
        op, ops = i.op, i.ops
        if op == "jmp":
            return [self.go(i.target)]
        if op == "jcc":
            self.decides(i.cond, SECRET)
            return self.branch(i.cond, lambda s: s.go(i.target), lambda s: s.go(i.end))
        if op == "cmov":
            self.decides(i.cond, NOTHING)
            moved = self.read(ops[1])
            return self.branch(
                i.cond,
                lambda s: (s.write(ops[0], moved), s.go(i.end)),
                lambda s: (s.write(ops[0], s.read(ops[0])), s.go(i.end)),
            )
        if op == "call":
            self.push(self.sum(of(IMAGE), const(i.end)), i.end)
            return [self.go(i.target)]
        if op == "ret":
            self.demand(self.frames and self.frames[-1][1], "a return without its call")
            to = self.frames[-1][1]
            self.pop(True)
            return [self.go(to)]
        if op == "mov" and (out := self.picks(i, *ops)):
            return out
        if op == "syscall":
            return [self.go(i.end)] if self.syscall() else []
        if op in LANES or op.startswith("punpck") or op in ("pmovmskb", "movdqa", "movdqu", "movups", "movd", "movq"):
            self.vector(op, *ops)
        else:
            f = getattr(self, "do_" + op.replace(" ", "_"), None)
            self.demand(f, op + " is not followed")
            f(*ops)
        return [self.go(i.end)]

    def go(self, addr):
        self.addr = addr
        return self

    def branch(self, cond, holds, otherwise):
        out, copy = [], self.copy()
        if self.assume(cond ^ 1):
            otherwise(self)
            out.append(self)
        if copy.assume(cond):
            holds(copy)
            out.append(copy)
        return out

    def do_mov(self, d, s):
        self.write(d, self.read(s))

    def do_movzx(self, d, s):
        self.write(d, self.cut(self.read(s), s[1]))

    def do_movsx(self, d, s):
        a = self.read(s)
        out = self.signed(a, s[1])
        self.write(d, self.anything(8, self.made(a)) if out is None else out)

    def do_lea(self, d, s):
        self.write(d, self.address(s))

    def do_xchg(self, d, s):
        a, b = self.read(d), self.read(s)
        self.write(d, b)
        self.write(s, a)

    def do_push(self, d):
        self.push(self.read(d), 0)

    def do_pop(self, d):
        self.write(d, self.pop(False))

    def do_add(self, d, s):
        a, b = self.read(d), self.read(s)
        out = self.sum(a, b)
        self.write(d, out)
        self.results(RESULT, out, d[1])
        self.flags.carry = max(self.made(a), self.made(b))

    def do_sub(self, d, s):
        a, b = self.read(d), self.read(s)
        self.compares(a, b, d[1])
        self.write(d, self.sum(a, b, -1))

    def do_cmp(self, d, s):
        a = self.read(d)
        self.compares(a, self.read(s), d[1])

    def count(self, d, k):
        out = self.sum(self.read(d), const(k))
        carry = ADDRESS if self.flags.kind == NO_FLAGS else self.flags.carry
        self.write(d, out)
        self.results(RESULT, out, d[1])
        self.flags.carry = carry

    def do_inc(self, d):
        self.count(d, 1)

    def do_dec(self, d):
        self.count(d, -1)

    def do_neg(self, d):
        out = self.sum(ZERO, self.read(d), -1)
        self.write(d, out)
        self.results(RESULT, out, d[1])

    def do_not(self, d):
        self.write(d, self.sum(const(-1), self.read(d), -1))

    def bitwise(self, op, d, s):
        a, b = self.read(d), self.read(s)
        out = self.logic(op, a, b, d[1])
        self.mixes(out, op, a, b, d[1])
        zero = self.tests(a, b[0] % 2**64, d[1]) if op in ("and", "test") and not b[1] else None
        if op != "test":
            self.write(d, out)
        self.results(COMPARISON, out, d[1])
        self.flags.zero = zero

    def do_and(self, d, s):
        self.bitwise("and", d, s)

    def do_or(self, d, s):
        self.bitwise("or", d, s)

    def do_xor(self, d, s):
        self.bitwise("xor", d, s)

    def do_test(self, d, s):
        self.bitwise("test", d, s)

    def shift(self, d, s, left):
        width = d[1]
        a, count = self.read(d), self.read(s)
        n = count[0] & (63 if width == 8 else 31)
        if count[1] or n in (0, 63):
            self.opaque(d, a, count, self.carry())
            return
        overflow = n > 1 and self.flags.kept()
        if left:
            out = plus(ZERO, a, 1 << n)
            out = self.anything(width, self.made(a)) if out is None else out
        else:
            out, _ = self.quotient(a, width, 1 << n)
        self.write(d, out)
        self.results(RESULT, out, width)
        self.flags.carry = max(self.flags.carry, overflow)
        if not left:
            self.flags.zero = self.tests(a, ALL64 << n & ALL64, width)

    def do_shl(self, d, s):
        self.shift(d, s, True)

    def do_shr(self, d, s):
        self.shift(d, s, False)

    def quotient(self, a, width, by):
        q = self.new(0, min(ALL64 // by, NONE), made=self.made(a))
        u = self.unsigned(a, width)
        if u is not None:
            whole = plus(ZERO, q, by)
            self.know(self.sum(whole, u, -1))
            self.know(self.sum(self.sum(u, whole, -1), const(1 - by)))
        return q, u

    def do_div(self, d):
        width = d[1]
        by, high = self.cut(self.read(d), width), self.number(RDX)
        self.demand(high is not None and high % 256**width == 0 and not by[1] and by[0] >= 1, "what is divided, or by what")
        a = self.registers[RAX]
        q, u = self.quotient(a, width, by[0])
        rest = self.new(0, by[0] - 1, made=self.made(a))
        if u is not None:
            d = self.sum(self.sum(u, q, -by[0]), rest, -1)
            self.know(d)
            self.know(self.sum(ZERO, d, -1))
        self.write(("r", width, RAX), q)
        self.write(("r", width, RDX), rest)
        self.flags = Flags()

    def test_bit(self, op, d, s):
        width = d[1]
        a, n = self.read(d), self.read(s)
        made = max(self.made(a), self.made(n))
        flags = Flags(SOME, made=made, carry=made, rest=self.flags.kept())
        zeros, ones = before = self.bits(a, width)
        if n[1]:
            zeros = ones = 0
        else:
            mask = 1 << (n[0] & (8 * width - 1))
            flags.bit = self.tests(a, mask, width)
            zeros, ones = (zeros & ~mask, ones | mask) if op == "bts" else (zeros | mask, ones & ~mask)
        if op != "bt":
            out = self.of_bits(zeros, ones, width, made)
            if not n[1]:
                self.inherits(out, a, ALL64 ^ mask)
                if op == "bts":
                    self.raises(out, a, before, mask, width)
            self.write(d, out)
        self.flags = flags

    def do_bt(self, d, s):
        self.test_bit("bt", d, s)

    def do_bts(self, d, s):
        self.test_bit("bts", d, s)

    def do_btr(self, d, s):
        self.test_bit("btr", d, s)

    def opaque(self, d, *sums):
        made = max(self.made(a) for a in sums)
        self.write(d, self.anything(d[1], made))
        self.flags = Flags(SOME, made=made, carry=made, rest=self.flags.kept())

    def carry(self):
        return self.anything(1, self.flags.kept())

    def do_imul(self, d, s, third=None):
        self.opaque(d, self.read(d), self.read(s), self.read(s))

    def with_carry(self, d, s):
        self.opaque(d, self.read(d), self.read(s), self.carry())

    do_adc = do_sbb = do_sar = do_rol = do_ror = with_carry

    def do_bswap(self, d):
        self.write(d, self.anything(d[1], self.made(self.read(d))))

    def do_setcc(self, d):
        self.decides(self.cond, NOTHING)
        self.write(d, self.new(0, 1))

    def do_rdtsc(self):
        self.looks()
        self.registers[RAX] = self.anything(4, NOTHING)
        self.registers[RDX] = self.anything(4, NOTHING)

    def do_nop(self):
        pass

    def do_rep_movsb(self):
        n = self.length(RCX)
        start, to = self.registers[RSI], self.registers[RDI]
        self.readable(start, n)
        off = self.offset(start)
        made = self.made(n)
        if off is not None:
            made = max(made, self.marked(off, self.sum(off, n)))
        elif self.data_address(start) is None:
            made = max(made, self.trace_of_read())
        off, at = self.clobber(to, n)
        self.mark(at, made)
        self.wrote(off, self.sum(off, n))
        self.registers[RSI], self.registers[RDI], self.registers[RCX] = self.sum(start, n), self.sum(to, n), ZERO

    def do_bsf(self, d, s):
        a = self.cut(self.read(s), s[1])
        lanes, inverted = self.mask_of(a)
        lo, hi, made = 0, 63, self.made(a)
        if not self.at_most(const(1), a):
            lo, hi, made, lanes = -NONE, NONE, max(made, self.made(self.registers[d[2]])), None
        elif lanes:
            hi = 16 if inverted else 15
        out = self.new(lo, hi, made=made)
        for text in list(self.texts) if lanes else []:
            at = self.hit(lanes, text, inverted)
            if at is not None and self.at_most(lanes[0], at):
                self.know(self.sum(self.sum(lanes[0], out), at, -1))
        self.write(("r", 8, d[2]), out)
        self.flags = Flags()

    def logic(self, op, a, b, width):
        if op == "or" and b == const(-1):
            return b
        if a == b:
            return ZERO if op == "xor" else a
        if op in ("and", "test") and not b[1]:
            mask = b[0] % 256**width if width < 8 else b[0]
            if mask >= 0 and (u := self.unsigned(a, width)) is not None:
                if mask & (mask + 1) == 0 and self.range(u)[1] <= mask:
                    return u
        (za, oa), (zb, ob) = self.bits(a, width), self.bits(b, width)
        if op == "or":
            out = za & zb, oa | ob
        elif op == "xor":
            out = za & zb | oa & ob, za & ob | oa & zb
        else:
            out = za | zb, oa & ob
        new = self.of_bits(*out, width, max(self.made(a), self.made(b)))
        if op == "or" and not b[1]:
            self.raises(new, a, (za, oa), b[0] % 2**64, width)
        return new

    def raises(self, new, old, before, mask, width):
        mask &= 256 ** min(width, 8) - 1
        old = self.unsigned(old, width)
        by = mask & ~before[1]
        if old is not None and by < 2**63:
            self.know(self.sum(self.sum(new, old, -1), const(-by)))
            self.know(self.sum(self.sum(old, new, -1), const(mask & before[0])))

    def mixes(self, new, op, a, b, width):
        if not a[1]:
            a, b = b, a
        if b[1]:
            which = 0 if op in ("or", "xor") else 1
            x, y = self.bits(a, width)[which], self.bits(b, width)[which]
            self.inherits(new, a, y)
            self.inherits(new, b, x)
            return
        v, w = plain(new), plain(a)
        if v is None or w is None:
            return
        m = b[0] % 2**64
        self.inherits(new, a, ALL64 ^ m if op in ("or", "xor") else m)
        for is_, at, length, and_, xor, _ in self.loads:
            if is_ == w:
                if op == "or":
                    and_, xor = and_ & ~m, xor | m
                elif op == "xor":
                    xor ^= m
                else:
                    and_, xor = and_ & m, xor & m
                self.loads.append((v, at, min(length, width), and_, xor, (0, 0, 0)))
                return

    # Flags.

    def result_of(self, a, b, width):
        return self.result(a) if width >= 4 and b == ZERO else 0

    def compares(self, a, b, width):
        self.flags = Flags(COMPARISON, width, a, b, self.made(self.sum(a, b, -1)), result=self.result_of(a, b, width))
        if self.places() is None:
            self.flags.carry = max(self.made(a), self.made(b))

    def results(self, kind, a, width):
        self.flags = Flags(kind, width, a, ZERO, self.made(a), self.made(a), self.result_of(a, ZERO, width))

    def places(self):
        f = self.flags
        a, b = self.offset(f.a), self.offset(f.b)
        if f.width != 8 or a is None or b is None or max(self.made(a), self.made(b)):
            return None
        x, y = self.within(a, -(2**21), 2**21), self.within(b, -(2**21), 2**21)
        return (a, b) if x is not None and y is not None else None

    def is_address(self):
        f = self.flags
        off = self.data_address(f.a)
        if off is None or f.kind < RESULT or f.width != 8 or f.b != ZERO:
            return False
        lo, hi = self.range(off)
        return lo >= self.check.data_addr and hi <= self.check.data_addr + len(self.check.data)

    def decides(self, cond, most):
        f, is_e = self.flags, cond & ~1 == E_
        self.demand(f.kind != NO_FLAGS and (f.kind != ZERO_FLAG or is_e), "flags that nothing set")
        v = plain(f.a)
        is_pointer = v is not None and (self.phase == 13 or self.variables[v][4] == STRING)
        if is_e and (is_pointer and f.width == 8 and f.b == ZERO or self.is_address()):
            return
        made = max(f.made, f.carry if cond & ~1 in CARRY_OR_OVERFLOW else NOTHING, f.rest if cond & ~1 != B_ else NOTHING)
        self.demand(made <= most, "a branch or a number goes by what it may not")

    def assume(self, cond):
        if cond & ~1 == E_:
            zero = 1 + (cond & 1)
            if self.flags.known not in (0, zero):
                return False
            self.flags.known = zero
        if not self.holds(cond) or not self.settle():
            return False
        return not (self.facts and self.shows(const(1)))

    def holds(self, cond):
        f, which, negated = self.flags, cond & ~1, cond & 1 == 1
        if which == B_ and f.bit:
            return self.learn(f.bit, negated)
        if f.kind < RESULT or f.kind < COMPARISON and which not in (E_, S_):
            return True
        if which == E_:
            return self.equal(not negated)
        if which == S_:
            a = self.signed(self.sum(f.a, f.b, -1), f.width)
            return a is None or self.less(a, ZERO, negated)
        if which in (B_, BE_):
            both = self.places() or self.both_unsigned(not negated)
        elif which in (L_, LE_):
            both = self.signed(f.a, f.width), self.signed(f.b, f.width)
        else:
            return True
        a, b = both
        if a is None or b is None:
            return True
        return self.less(a, b, negated) if which in (B_, L_) else self.less(b, a, not negated)

    def both_unsigned(self, below):
        f = self.flags
        a, b = self.unsigned(f.a, f.width), self.unsigned(f.b, f.width)
        if below and a is None and b is not None and self.range(b)[1] <= 2**62:
            a = self.within(f.a, -(2**62), 2**62)
            if a is not None:
                self.know(self.sum(ZERO, a, -1))
        return a, b

    def less(self, a, b, negated):
        if negated:
            return self.know(self.sum(b, a, -1))
        return self.know(self.sum(self.sum(a, b, -1), const(1)))

    def equal(self, equal):
        f = self.flags
        if self.is_address():
            return not equal
        if equal and not f.b[1] and not self.found(f.a, f.width, f.b[0]):
            return False
        d = self.sum(f.a, f.b, -1)
        most = 256**f.width - 1 if f.width < 8 else 2**62
        lo, hi = self.range(d)
        if lo < -most or hi > most:
            if f.width < 8:
                a = self.cut(f.a, f.width)
                d = self.sum(a, self.cut(f.b, f.width), -1)
            elif self.within(d, -most, most) is None:
                return True
        minus = self.sum(ZERO, d, -1)
        if self.phase == 29 and f.result == 16:
            self.phase, self.signals = (30, True) if equal else (28, self.signals)
        elif self.phase in (7, 20) and f.result == FORK:
            self.phase += 3 if equal else 1
            if self.phase == 10 and self.peer:
                self.has_peer()
        if equal:
            return (
                self.know(d) and self.know(minus) and self.learn(f.zero, True) and (f.b[0] != 0 or self.no_bits(f.a))
            )
        self.differ()
        if not self.learn(f.zero, False):
            return False
        i = self.alone(d)
        if i is not None:
            return self.narrow(i, d, lambda x: x != 0)
        if self.shows(minus):
            return self.know(self.sum(minus, const(1)))
        return not self.shows(d) or self.know(self.sum(d, const(1)))

    # Vectors.

    def vector(self, op, d, s):
        if op == "pxor" and d == s:
            self.vectors[d[2]] = Vector(bytes(16))
        elif op in LANES:
            a, b = self.read_vector(d), self.read_vector(s)
            self.vectors[d[2]] = combine(LANES[op], a, b)
        elif op.startswith("punpck"):
            a, b = self.read_vector(d), self.read_vector(s)
            known, size = None, {"punpcklbw": 1, "punpckldq": 4, "punpcklqdq": 8}[op]
            if a.known and b.known:
                known = b"".join(v.known[k : k + size] for k in range(0, 8, size) for v in (a, b))
            self.vectors[d[2]] = Vector(known, None, max(a.made, b.made))
        elif op == "pmovmskb":
            v = self.read_vector(s)
            if v.known:
                out = const(sum((b >> 7) << i for i, b in enumerate(v.known)))
            else:
                out = self.new(0, 2**16 - 1, made=v.made)
                if v.lanes:
                    self.masks.append((plain(out), v.lanes))
            self.write(d, out)
        elif op in ("movd", "movq"):
            self.move_low(d, s)
        else:
            self.demand(op != "movdqa" or "m" not in (d[0], s[0]), "not known to be aligned")
            v = self.read_vector(s)
            if d[0] == "x":
                self.vectors[d[2]] = v
                return
            self.store_bytes(self.address(d), 16, v.made, ZERO if v.known == bytes(16) else None)
            off = self.offset(self.address(d))
            if off is not None and v.known:
                self.texts.append((off, v.known))

    def read_vector(self, o):
        if o[0] == "x":
            return self.vectors[o[2]]
        addr = self.address(o)
        a = self.load(addr, 16)
        off = self.offset(addr)
        data = self.data_address(addr)
        known = None
        if data is not None and not data[1]:
            at = data[0] - self.check.data_addr
            known = self.check.data[at : at + 16]
        return Vector(known, None if off is None else (off, bytes(range(256))), self.made(a))

    def move_low(self, d, s):
        if d[0] != "x":
            v = self.read_vector(s)
            a = self.anything(d[1] if d[0] == "r" else d[1], v.made)
            if v.known:
                a = const(int.from_bytes(v.known[:8], "little", signed=True))
            self.write(d, a)
        elif s[0] == "x":
            v = self.read_vector(s)
            self.vectors[d[2]] = Vector(v.known and v.known[:8] + bytes(8), None, v.made)
        else:
            a = self.read(s)
            known = None
            if not a[1]:
                known = (a[0] % 2**64).to_bytes(8, "little")[: s[1]].ljust(16, b"\0")
            self.vectors[d[2]] = Vector(known, None, self.made(a))

    # System calls.

    def syscall(self):
        n = self.number(RAX)
        self.demand(n in DUE, "no known call")
        self.demand(self.phase in DUE[n], "the call is not due")
        self.check.calls.add(n)
        self.pays(0, ZERO)
        self.accounts[0] = (const(self.check.proof.instructions), 0)
        self.accounts[1] = (self.accounts[1][0], self.accounts[1][1] + 1)
        last = n in (43, 60, 281) or n == 7 and self.phase == 28
        if last:
            self.pays(1, ZERO)
            self.accounts[1] = (const(self.check.proof.calls), 0)
        if n == 60:
            self.is_one_of(RDI, 0, 1)
            return False
        most, result = getattr(self, f"call_{n}")()
        out = self.new(-4095, most, result=result)
        self.registers[RAX] = out
        self.called = 0 if last else plain(out)
        self.registers[RCX] = self.anything(8, ADDRESS)
        self.registers[R11] = self.anything(8, ADDRESS)
        self.flags = Flags()
        if n == 281:
            self.registers[REPORTED], self.registers[PICKED] = out, ZERO
        if self.unread and self.unread[1] is None:
            self.unread = (self.unread[0], plain(out))
        if n in (1, 44, 45) or n == 0 and self.phase != 27:
            self.know(self.sum(out, self.registers[RDX], -1))
        return True

    def is_one_of(self, r, *wants):
        n = self.number(r)
        self.demand(n in wants, "an argument that is not due")
        return n

    def in_range(self, r, lo, hi):
        n = self.number(r)
        self.demand(n is not None and lo <= n <= hi, "an argument that is not due")

    def has_fd(self, want):
        self.demand(self.is_fd(self.cut(self.registers[RDI], 4), want), "not the descriptor that is due")

    def is_fd(self, a, want):
        if want == LISTENER and self.family == INHERITED:
            return a == const(3)
        return self.result(a) == want and self.range(a)[0] >= 0

    def length(self, r):
        return self.bounded(self.registers[r])

    def bounded(self, n):
        self.demand(self.least(n) >= 0 and self.most(n) <= 2**31 and not self.made(n), "a length without bounds")
        return n

    def readable(self, addr, n):
        off = self.data_address(addr)
        if off is not None:
            self.data_read(off, self.sum(off, n))
        else:
            off = self.in_string(addr, n)
            if off is None:
                off = self.offset(addr)
                self.demand(off is not None, "the kernel would read elsewhere")
                self.written(off, self.sum(off, n))
        self.demand(not self.made(off), "which bytes it reads is made of an address")

    def tells(self, addr, n):
        self.readable(addr, n)
        off = self.offset(addr)
        self.demand(off is None or self.marked(off, self.sum(off, n)) <= (SECRET if self.booting else NOTHING), "what was made of an address would be told")

    def closed(self, result):
        for v, x in enumerate(self.variables):
            if x[4] == result:
                self.change(v, result=0)

    def call_0(self):
        if self.phase == 27:
            self.has_fd(SIGNALS)
            self.is_one_of(RDX, 128)
            self.clobber(self.registers[RSI], const(128))
            return 128, 0
        self.has_fd(CLIENT)
        return self.receives()

    def receives(self):
        self.reads = True
        n = self.length(RDX)
        off, at = self.clobber(self.registers[RSI], n)
        lo, hi = self.check.proof.input
        self.demand(at[0] >= lo and at[1] <= hi, "not where input is")
        self.demand(not self.answered, "the client is read behind a response")
        kept = []
        for start, end in self.bytes:
            if self.range(start)[0] >= at[1] or self.range(end)[1] <= at[0]:
                kept.append((start, end))
            elif not start[1] and not end[1]:
                kept += [(const(a), const(b)) for a, b in subtract([(start[0], end[0])], at)]
            elif self.at_most(start, off) and self.at_most(off, end):
                kept.append((start, off))
        self.bytes = kept
        self.lose_given(at)
        self.marks = [m for m in self.marks if not (at[0] <= m[0][0] and m[0][1] <= at[1])]
        self.unread = (off, None)
        return self.most(n), 0

    def call_1(self):
        log = self.phase in (11, 12) and self.registers[RDI] == const(1)
        if self.booting:
            self.is_one_of(RDI, 1, 2)
        elif self.phase in (18, 22):
            self.is_one_of(RDI, 1)
            log = True
        elif not log:
            self.has_fd(CLIENT)
        return self.sends(log)

    def sends(self, log=False):
        n = self.length(RDX)
        self.tells(self.registers[RSI], n)
        if not self.booting and not log and not self.interim(self.registers[RSI], n):
            self.writes = True
            self.answered = self.answered or not self.waited(self.registers[RSI], n)
        return self.most(n), 0

    def interim(self, addr, n):
        at = self.data_address(addr)
        if at is None:
            return False
        begin = self.least(at) - self.check.data_addr
        end = self.most(self.sum(at, n)) - self.check.data_addr
        if not 0 <= begin <= len(self.check.data):
            return False
        text = self.check.data[begin : begin + 64]
        i = text.find(b"\r\n\r\n")
        return text.startswith(b"HTTP/1.1 1") and not text.startswith(b"HTTP/1.1 101") and i >= 0 and end <= begin + i + 4

    def waited(self, addr, n):
        off = self.offset(addr)
        return off is not None and any(
            self.at_most(const(lo), off) and self.at_most(self.sum(off, n), const(hi)) for lo, hi in self.waits
        )

    def call_3(self):
        if self.phase == 30:
            self.has_fd(LIFELINE)
            self.phase = 3
            self.closed(LIFELINE)
        elif self.phase == 10:
            self.has_fd(LISTENER)
            self.phase = 11
            self.closed(LISTENER)
        elif self.phase in (14, 23) and self.ends_or_lets_go():
            pass
        elif self.phase in (23, 24, 25):
            owed = {23: LISTENER, 24: POLLER, 25: SIGNALS}[self.phase]
            self.has_fd(owed)
            self.phase = 24 if self.phase == 23 else 25 if self.phase == 24 and self.signals else 12
            self.closed(owed)
        elif self.phase != 13:
            self.has_fd(CLIENT)
            self.phase = {6: 4, 8: 4, 9: 4, 14: 14, 16: 14, 17: 14, 26: 14, 27: 27}.get(self.phase, 19)
            self.closed(CLIENT)
        return 0, 0

    def ends_or_lets_go(self):
        """Where it closes the listener and ends, or in a child another one's client."""
        a = self.cut(self.registers[RDI], 4)
        if self.phase == 14 and self.is_fd(a, LISTENER):
            self.phase = 27
            self.closed(LISTENER)
            return True
        if self.phase == 23 and self.is_fd(a, SIBLING):
            self.closed(SIBLING)
            return True
        return False

    def call_7(self):
        if self.phase in (4, 28):
            self.is_one_of(RSI, 0)
            self.in_range(RDX, 1, 1000)
            return 0, 0
        self.is_one_of(RSI, 1)
        self.is_one_of(RDX, 0)
        self.polled(1)
        return 1, 0

    def polled(self, fd):
        at = self.registers[RDI]
        self.readable(at, const(8))
        self.demand(self.load(at, 4) == const(fd), "another descriptor")
        self.clobber(self.sum(at, const(6)), const(2))

    def call_13(self):
        self.is_one_of(RDI, 2, 3, 13, 15, 17)
        self.is_one_of(RDX, 0)
        self.is_one_of(R10, 8)
        at = self.registers[RSI]
        self.readable(at, const(32))
        handler = self.load(at, 8)
        flags = self.load(self.sum(at, const(8)), 8)
        restorer = self.load(self.sum(at, const(16)), 8)
        self.demand(not flags[1] and flags[0] & ~0x40000002 == 0x04000000 and restorer == ZERO, "flags of a handler")
        if handler == const(1):
            return 0, 0
        self.demand(self.booting, "a signal may only be ignored here")
        addr = self.data_address(handler)
        self.demand(addr is not None and not addr[1] and 0 <= addr[0] < len(self.check.text), "no handler")
        if addr[0] not in self.check.handlers:
            self.check.handlers.append(addr[0])
        return 0, 0

    def call_14(self):
        if self.phase == 3:
            self.is_one_of(RDI, 0)
        else:
            self.is_one_of(RDI, 1, 2)
            self.demand(self.mode == NON_BLOCKING, "signals of a process that has blocked none")
        self.is_one_of(RDX, 0)
        self.is_one_of(R10, 8)
        self.readable(self.registers[RSI], const(8))
        return 0, 0

    def call_39(self):
        self.family, self.phase = INHERITED, 3
        return 2**31 - 1, 0

    def call_41(self):
        self.family = self.is_one_of(RDI, 1, 2, 10)
        self.mode = BLOCKING if self.is_one_of(RSI, 1, 2049) == 1 else NON_BLOCKING
        self.is_one_of(RDX, 0)
        self.phase = 1
        return 2**31 - 1, 1

    def call_72(self):
        self.has_fd(LISTENER)
        self.is_one_of(RSI, 4)
        self.is_one_of(RDX, 2048)
        self.demand(self.family == INHERITED, "not a listener that was handed over")
        self.mode = UNSETTLED
        self.closed(13)
        return 0, 13

    def call_43(self):
        self.has_fd(LISTENER)
        self.demand(self.mode == BLOCKING, "accept of a listener that does not wait")
        if self.phase == 3:
            self.forget_environment()
        self.peer = None
        if self.number(RSI) == 0:
            self.is_one_of(RDX, 0)
        else:
            self.peer_address()
        self.keep(self.first)
        self.phase, self.answered, self.unread = 5, False, None
        self.closed(CLIENT)
        return 2**31 - 1, 2

    def peer_address(self):
        at, length = self.registers[RSI], self.registers[RDX]
        off, n = self.offset(at), self.load(length, 4)
        self.demand(off is not None and not off[1] and not n[1] and 0 <= n[0] <= 2**12, "no known place of known size")
        n = n[0]
        told = min(n, {1: 2, 2: 16, 10: 28}.get(self.family, 0))
        if self.family == INHERITED:
            for i in range(0, n, 8):
                self.demand(not self.load(self.sum(at, const(i)), min(8, n - i))[1], "an earlier client's address")
            told = n
        self.clobber(at, const(n))
        self.clobber(length, const(4))
        self.peer = (off[0], off[0] + told)

    def has_peer(self):
        self.wrote(const(self.peer[0]), const(self.peer[1]))
        self.peer = None

    def call_52(self):
        self.has_fd(CLIENT)
        self.peer_address()
        self.closed(14)
        return 0, 14

    def call_293(self):
        self.is_one_of(RSI, 0)
        self.has_inherited()
        off, _ = self.clobber(self.registers[RDI], const(8))
        self.demand(not off[1] and not self.signals, "no known place for a pipe, or not due")
        self.peer = (off[0], off[0] + 8)
        self.closed(15)
        return 0, 15

    def call_56(self):
        self.is_one_of(RDI, 0)
        self.is_one_of(RSI, 0)
        self.phase = 29
        self.closed(16)
        return 2**31 - 1, 16

    def call_204(self):
        self.is_one_of(RDI, 0)
        self.in_range(RSI, 0, 1024)
        self.clobber(self.registers[RDX], self.length(RSI))
        return 1024, 0

    def call_328(self):
        for r, want in ((RDI, 1), (RDX, 1), (R10, -1), (R9, 8)):
            self.is_one_of(r, want)
        at = self.registers[RSI]
        self.readable(at, const(16))
        n = self.load(self.sum(at, const(8)), 8)
        self.bounded(n)
        self.tells(self.load(at, 8), n)
        return 2**31, 0

    def keep(self, spans):
        kept = [
            (max(lo, a), min(hi, b)) for lo, hi in self.fixed() for a, b in spans if max(lo, a) < min(hi, b)
        ]
        self.bytes, self.givens = [(const(lo), const(hi)) for lo, hi in kept], []
        self.cells = [c for c in self.cells if any(lo <= c[0] and c[0] + c[1] <= hi for lo, hi in kept)]

    def call_49(self):
        self.has_fd(LISTENER)
        self.in_range(RDX, *{1: (3, 110), 2: (16, 16), 10: (28, 28)}.get(self.family, (0, 0)))
        self.tells(self.registers[RSI], self.registers[RDX])
        self.demand(self.load(self.registers[RSI], 2) == const(self.family), "an address of another family")
        self.closed(3)
        return 0, 3

    def call_50(self):
        self.has_fd(LISTENER)
        self.in_range(RSI, 1, 2**16)
        self.closed(4)
        return 0, 4

    def call_54(self):
        self.has_fd(CLIENT if self.phase == 11 else LISTENER)
        option = tuple(self.number(r) for r in (RSI, RDX, R8))
        self.demand(option in OPTIONS, "no option that a server sets")
        self.tells(self.registers[R10], const(option[2]))
        return 0, 0

    def call_57(self):
        self.phase = 7 if self.phase == 6 else 20
        self.closed(FORK)
        return 2**31 - 1, FORK

    def call_61(self):
        self.is_one_of(RDI, -1, 2**32 - 1)
        self.is_one_of(RSI, 0)
        self.is_one_of(RDX, *((2**31,) if self.phase == 28 else (0, 2**30)))
        self.is_one_of(R10, 0)
        return 2**31 - 1, 0

    def call_95(self):
        self.in_range(RDI, 0, 0o777)
        return 0o777, 0

    def call_228(self):
        self.is_one_of(RDI, 0, 1)
        self.clobber(self.registers[RSI], const(16))
        return 0, 0

    def call_271(self):
        n = self.is_one_of(RSI, 0, 1)
        self.is_one_of(R8, 8)
        self.readable(self.registers[R10], const(8))
        if n == 1:
            self.is_one_of(RDX, 0)
            self.demand(self.family == INHERITED, "a listener that was not handed over")
            self.polled(3)
            return 1, 0
        at = self.registers[RDX]
        off = self.data_address(at)
        self.demand(off is not None and not off[1], "no constant time")
        for i in (0, 8):
            self.demand(self.load(self.sum(at, const(i)), 8) == ZERO, "not no time")
        return 1, 0


def combine(f, a, b):
    """An operation on two vectors, byte by byte."""
    out = Vector(made=max(a.made, b.made))
    uniform = lambda v: v.known and len(set(v.known)) == 1
    if a.known and b.known:
        out.known = bytes(map(f, a.known, b.known))
    elif a.lanes and b.lanes and a.lanes[0] == b.lanes[0]:
        out.lanes = (a.lanes[0], bytes(map(f, a.lanes[1], b.lanes[1])))
    elif a.lanes and uniform(b):
        out.lanes = (a.lanes[0], bytes(f(x, b.known[0]) for x in a.lanes[1]))
    elif b.lanes and uniform(a):
        out.lanes = (b.lanes[0], bytes(f(a.known[0], x) for x in b.lanes[1]))
    return out
