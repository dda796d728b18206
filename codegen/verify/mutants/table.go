package mutants

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/verbosel/verbosel/codegen/verify/rules"
	"github.com/verbosel/verbosel/codegen/verify/rules/words"
)

// outcome is what became of a mutant.
type outcome struct {
	mutant
	refused  rules.Rule // empty: accepted, unless it is unasked
	unasked  bool       // the checker was not asked
	unjudged bool       // nor was the judge, as the checker had refused it
	verdict             // of the judge, for refused ones too
}

// harmful: accepted, and seen to break a rule.
func (o *outcome) harmful() bool { return o.refused == "" && o.fault != nil }

// row counts outcomes.
type row struct {
	name                                         string
	mutants, unasked, accepted, reached, harmful int
	unjudged                                     int // refused
	refused                                      map[rules.Rule]int
	guilty                                       int // refused, and seen to break a rule
}

func (r *row) add(o *outcome) {
	r.mutants++
	switch {
	case o.unasked:
		r.unasked++
		return
	case o.refused != "":
		r.refused[o.refused]++
		if o.unjudged {
			r.unjudged++
		}
		if o.fault != nil {
			r.guilty++
		}
		return
	case o.harmful():
		r.harmful++
	}
	r.accepted++
	if o.reached {
		r.reached++
	}
}

// byKind counts the outcomes of each kind, and of all.
func byKind(list []outcome) []row {
	rows := make([]row, len(kinds)+1)
	for i := range rows {
		rows[i] = row{name: "all", refused: map[rules.Rule]int{}}
	}
	for i, k := range kinds {
		rows[i].name = k.name
	}
	for i := range list {
		rows[list[i].kind].add(&list[i])
		rows[len(kinds)].add(&list[i])
	}
	return rows
}

// table shows rows, with the refusals by rule.
func table(rows []row) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "KIND\tMUTANTS\tUNASKED\tREFUSED\tUNJUDGED\tBREAKING\t")
	for _, rule := range words.All() {
		fmt.Fprintf(w, "%s\t", rule)
	}
	fmt.Fprintln(w, "ACCEPTED\tREACHED\tHARMFUL\t")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t", r.name, r.mutants, r.unasked, r.mutants-r.unasked-r.accepted, r.unjudged, r.guilty)
		for _, rule := range words.All() {
			fmt.Fprintf(w, "%d\t", r.refused[rule])
		}
		fmt.Fprintf(w, "%d\t%d\t%d\t\n", r.accepted, r.reached, r.harmful)
	}
	w.Flush()
	return b.String() + legend
}

const legend = `
UNASKED: with -quick, not seen to break a rule; REFUSED by the checker; UNJUDGED: of
these, not run; BREAKING: seen to break a rule when they are run anyway; then the refusals by rule, as far as they have one. ACCEPTED by the checker; REACHED: of these, a run came by the
change; HARMFUL: seen to break a rule.
`
