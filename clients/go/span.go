package onetrip

import (
	"fmt"
	"strings"
)

// Span is a window that is open, or was. Without a proxy it is no window, and everything it is asked does nothing.
type Span struct {
	name, label string
	isRequest   bool
	id          string // none: no window
	inner       []*Span
	closed      *Seen
}

// Seen is what was sent in a window.
type Seen struct {
	Statements int
	Findings   []Finding
}

// Budget is what a request may take.
type Budget struct {
	MaxStatements int      // 0: any number
	AnyFindings   bool     // findings are no matter
	Level         string   // the lowest level of findings that counts: info, warning, error; warning if empty
	Allow         []string // rules and causes that are accepted
}

// Seen tells what was sent in it, so far if it is open.
func (span *Span) Seen() Seen { return here().look(span) }

// AssertBudget fails the test when a request that was made in the window, or the window itself where none was, sent
// more statements than that, or when it shows a finding. Without a proxy it never fails.
func (span *Span) AssertBudget(t TB, budget Budget) {
	t.Helper()
	level, known := levels[budget.Level]
	if !known {
		t.Errorf("Level is %q: it is one of info, warning, error", budget.Level)
		return
	}
	for _, request := range here().judged(span) {
		seen := request.Seen()
		if budget.MaxStatements > 0 && seen.Statements > budget.MaxStatements {
			t.Errorf("%s sent %d statements, %d are allowed", request.label, seen.Statements, budget.MaxStatements)
		}
		for _, finding := range seen.Findings {
			if !budget.AnyFindings && finding.counts(level, budget.Allow) {
				t.Errorf("%s", finding)
			}
		}
	}
}

var levels = map[string]int{"info": 0, "warning": 1, "": 1, "error": 2}

// clipped is as much of a name as the proxy takes.
func clipped(name string) string {
	const longest = 1024 // bytes
	if len(name) <= longest {
		return name
	}
	return strings.ToValidUTF8(name[:longest], "")
}

func numbered(name string, number int, test string) string {
	return clipped(fmt.Sprintf("%s #%d in %s", name, number, test))
}
