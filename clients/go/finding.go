package onetrip

import (
	"fmt"
	"strings"
)

// Finding is one that the proxy made; its text is as the proxy's own report has it.
type Finding struct {
	Rule, Severity, Label, Title, Cause string
	Statement                           struct{ Text string }
	Parent                              *struct {
		Summary string
		Rows    int
	}
	Link *struct {
		ParentColumn string `json:"parent_column"`
		ChildColumn  string `json:"child_column"`
		Matched      int
	}
	Advice   struct{ Code, SQL, Why string }
	Location *struct {
		File, Function string
		Line           int
	}
	Evidence struct{ Count int }
}

func (finding Finding) counts(level int, allow []string) bool {
	for _, one := range allow {
		if one == finding.Rule || one == finding.Cause {
			return false
		}
	}
	return levels[finding.Severity] >= level
}

func (finding Finding) String() string {
	text := fmt.Sprintf("%s[%s] %s: %s", finding.Severity, finding.Rule, finding.Label, finding.Title)
	for _, row := range [][2]string{{"statement", finding.Statement.Text}, {"fed by", finding.fedBy()},
		{"fix", finding.fix()}, {"where", finding.where()}, {"accept", finding.Cause}} {
		if row[1] != "" {
			text += fmt.Sprintf("\n  %-9s %s", row[0], row[1])
		}
	}
	return text
}

func (finding Finding) fedBy() string {
	if finding.Parent == nil || finding.Link == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s → %s, %d of %d", finding.Parent.Summary, finding.Link.ParentColumn,
		finding.Link.ChildColumn, finding.Link.Matched, finding.Parent.Rows)
}

func (finding Finding) fix() string {
	for _, advice := range []string{finding.Advice.Code, finding.Advice.SQL} {
		if advice != "" {
			return advice
		}
	}
	return finding.Advice.Why
}

func (finding Finding) where() string {
	if finding.Location == nil {
		return ""
	}
	where := fmt.Sprintf("%s:%d %s", finding.Location.File, finding.Location.Line, finding.Location.Function)
	return strings.TrimSpace(where)
}
