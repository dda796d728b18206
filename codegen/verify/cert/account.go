package cert

import (
	"github.com/verbosel/verbosel/codegen/verify/cert/linear"
	"github.com/verbosel/verbosel/codegen/verify/rules"
)

// Way is what was spent of an account from one node to another. A node is -1 where the account
// began anew, or where it ends.
type Way struct {
	Account  Account
	From, To int
	Images   []linear.Sum // what each of To's variables is
	Spent    int64
}

// Account says what is counted.
type Account uint8

// The accounts.
const (
	Instructions Account = iota
	Calls
)

func (a Account) String() string { return [...]string{"instructions", "system calls"}[a] }

// renew is a budget of which nothing is spent.
func (s *State) renew(b *budget, most int64) { *b = budget{left: linear.Const(most), from: -1} }

// spendCall is a system call; last says that what follows is another client's, or nothing.
func (s *State) spendCall(last bool) {
	s.pays(&s.instructions, linear.Sum{}, Way{Account: Instructions, To: -1})
	s.renew(&s.instructions, s.check.proof.Instructions)
	s.calls.spent++
	if last {
		s.pays(&s.calls, linear.Sum{}, Way{Account: Calls, To: -1})
		s.renew(&s.calls, s.check.proof.Calls)
	}
}

// errIntr is EINTR (Linux, asm-generic/errno-base.h).
const errIntr = 4

// interrupted gives a call back that is known to have been interrupted: a signal, of which there is no bound,
// ended it before it did anything.
func (s *State) interrupted() {
	if v := s.called; v != 0 && s.vars[v].Lo == -errIntr && s.vars[v].Hi == -errIntr {
		s.calls.spent--
		s.called = 0
	}
}

// pays demands that what is left of a budget is enough for what was spent and for what follows,
// which is never negative: what could sink for ever would bound nothing.
func (s *State) pays(b *budget, follows linear.Sum, w Way) {
	if s.check.explore != nil {
		w.From, w.Spent = b.from, b.spent
		s.check.explore(s, w)
		return
	}
	if !s.atMost(linear.Sum{}, follows) {
		s.refuse(rules.Bounds, "the %s that the certificate grants are not known to be at least 0: %v", w.Account, follows)
	}
	if !s.atMost(s.plusConst(follows, b.spent), b.left) {
		s.refuse(rules.Bounds, "the %s that the certificate grants are not enough: of %v, %d are spent and %v follow", w.Account, b.left, b.spent, follows)
	}
}
