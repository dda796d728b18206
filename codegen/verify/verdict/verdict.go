// Package verdict says of an ELF file what its check found: for other programs as JSON, and for people. It takes what package gate
// says and what a certificate shows; who searches for a proof adds what only that knows.
package verdict

import (
	"encoding/hex"
	"errors"
	"io"
	"time"

	"github.com/verbosel/verbosel/codegen/verify/gate"
	"github.com/verbosel/verbosel/codegen/verify/rules/words"
)

// Verification is what the proof says of an ELF file of which nothing else is known.
// Addresses are virtual, sizes and depths in bytes.
type Verification struct {
	Verdict      string        `json:"verdict"`           // proved, or refused
	Refusal      *Refusal      `json:"refusal,omitempty"` // of a refused file, which has no other figures
	Rules        []HeldRule    `json:"rules,omitempty"`
	Entry        uint64        `json:"entry,omitempty"`
	Syscalls     []CallSites   `json:"syscalls,omitempty"`
	Segments     []Segment     `json:"segments,omitempty"`
	Note         *Note         `json:"note,omitempty"`         // what the file says of itself
	Stack        int64         `json:"stack,omitempty"`        // at the deepest
	Worst        *Worst        `json:"worst,omitempty"`        // of a file that is proved
	Kept         []Kept        `json:"kept,omitempty"`         // from request to request, where a process answers several
	Registers    []string      `json:"registers,omitempty"`    // likewise
	Shown        []uint64      `json:"shown,omitempty"`        // addresses of instructions of which clients may get what they read of the environment
	Instructions int           `json:"instructions,omitempty"` // that can be reached
	Interpreted  int           `json:"interpreted,omitempty"`  // by the proof, those of loops more than once
	Explanations []Explanation `json:"explanations,omitempty"`
	Certificate  *Certificate  `json:"certificate,omitempty"` // that was checked
	Uncertified  *Refusal      `json:"uncertified,omitempty"` // why a file that is proved has no certificate
}

// Certificate is what a certificate says of a server. Its worst cases are those of all parts together.
type Certificate struct {
	Size         int64 `json:"size"` // of its file
	Nodes        int   `json:"nodes"`
	Instructions int64 `json:"instructions"` // between two system calls
	Calls        int64 `json:"calls"`        // system calls, from one client to the next or to the end
}

// Worst are worst cases: the instructions of each part of a server between two system
// calls, the system calls for a request, and the requests of a connection; for a child
// whichever route it answers, as all share its code. Calls that a signal interrupts
// (EINTR) do not count.
type Worst struct {
	Boot     int64 `json:"boot"`
	Parent   int64 `json:"parent"`
	Child    int64 `json:"child"`
	Signal   int64 `json:"signal"`
	Calls    int64 `json:"calls"`
	Requests int64 `json:"requests"`
}

// Kept is a variable that requests of a connection hand on to the next one: a place on the
// stack, from rsp at the entry.
type Kept struct {
	Offset int64 `json:"offset"`
	Size   int64 `json:"size"`
}

// HeldRule is a rule that is proved, with what it demands in few words.
type HeldRule struct {
	Rule  string `json:"rule"`
	Short string `json:"short"`
}

// CallSites is a system call with the addresses of its syscall instructions.
type CallSites struct {
	Name   string   `json:"name"`
	Number int      `json:"number"`
	Addrs  []uint64 `json:"addrs"`
}

// Refusal is a rule that is broken, or could not be proved.
type Refusal struct {
	Rule    string       `json:"rule"`
	Addr    uint64       `json:"addr,omitempty"` // 0 where it is the whole file
	Message string       `json:"message"`
	Code    []CodeLine   `json:"code,omitempty"`
	Path    []CodeBranch `json:"path,omitempty"` // branches on a way there, the last one last

	text string
}

// CodeLine is an instruction.
type CodeLine struct {
	Addr  uint64 `json:"addr"`
	Bytes string `json:"bytes"` // hexadecimal
	Text  string `json:"text"`
}

// CodeBranch is a branch on a way, taken or not.
type CodeBranch struct {
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
	Text string `json:"text"`
}

// Explanation is what the proof knows before an instruction.
type Explanation struct {
	Addr uint64     `json:"addr"`
	Code []CodeLine `json:"code"`
	Ways []Known    `json:"ways,omitempty"`
}

// Known is what is known on ways of one kind. Offsets on the stack are from rsp at the
// entry.
type Known struct {
	From    string       `json:"from,omitempty"` // where a way began that a certificate leads along
	Phase   string       `json:"phase"`
	Values  []KnownValue `json:"values,omitempty"`
	Facts   []string     `json:"facts,omitempty"`   // inequalities between values, by a certificate
	Written []string     `json:"written,omitempty"` // ranges of bytes of the stack
}

// KnownValue is a register, or a variable on the stack, with what is known of it.
type KnownValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Segment is a program header of the ELF.
type Segment struct {
	Type   string `json:"type"`
	Flags  string `json:"flags"`
	Offset uint64 `json:"offset"`
	Vaddr  uint64 `json:"vaddr"`
	Filesz uint64 `json:"filesz"`
	Memsz  uint64 `json:"memsz"`
}

// Note is what an ELF says of itself. It is of the right form; whether it is true, only the
// spec can tell: see Compare.
type Note struct {
	Compiler string `json:"compiler"`          // its version
	Spec     string `json:"spec"`              // the first 8 bytes of the SHA-256 of the spec's file, in hexadecimal
	Listen   string `json:"listen"`            // where it listens, as in the spec
	Health   string `json:"health,omitempty"`  // the path that a probe asks for; empty: there is no probe
	Timeout  string `json:"timeout,omitempty"` // that a probe has, such as 1s
}

// ByCertificate judges the size bytes of an ELF file that r holds by a certificate, as a file has it, and looks for nothing. An error
// is one of r, or that the certificate is none of this file, or malformed; that the file is refused is no error.
func ByCertificate(r io.ReaderAt, size int64, certificate []byte) (*Verification, error) {
	s, err := gate.Pass(r, size, gate.Any())
	var c *gate.Certificate
	if err == nil {
		c, err = s.CheckCertificate(r, size, gate.Any(), certificate)
	}
	if broken := (*gate.Error)(nil); errors.As(err, &broken) {
		return Refused(broken), nil
	}
	if err != nil {
		return nil, err
	}
	v := Proved(&s.Report)
	v.Stack, v.Interpreted, v.Shown, v.Certificate = c.Stack, c.Followed, c.Shown, CertificateOf(c)
	for _, k := range c.Kept {
		v.Kept = append(v.Kept, Kept{k.Lo, k.Hi - k.Lo})
	}
	return v, nil
}

// Refused is the verdict of a file that breaks a rule.
func Refused(e *gate.Error) *Verification {
	return &Verification{Verdict: "refused", Refusal: RefusalOf(e)}
}

// Proved is that of one that keeps all, with what the gate found.
func Proved(report *gate.Report) *Verification {
	v := &Verification{Verdict: "proved", Entry: report.Entry, Instructions: report.Instructions, Note: NoteOf(report.Note)}
	for _, rule := range words.All() {
		v.Rules = append(v.Rules, HeldRule{string(rule), words.Short(rule)})
	}
	for _, c := range report.Syscalls {
		v.Syscalls = append(v.Syscalls, CallSites{c.Name, c.Number, c.Addrs})
	}
	for _, s := range report.Segments {
		v.Segments = append(v.Segments, Segment(s))
	}
	return v
}

// CertificateOf says what was checked with a certificate.
func CertificateOf(c *gate.Certificate) *Certificate {
	return &Certificate{c.Size, c.Nodes, c.Instructions, c.Calls}
}

// NoteOf says what a note says, nil for none.
func NoteOf(n *gate.Note) *Note {
	if n == nil {
		return nil
	}
	out := &Note{Compiler: n.Compiler, Spec: hex.EncodeToString(n.Spec[:]), Listen: n.Listen, Health: n.Path}
	if n.Path != "" {
		out.Timeout = (time.Duration(n.Timeout) * time.Microsecond).String()
	}
	return out
}

// RefusalOf says why a file is refused.
func RefusalOf(e *gate.Error) *Refusal {
	r := &Refusal{Rule: string(e.Rule), Addr: e.Addr, Message: e.Msg, Code: CodeLines(e.Code), text: e.Error()}
	for _, step := range e.Path {
		r.Path = append(r.Path, CodeBranch(step))
	}
	return r
}

// String is the refusal for people, over several lines.
func (r *Refusal) String() string { return r.text }

// CodeLines are instructions.
func CodeLines(code []gate.Line) []CodeLine {
	var lines []CodeLine
	for _, line := range code {
		lines = append(lines, CodeLine{line.Addr, hex.EncodeToString(line.Bytes), line.Text})
	}
	return lines
}
