"""Processes that serve many clients (../README.md, "Many clients")."""

from ages import Ages
from proof import ADDRESS
from state import CLIENT, LISTENER, Flags, Vector
from sums import ZERO, const, of, plus, subtract, within_spans

REPORTED, PICKED = 16, 17
POLLER, SIGNALS = 9, 10
BLOCKING, NON_BLOCKING, UNSETTLED = range(3)  # modes
RDX, RSI, RDI, R8, R9, R10 = 2, 6, 7, 8, 9, 10
ROOM = 64 * 12
WAIT, PICK, CLOCK = range(3)


class Loop(Ages):
    @property
    def may_turn(self):
        return self.phase in (14, 17, 18, 19)

    def over(self):
        return self.at_most(self.registers[REPORTED], self.registers[PICKED])

    def is_in_set(self):
        return self.at_most(self.registers[PICKED], self.registers[REPORTED])

    def has_inherited(self):
        self.demand(self.family != -1 or self.mode == NON_BLOCKING, "the listener may not be there")

    def call_44(self):
        self.has_fd(CLIENT)
        self.is_one_of(R8, 0)
        self.is_one_of(R10, 64, 64 + 0x4000)
        return self.sends()

    def call_45(self):
        self.has_fd(CLIENT)
        self.is_one_of(R8, 0)
        self.is_one_of(R10, 64)
        if self.phase == 16:
            self.demand(self.over(), "a new client in front of events")
            self.registers[PICKED] = self.sum(self.registers[PICKED], const(1))
        else:
            self.demand(self.is_in_set(), "one of an event that counts as new")
        self.first = subtract(self.fixed(), self.check.proof.counts)
        out = self.receives()
        self.phase = 18
        return out

    def call_233(self):
        self.has_fd(POLLER)
        add = self.is_one_of(RSI, 1, 2) == 1
        who = self.cut(self.registers[RDX], 4)
        right, data, at = True, ZERO, self.registers[R10]
        if add:
            self.readable(at, const(12))
            data = self.load(self.sum(at, const(4)), 4)
            events = self.load(at, 4)
            right = events == const(1) or self.is_fd(who, LISTENER) and events == const(1 + 2**28)
        client, own = right and self.is_fd(who, CLIENT), add and self.is_fd(data, CLIENT)
        if right and any(self.is_fd(who, fd) and (not add or data == const(2**32 - k)) for fd, k in ((LISTENER, 1), (SIGNALS, 2))):
            pass
        elif client and own and self.phase == 16:
            self.phase = 17
        elif client and own and self.phase == 18 and self.at_most(self.sum(self.registers[REPORTED], const(1)), self.registers[PICKED]):
            self.phase = 19
        elif client and not add and self.phase == 18:
            self.phase = 22
        else:
            self.refuse("not who is due")
        return 0, 0

    def call_289(self):
        self.is_one_of(RDI, -1, 2**32 - 1)
        self.is_one_of(RDX, 8)
        self.is_one_of(R10, 0)
        self.has_inherited()
        self.readable(self.registers[RSI], const(8))
        self.signals = True
        self.closed(SIGNALS)
        return 2**31 - 1, SIGNALS

    def call_281(self):
        self.has_fd(POLLER)
        self.is_one_of(RDX, 64)
        at = self.registers[RSI]
        off = self.offset(at)
        self.demand(off is not None and not off[1], "no fixed place")
        place = (off[0], off[0] + ROOM)
        self.demand(self.check.events in ((0, 0), place), "another place")
        self.check.events = place
        if self.registers[R8] != ZERO:
            self.readable(self.registers[R8], const(8))
            self.is_one_of(R9, 8)
        if self.phase == 3:
            for lo, hi in (self.check.proof.ages, self.check.proof.counts):
                self.written(const(lo), const(hi))
        self.demand(not self.heard or self.over(), "events may be left")
        self.check.waits |= self.heard
        self.turn(WAIT)
        self.clobber(at, const(ROOM))
        self.phase = 14
        return 64, 0

    def call_288(self):
        self.has_fd(LISTENER)
        for r in (RSI, RDX, R10):
            self.is_one_of(r, 0)
        self.demand(self.mode == NON_BLOCKING, "accept4 of a listener that waits")
        self.closed(CLIENT)
        self.phase = 15
        return 2**31 - 1, CLIENT

    def call_291(self):
        self.is_one_of(RDI, 0)
        self.has_inherited()
        self.closed(POLLER)
        return 2**31 - 1, POLLER

    def picks(self, i, d, s):
        """The states behind a load of the next event's client; none where it is no such load."""
        if s[0] != "m" or s[1] != 4 or not self.may_turn:
            return None
        off, (begin, end) = self.offset(self.address(s)), self.check.events
        if off is None:
            return None
        if not begin <= self.range(off)[0] < end:
            return None
        picked = self.registers[PICKED]
        after = self.sum(picked, const(1))
        if not self.same(off, self.sum(const(begin + 4), picked, 12)) or not self.at_most(after, self.registers[REPORTED]):
            return None
        self.turn(PICK)
        self.registers[PICKED] = after
        other = self.copy()
        self.phase, other.phase = 17, 14
        self.write(d, self.new(0, 2**31 - 1, result=CLIENT))
        other.write(d, other.new(2**32 - 2, 2**32 - 1))
        return [self.go(i.end), other.go(i.end)]

    def looks(self):
        if self.may_turn and self.over():
            self.turn(CLOCK)
            self.phase = 14

    def turn(self, kind):
        turns, here = self.check.turns, self.addr
        first = kind not in turns
        if first:
            turns[kind] = (here, {}, list(self.vectors))
        addr, known, vectors = turns[kind]
        self.demand(addr == here and not self.frames, "the process turns elsewhere, too")
        self.demand(not (self.check.waits and CLOCK in turns), "it waits with and without a look at the clock")

        if self.phase == 18 and kind != PICK:
            self.demand(self.is_in_set(), "its client may not be in the set")

        def told(at, a):
            said = self.told(a)
            if said is not None and first:
                known[at] = said
            return said is not None and known.get(at) == said

        if self.phase == 3:
            self.forget_environment()
        elif not self.heard:
            self.first = self.fixed()
        self.first = subtract(self.first, self.check.proof.counts)
        places = list(self.first)
        for off, width, a in self.cells:
            if not within_spans((off, off + width), self.first) and told((off, off + width), a):
                places.append((off, off + width))
        self.keep(places)
        for r in range(16):
            if not told((r, -1), self.registers[r]):
                self.registers[r] = self.anything(8, ADDRESS)
        for k, (v, was) in enumerate(zip(self.vectors, vectors)):
            if v.known is None or v.known != was.known:
                self.vectors[k] = Vector(made=ADDRESS)
        self.closed(CLIENT)
        self.flags, self.waits, self.unread, self.peer, self.answered = Flags(), [], None, None, False
        self.since, self.reads, self.writes = -1, False, False

    def told(self, a):
        """A number as what it says of no client."""
        if all(v < 2 for v, _ in a[1]):
            return a
        for r in (REPORTED, PICKED):
            d = plus(a, self.registers[r], -1)
            if d is not None and not d[1]:
                return plus(d, of(2**20 + r))
        return None

    def lose_events(self, at):
        begin, end = self.check.events
        if at[0] < end and begin < at[1]:
            self.registers[REPORTED], self.registers[PICKED] = self.anything(8, ADDRESS), self.anything(8, ADDRESS)
