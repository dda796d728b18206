"""Instructions that servers have: what stands at the beginning of bytes (Intel SDM, volume 2, appendix A.2)."""

import collections
import functools

# An operand is ("r", width, register), ("x", 16, vector), ("i", width, number) or ("m", width, base, index, scale, disp), where base
# and index are None if there are none, and "ip" stands for rip as base.
Inst = collections.namedtuple("Inst", "addr end op cond ops target")


class Bad(Exception):
    """No instruction of a server."""


CONDITIONS = range(16)


def rows():
    """The table: opcode with mandatory prefix -> (digit or None, operation, condition, operands)."""
    table = collections.defaultdict(list)

    def add(code, op, *ops, digit=None, cond=None):
        table[code].append((digit, op, cond, ops))

    for code, op, ops in [
        (0x88, "mov", "Eb Gb"), (0x89, "mov", "Ev Gv"), (0x8A, "mov", "Gb Eb"), (0x8B, "mov", "Gv Ev"),
        (0x0FB6, "movzx", "Gv Eb"), (0x0FB7, "movzx", "Gv Ew"), (0x0FBE, "movsx", "Gv Eb"), (0x0FBF, "movsx", "Gv Ew"),
        (0x63, "movsx", "Gy Ed"), (0x8D, "lea", "Gv M"), (0x86, "xchg", "Eb Gb"), (0x87, "xchg", "Ev Gv"),
        (0x6A, "push", "Ib"), (0x68, "push", "Id"), (0x84, "test", "Eb Gb"), (0x85, "test", "Ev Gv"),
        (0xA8, "test", "Ab Ib"), (0xA9, "test", "Av Iz"), (0x0FAF, "imul", "Gv Ev"), (0x6B, "imul", "Gv Ev Ib"),
        (0x69, "imul", "Gv Ev Iz"), (0x0FA3, "bt", "Rv Gv"), (0x0FAB, "bts", "Rv Gv"), (0x0FB3, "btr", "Rv Gv"),
        (0x0FBC, "bsf", "Gy Ry"), (0xEB, "jmp", "Jb"), (0xE9, "jmp", "Jd"), (0xE8, "call", "Jd"), (0xC3, "ret", ""),
        (0x0F05, "syscall", ""), (0x0F31, "rdtsc", ""), (0x90, "nop", ""), (0x0F0B, "ud2", ""), (0xF3A4, "rep movsb", ""),
        (0x660F6E, "movd", "Vx Ey"), (0x660F7E, "movd", "Ey Vx"), (0xF30F7E, "movq", "Vx Wl"), (0x660FD6, "movq", "Wl Vx"),
        (0x660F6F, "movdqa", "Vx Wx"), (0x660F7F, "movdqa", "Wx Vx"), (0xF30F6F, "movdqu", "Vx Wx"), (0xF30F7F, "movdqu", "Wx Vx"),
        (0x0F10, "movups", "Vx Wx"), (0x0F11, "movups", "Wx Vx"), (0x660FD7, "pmovmskb", "Gd Ux"),
    ]:
        add(code, op, *ops.split())
    for code, op in [
        (0x660FEF, "pxor"), (0x660FEB, "por"), (0x660FDB, "pand"), (0x660FDF, "pandn"), (0x660FFC, "paddb"), (0x660FF8, "psubb"),
        (0x660FD8, "psubusb"), (0x660FDA, "pminub"), (0x660FDE, "pmaxub"), (0x660F74, "pcmpeqb"), (0x660F60, "punpcklbw"),
        (0x660F62, "punpckldq"), (0x660F6C, "punpcklqdq"),
    ]:
        add(code, op, "Vx", "Wx")
    for n, op in enumerate(["add", "or", "adc", "sbb", "and", "sub", "xor", "cmp"]):
        for low, ops in enumerate(["Eb Gb", "Ev Gv", "Gb Eb", "Gv Ev", "Ab Ib", "Av Iz"]):
            add(8 * n + low, op, *ops.split())
        for code, ops in [(0x80, "Eb Ib"), (0x81, "Ev Iz"), (0x83, "Ev Ib")]:
            add(code, op, *ops.split(), digit=n)
    for last, e in enumerate(["Eb", "Ev"]):
        add(0xC6 + last, "mov", e, ["Ib", "Iz"][last], digit=0)
        add(0xF6 + last, "test", e, ["Ib", "Iz"][last], digit=0)
        for digit, op in [(2, "not"), (3, "neg")]:
            add(0xF6 + last, op, e, digit=digit)
        for digit, op in [(0, "inc"), (1, "dec")]:
            add(0xFE + last, op, e, digit=digit)
        for digit, op in [(0, "rol"), (1, "ror"), (4, "shl"), (5, "shr"), (7, "sar")]:
            for code, count in [(0xC0, "U"), (0xD0, "1"), (0xD2, "C")]:
                add(code + last, op, e, count, digit=digit)
    add(0xF7, "mul", "Ey", digit=4)
    add(0xF7, "div", "Ey", digit=6)
    for digit, op in [(4, "bt"), (5, "bts"), (6, "btr")]:
        add(0x0FBA, op, "Ev", "U", digit=digit)
    for r in range(8):
        add(0xB0 + r, "mov", "Zb", "Ib")
        add(0xB8 + r, "mov", "Zv", "Iv")
        add(0x50 + r, "push", "Zq")
        add(0x58 + r, "pop", "Zq")
        add(0x0FC8 + r, "bswap", "Zy")
    for c in CONDITIONS:
        add(0x0F40 + c, "cmov", "Gv", "Ev", cond=c)
        add(0x70 + c, "jcc", "Jb", cond=c)
        add(0x0F80 + c, "jcc", "Jd", cond=c)
        add(0x0F90 + c, "setcc", "Eb", digit=0, cond=c)
    return dict(table)


TABLE = rows()
W, R, X, B = 8, 4, 2, 1  # the bits of REX


class Decoder:
    def __init__(self, code):
        self.code, self.at = code, 0
        self.rex, self.rex_given, self.size16 = 0, False, False
        self.used, self.used_rex, self.used16 = 0, False, False

    def byte(self):
        if self.at == len(self.code):
            raise Bad("truncated")
        self.at += 1
        return self.code[self.at - 1]

    def number(self, size):
        return int.from_bytes(bytes(self.byte() for _ in range(size)), "little", signed=True)

    def bit(self, n, which):
        self.used |= which
        return n + 8 if self.rex & which else n

    def width(self, letter):
        fixed = {"b": 1, "w": 2, "d": 4, "q": 8, "x": 16, "l": 16}
        if letter in fixed:
            return fixed[letter]
        if self.rex & W:
            self.used |= W
            return 4 if letter == "z" else 8
        if letter != "y" and self.size16:
            self.used16 = True
            return 2
        return 4

    def register(self, n, which, letter):
        r, width = self.bit(n, which), self.width(letter)
        if width == 16:
            return ("x", 16, r)
        if width == 1 and 4 <= r <= 7:
            if not self.rex_given:
                raise Bad("ah, ch, dh or bh")
            self.used_rex = True
        return ("r", width, r)

    def address(self):
        modrm = self.byte()
        self.modrm, self.mem = modrm, None
        mod, base = modrm >> 6, modrm & 7
        if mod == 3:
            return
        index, scale, disp = None, 1, 0
        relative = mod == 0 and base == 5
        if base == 4:
            sib = self.byte()
            base = sib & 7
            if (n := self.bit(sib >> 3 & 7, X)) != 4:
                index, scale = n, 1 << (sib >> 6)
            if mod == 0 and base == 5:
                raise Bad("an address without a base")
        base = "ip" if relative else self.bit(base, B)
        if mod == 1:
            disp = self.number(1)
        elif mod == 2 or relative:
            disp = self.number(4)
        self.mem = (base, index, scale, disp)

    def row(self):
        b, prefix = self.byte(), 0
        if b in (0x66, 0xF3):
            prefix, b = b, self.byte()
        if b & 0xF0 == 0x40:
            self.rex, self.rex_given, b = b & 15, True, self.byte()
        code = b
        if b == 0x0F:
            b = self.byte()
            code = 0x0F00 | b
        self.last = b
        found = TABLE.get(prefix << (16 if code > 0xFF else 8) | code)
        if found is None and prefix == 0x66:
            self.size16 = True
            found = TABLE.get(code)
        if found is None:
            raise Bad("no such opcode")
        if any(o[0] in "EMRGVWU" and o != "U" for _, _, _, ops in found for o in ops):
            self.address()
            found = [r for r in found if r[0] in (None, self.modrm >> 3 & 7)]
        if not found:
            raise Bad("no such digit")
        return found[0]

    def operand(self, o):
        place, letter = o[0], o[1:]
        if place in "EWMRU" and o != "U":
            if self.mem is not None:
                if place in "RU":
                    raise Bad("no register")
                return ("m", 0 if place == "M" else 8 if letter == "l" else self.width(letter)) + self.mem
            if place == "M":
                raise Bad("no memory")
            return self.register(self.modrm & 7, B, letter)
        if place in "GV":
            return self.register(self.modrm >> 3 & 7, R, letter)
        if place == "Z":
            return self.register(self.last & 7, B, letter)
        if place == "A":
            return ("r", self.width(letter), 0)
        if place == "C":
            return ("r", 1, 1)
        if place == "1":
            return ("i", 0, 1)
        if place == "U":
            return ("i", 0, self.byte())
        if place == "J":
            return ("j", 0, self.number(self.width(letter)))
        return ("i", 0, self.number(self.width(letter)))


def decode(code, addr):
    """The instruction that code begins with."""
    d = Decoder(code)
    _, op, cond, forms = d.row()
    if op == "movd" and d.rex & W:
        op = "movq"
    ops = [d.operand(o) for o in forms]
    if d.rex_given and (d.used & d.rex or d.used_rex):
        d.used_rex = True
    if d.rex & ~d.used or d.rex_given and not d.used_rex or d.size16 and not d.used16:
        raise Bad("a prefix without effect")
    end, target = addr + d.at, None
    out = []
    for o in ops:
        if o[0] == "j":
            target = end + o[2]
            continue
        if o[0] == "m" and o[2] == "ip":
            o = o[:2] + ("ip", None, 1, o[5] + end)
        if o[0] == "i":
            width = 8 if op == "push" else ops[0][1]
            bits = 8 * width
            n = o[2] & ((1 << bits) - 1)
            o = ("i", width, n - (1 << bits) if n >> (bits - 1) else n)
        out.append(o)
    return Inst(addr, end, op, cond, out, target)
