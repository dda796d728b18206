"""The stack and the data (../README.md, "Memory")."""

from env import Environment
from proof import ADDRESS, NONE, NOTHING, SECRET, is_sum
from state import ALL, Base
from sums import IMAGE, STACK, ZERO, coefficient, const, of, plain, plus, signed64, subtract, within_spans, without

RSP = 4
DEEPEST = 2**20


class Memory(Environment, Base):
    def offset(self, a):
        return without(a, STACK)

    def data_address(self, a):
        return without(a, IMAGE)

    def data_number(self, addr, width):
        at = addr - self.check.data_addr
        if at < 0 or at > len(self.check.data) - width:
            return None
        return int.from_bytes(self.check.data[at : at + min(width, 8)], "little")

    def written(self, lo, hi):
        self.demand(self.is_written(lo, hi), "bytes are not known to be written")

    def is_written(self, lo, hi):
        if lo == hi:
            return True
        low, high = self.range(lo)[0], self.range(hi)[1]
        for start, end in self.bytes:
            if low >= self.range(start)[1] and high <= self.range(end)[0] and low != -NONE and high != NONE:
                return True
        return self.around(lo, hi) is not None

    def around(self, lo, hi):
        """A range of bytes that were written in which those from lo to hi lie, as the certificate says."""
        if not self.answers.flag():
            return None
        i = self.answers.uint(2**31 - 1)
        if i < len(self.bytes) and self.at_most(self.bytes[i][0], lo) and self.at_most(hi, self.bytes[i][1]):
            return self.bytes[i]
        return None

    def marked(self, lo, hi):
        """What bytes from lo to hi may tell of."""
        out = NOTHING
        for (start, end), made in self.marks:
            if made > out and not self.at_most(hi, const(start)) and not self.at_most(const(end), lo):
                out = made
        return out

    def load(self, addr, width):
        data = self.data_address(addr)
        if data is not None:
            return self.load_data(data, width)
        if (out := self.environment(addr, width)) is not None:
            return out
        off = self.offset(addr)
        self.demand(off is not None, "neither on the stack nor in the data")
        end = self.sum(off, const(width))
        if not self.is_entry(off, width):
            self.written(off, end)
        if not off[1]:
            return self.cell(off[0], width)
        out = self.anything(width, max(self.made(off), self.marked(off, end)))
        self.loads.append((plain(out), off, width, ALL, 0, (0, 0, 0)))
        return out

    def cell(self, off, width):
        for at, w, a in self.cells:
            if at == off and w >= width:
                return self.cut(a, width)
        for (at, terms), text in self.texts:
            if not terms and width <= 8 and 0 <= off - at <= len(text) - width:
                return const(signed64(int.from_bytes(text[off - at :][:width], "little")))
        out = self.anything(width, self.marked(const(off), const(off + width)))
        if width <= 8:
            self.cells.append((off, width, out))
        return out

    def load_data(self, addr, width):
        if not addr[1]:
            n = self.data_number(addr[0], width)
            self.demand(n is not None, "not in the data")
            return const(signed64(n))
        i = self.choose(addr)
        if i is not None and width <= 8:
            at = self.row_value(i, addr)

            def number(row):
                n = None if at(row) is None else self.data_number(at(row), width)
                return None if n is None or n >= 2**62 else n

            out = self.column(i, self.made(addr), number)
            if out is not None:
                return out
        self.data_read(addr, self.sum(addr, const(width)))
        return self.anything(width, self.made(addr))

    def choose(self, addr):
        i = self.alone(addr)
        if i is not None or not addr[1] or not self.answers.flag():
            return i
        variables, rows, rest, most = [], [[]], list(self.choices), max(2**12, len(self.check.data) // 4)
        for v, _ in addr[1]:
            if v in variables:
                continue
            found = [c for c in rest if v in c[0]]
            if found:
                rest.remove(found[0])
                more = found[0]
            else:
                lo, hi = self.variables[v][:2]
                if lo == -NONE or hi == NONE or not 0 <= hi - lo < most:
                    return None
                more = [v], [[x] for x in range(lo, hi + 1)]
            if len(rows) * len(more[1]) > most:
                return None
            variables, rows = variables + more[0], [a + b for a in rows for b in more[1]]
        self.choices = rest + [(variables, rows)]
        return len(rest)

    def data_read(self, lo, hi):
        start = self.check.data_addr
        self.demand(self.least(lo) >= start and self.most(hi) <= start + len(self.check.data), "not in the data")

    def clobber(self, addr, n, a=None):
        off = self.offset(addr)
        self.demand(off is not None, "no place on the stack")
        top = self.offset(self.registers[RSP])
        lo = self.least(off)
        at = (lo, self.most(self.sum(off, n)))
        self.demand(not self.made(off), "the place is made of an address")
        self.demand(top is not None and not top[1], "rsp is not known")
        self.demand(at[0] >= top[0] and at[1] <= 0, "not in the frame")
        self.demand(not any(at[0] < f + 8 and f < at[1] for f, _ in self.frames), "over a return address")
        self.cells = [c for c in self.cells if not (c[0] < at[1] and at[0] < c[0] + c[1])]
        self.first, self.waits = subtract(self.first, at), subtract(self.waits, at)
        self.lose_events(at)
        if self.peer and at[0] < self.peer[1] and self.peer[0] < at[1]:
            self.peer = None
        self.demand_entries(off, n, at, a)
        self.overwritten(off, n)
        return off, at

    def overwritten(self, off, n):
        apart = lambda place, length: self.at_most(self.sum(off, n), place) or self.at_most(self.sum(place, const(length)), off)
        texts = []
        for t in self.texts:
            if apart(t[0], len(t[1])):
                texts.append(t)
            elif not off[1] and not n[1] and not t[0][1]:
                at = t[0][0]
                parts = subtract([(at, at + len(t[1]))], (off[0], off[0] + n[0]))
                texts += [(const(lo), t[1][lo - at : hi - at]) for lo, hi in parts]
        self.texts = texts
        self.loads = [l for l in self.loads if coefficient(l[1], STACK) or apart(l[1], l[2])]
        for i, v in enumerate(self.vectors):
            if v.lanes and not apart(v.lanes[0], 16):
                self.vectors[i] = type(v)(v.known, None, v.made)
        self.masks = [m for m in self.masks if apart(m[1][0], 16)]

    def wrote(self, lo, hi):
        if lo[1] and all(end != lo for _, end in self.bytes):
            if (w := self.around(lo, lo)) is not None:
                lo = w[0]
        for i, (start, end) in enumerate(self.bytes):
            if end == lo:
                lo = start
                if start[1] or end[1]:
                    del self.bytes[i]
                break
        if not lo[1] and not hi[1]:
            rest = []
            for start, end in self.bytes:
                if not start[1] and not end[1] and start[0] <= hi[0] and lo[0] <= end[0]:
                    lo, hi = const(min(lo[0], start[0])), const(max(hi[0], end[0]))
                else:
                    rest.append((start, end))
            self.bytes = rest
        self.bytes.append((lo, hi))

    def mark(self, at, made):
        if made:
            self.marks = unmark(self.marks, at, made) + [(at, made)]

    def store(self, addr, width, a):
        off = self.offset(addr)
        if off is None or off[1]:
            self.store_bytes(addr, width, self.made(a), a)
            return
        off, at = self.clobber(addr, const(width), a)
        self.marks = unmark(self.marks, at)
        self.mark(at, self.made(a))
        self.cells.append((off[0], width, self.cut(a, width)))
        self.wrote(off, self.sum(off, const(width)))

    def store_bytes(self, addr, width, made, a=None):
        off, at = self.clobber(addr, const(width), a)
        self.mark(at, made)
        self.wrote(off, self.sum(off, const(width)))

    def push(self, a, to):
        self.demand(len(self.frames) < 32, "too deep")
        top = self.sum(self.registers[RSP], const(-8))
        self.move_stack(top)
        self.registers[RSP] = top
        self.store(top, 8, a)
        self.frames.append((self.offset(top)[0], to))

    def pop(self, returns):
        top = self.offset(self.registers[RSP])
        holds = top is not None and self.frames and not top[1] and top[0] == self.frames[-1][0]
        self.demand(holds and (self.frames[-1][1] != 0) == returns, "rsp is not where the last push or call left it")
        a = self.cell(top[0], 8)
        self.frames.pop()
        up = self.sum(self.registers[RSP], const(8))
        self.move_stack(up)
        self.registers[RSP] = up
        return a

    def move_stack(self, a):
        off = self.offset(a)
        self.demand(off is not None and not off[1] and -DEEPEST <= off[0] <= 0, "no fixed stack pointer")
        off = off[0]
        if self.frames and off > self.frames[-1][0]:
            self.demand(off >= self.frames[0][0] + 8, "over a return address, and not over all")
            self.frames = []
        p = self.check.proof
        self.demand(self.booting or off <= p.ages[0] and off <= p.counts[0], "over what is remembered")
        self.check.stack = max(self.check.stack, -off)
        below = lambda place: self.range(place)[0] < off
        self.cells = [c for c in self.cells if c[0] >= off]
        self.bytes = [
            (const(max(lo[0], off)), hi) if not lo[1] and not hi[1] and hi[0] > off else (lo, hi) for lo, hi in self.bytes
        ]
        self.bytes = [w for w in self.bytes if self.begins(w[0]) is not None or not below(w[0])]
        self.texts = [t for t in self.texts if not below(t[0])]
        self.loads = [l for l in self.loads if not below(l[1])]
        self.marks = unmark(self.marks, (-NONE, off))
        self.lose_given((-NONE, off))
        self.lose_events((-NONE, off))
        if self.unread and below(self.unread[0]):
            self.unread = None
        if self.peer and self.peer[0] < off:
            self.peer = None

    def lose_given(self, at):
        self.givens = [g for g in self.givens if g[3] or not (g[2][0] < at[1] and at[0] < g[2][1])]

    def fixed(self):
        return [(lo[0], hi[0]) for lo, hi in self.bytes if not lo[1] and not hi[1]]

    def is_set(self, a, bit):
        """A bit is known to be as a given says, and it is known not to be."""
        is_, not_ = (x >> bit % 64 & 1 for x in reversed(self.bits(a)))
        return (is_, not_) if bit < 64 else (not_, is_)

    def gives(self, a, bit, span, w, values, image):
        if self.is_set(a, bit)[1]:
            return True
        same = [g for g in self.givens if g[:2] == (plain(a), bit)]
        if w == 0:
            if any(g[3] == 0 and g[2][0] <= span[0] and span[1] <= g[2][1] for g in same):
                return True
            return self.is_written(const(span[0]), const(span[1]))
        rows = self.images_rows([2], [image])
        others = [g[4] for g in same if g[3] and g[3] == plain(image)]
        return rows is not None and all(x in values or any(x not in o for o in others) for x, in rows)

    def given(self):
        possible, kept = True, []
        for v, bit, span, w, values in list(self.givens):
            is_, i = self.is_set(of(v), bit)[0], self.alone(of(w))
            if w == 0 and is_:
                self.wrote(const(span[0]), const(span[1]))
            elif w and i is not None and is_:
                possible &= self.narrow(i, of(w), lambda x: x in values)
            elif w and i is not None:
                column = self.choices[i][0].index(w)
                if not any(row[column] in values for row in self.choices[i][1]):
                    possible &= self.learn(self.tests(of(v), 1 << bit % 64, 8), bit < 64)
            if not is_:
                kept.append((v, bit, span, w, values))
        self.givens = kept
        return possible

    def settle(self):
        """Results that became known, and what they and bits say to be written."""
        if not self.uncut():
            return False
        for lo, hi, _, _, result, _, _ in list(self.variables):
            failed, succeeded = hi < 0, lo >= 0
            if lo > hi:
                return False
            if result == 13 and self.mode == 2 and succeeded:
                self.mode = 1
            elif result == 15 and self.phase == 3 and self.peer and succeeded:
                for k, is_a in enumerate((10, 17)):
                    self.cells.append((self.peer[0] + 4 * k, 4, self.new(0, 2**31 - 1, result=is_a)))
                self.has_peer()
                self.phase = 28
            elif result == 14 and self.peer and succeeded:
                self.has_peer()
            for r, phases, holds, then in (
                (3, (1,), succeeded, 2), (4, (2,), succeeded, 3), (2, (5,), failed, 4), (2, (5,), succeeded, 6), (2, (15,), failed, 14), (2, (15,), succeeded, 16),
                (5, (7, 8), failed, 9), (5, (20, 21), failed, 22),
            ):
                if result == r and self.phase in phases and holds:
                    self.phase = 26 if then == 16 and self.check.proof.counts != (0, 0) else then
                    break
        self.aged()
        if self.unread:
            at, v = self.unread
            lo, hi = self.variables[v][:2]
            if hi <= 0:
                self.unread = None
            elif lo > 0:
                self.wrote(at, self.sum(at, of(v)))
                self.unread, self.phase = None, 12 if self.phase == 11 else self.phase
        if not self.given() or not self.excluded():
            return False
        if self.booting:
            self.strings()
        if self.called and self.variables[self.called][:2] == (-4, -4):  # EINTR
            granted, spent = self.accounts[1]
            self.accounts[1], self.called = (granted, spent - 1), 0
        return True

    def is_booted(self, family, mode, signals):
        return family == self.family and mode in (self.mode, 2) and (signals or not self.signals)

    def arrive(self, candidates):
        answers = self.answers
        i = answers.uint(2**31 - 1) - 1
        if i < 0:
            return None
        images = answers.list(answers.sum)
        self.check.arrived(self, i)
        self.demand(i in candidates, "a node of another place")
        n = self.check.proof.nodes[i]
        self.demand(len(images) == len(n.variables) and all(is_sum(x, len(self.variables)) for x in images), "no images")

        def put(x):
            out = const(x[0])
            for v, k in x[1]:
                out = self.sum(out, of(v) if v < 2 else images[v - 2], k)
            return out

        self.demand(n.phase == self.phase and self.is_booted(*n.booted) and (n.answered or n.head or not self.answered), "another phase")
        self.demand(self.has_zero(n.zero), "another ZF")
        frames = len(n.frames) == len(self.frames) and all(a == b or a == (b[0], 0) for a, b in zip(n.frames, self.frames))
        self.demand(frames, "other calls")
        for variables, rows in n.choices:
            got = self.images_rows(variables, images)
            self.demand(got is not None and all(row in rows for row in got), "another choice")
        for x, (lo, hi, zeros, ones, result, made, word) in zip(images, n.variables):
            self.demand(result in (0, self.result(x)), "another result")
            z, o = self.bits(x)
            self.demand(not zeros & ~z and not ones & ~o, "other bits")
            self.demand(not word or self.is_word(x), "no word")
            self.demand(made >= self.made(x), "it may tell of more")
            self.demand(lo == -NONE or self.at_most(const(lo), x), "not at least")
            self.demand(hi == NONE or self.at_most(x, const(hi)), "not at most")
        for f in n.facts:
            self.demand(self.shows(put(f)), "a fact")
        for r, a in enumerate(n.registers):
            self.demand(a is None or self.same(put(a), self.registers[r]), "a register")
        for r, a in enumerate(n.wraps):
            wrap = None if a is None else self.wrap(r)
            self.demand(a is None or wrap is not None and self.same(put(a), wrap), "a wrap")
        for r, a in enumerate(n.lows):
            low = self.cut_of(self.registers[r], 1)
            self.demand(a is None or low is not None and self.same(put(a), low), "a low byte")
        for v, have in zip(n.vectors, self.vectors):
            self.demand(v is None or have.known == v, "a vector")
        for at, text in n.texts:
            self.demand(self.stands(put(at), text), "a text")
        for v, at, width in n.loads:
            self.demand(self.is_loaded(images[v - 2], put(at), width), "a load")
        for off, width, a in n.cells:
            have = next((c[2] for c in self.cells if c[:2] == (off, width)), None)
            self.demand(have is not None and self.same(put(a), have), "a cell")
        for lo, hi in n.bytes:
            self.written(put(lo), put(hi))
        for v, bit, span, w, values in n.givens:
            self.demand(self.gives(images[v - 2], bit, span, w, values, images[w - 2] if w else None), "a given")
        for w, made in self.marks:
            self.demand(within_spans(w, [v for v, trace in n.marks if trace >= made]), "a mark")
        self.demand(n.head or all(within_spans(w, self.waits) for w in n.waits), "waits")
        self.demand(all(within_spans(f, self.first) for f in n.first), "first")
        self.pays(0, put(n.instructions))
        self.pays(1, put(n.calls))
        return i


def unmark(marks, w, most=ADDRESS):
    """The marks of bytes that are not in a span, and those of more than most."""
    out = []
    for at, made in marks:
        out += [(at, made)] if made > most else [(x, made) for x in subtract([at], w)]
    return out
