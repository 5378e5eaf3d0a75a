package onetrip

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

const life = 900 // seconds, of a window that nobody closes, as its process was killed

// process holds the windows of this process.
type process struct {
	api     *api
	place   string // the package that is tested, from the module's root
	mutex   sync.Mutex
	watched *Connections
	spans   []*Span // those that are open
	number  int
}

var (
	ours *process
	once sync.Once
)

// here gives the one of this process; ONETRIP_API is read when it is first asked for.
func here() *process {
	once.Do(func() { ours = &process{api: fromEnvironment(), place: testedPackage()} })
	return ours
}

// Packages are tested side by side. A test's connections get an application_name that no other package's have; what
// libpq, pgx and lib/pq open has it, before they are configured.
func init() {
	if os.Getenv("ONETRIP_API") == "" || !isTest() {
		return
	}
	name := os.Getenv("PGAPPNAME")
	if name == "" {
		name = "tests"
	}
	os.Setenv("PGAPPNAME", applicationName(name, testedPackage()))
}

func isTest() bool {
	return strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test")
}

func applicationName(name, place string) string {
	const longest = 63 // bytes
	if rest := longest - len(name) - 1; len(place) > rest && rest > 0 {
		place = place[len(place)-rest:] // the end tells more
	}
	return name + "-" + place
}

// testedPackage is the folder that we were started in, from the module's root on.
func testedPackage() string {
	folder, err := os.Getwd()
	if err != nil {
		return "tests"
	}
	for root := folder; root != filepath.Dir(root); root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
			continue
		}
		if place, err := filepath.Rel(root, folder); err == nil && place != "." {
			return filepath.ToSlash(place)
		}
		break
	}
	return filepath.Base(folder)
}

func (process *process) watch(connections *Connections) {
	process.mutex.Lock()
	defer process.mutex.Unlock()
	process.watched = connections
}

// connections tells those of this process from those of others.
func (process *process) connections() Connections {
	if process.watched != nil {
		return *process.watched
	}
	if isTest() {
		return Connections{ApplicationName: os.Getenv("PGAPPNAME")}
	}
	return Connections{}
}

func (process *process) open(span *Span) *Span {
	process.mutex.Lock()
	defer process.mutex.Unlock()
	var around *Span
	if len(process.spans) > 0 {
		around = process.spans[len(process.spans)-1]
	}
	// A request that no test is around is none; what it makes of further ones, or another one at the same time, is a
	// part of it.
	if process.api == nil || span.isRequest && (around == nil || around.isRequest) {
		return span
	}
	span.name, span.label = clipped(span.name), clipped(span.label)
	if around != nil {
		process.number++
		span.name = numbered(span.name, process.number, process.spans[0].name)
	}
	span.id = process.post(span, around)
	if span.id != "" {
		process.spans = append(process.spans, span)
		if around != nil {
			around.inner = append(around.inner, span)
		}
	}
	return span
}

func (process *process) close(span *Span) {
	process.mutex.Lock()
	defer process.mutex.Unlock()
	for place, one := range process.spans {
		if one != span {
			continue
		}
		process.spans = append(process.spans[:place], process.spans[place+1:]...)
		var answer struct {
			Window   struct{ Statements int }
			Findings []Finding
		}
		process.api.ask("DELETE", "/api/v1/windows/"+span.id, nil, &answer) // 404: its life was over
		span.closed = &Seen{answer.Window.Statements, answer.Findings}
		return
	}
}

func (process *process) look(span *Span) Seen {
	process.mutex.Lock()
	defer process.mutex.Unlock()
	if span.closed != nil {
		return *span.closed
	}
	var shown struct{ Window struct{ Statements int } }
	var found struct{ Findings []Finding }
	if span.id != "" {
		process.api.ask("POST", "/api/v1/flush", nil, &struct{}{})
		process.api.ask("GET", "/api/v1/windows/"+span.id, nil, &shown)
		process.api.ask("GET", "/api/v1/findings?window="+span.id, nil, &found)
	}
	return Seen{shown.Window.Statements, found.Findings}
}

// judged gives the requests that were made in it; itself where there were none. All else that was sent in it is set-up.
func (process *process) judged(span *Span) []*Span {
	process.mutex.Lock()
	defer process.mutex.Unlock()
	return span.leaves()
}

func (span *Span) leaves() []*Span {
	var leaves []*Span
	for _, inner := range span.inner {
		leaves = append(leaves, inner.leaves()...)
	}
	if leaves == nil {
		return []*Span{span}
	}
	return leaves
}

func (process *process) post(span, around *Span) string {
	connections := process.connections()
	// One request, whatever connections of a pool it takes.
	body := map[string]any{"name": span.name, "label": span.label, "ttl_s": life, "one_request": true}
	if connections.Database != "" {
		body["database"] = connections.Database
	}
	if connections.ApplicationName != "" {
		body["application_name"] = connections.ApplicationName
	}
	if around != nil {
		body["parent"] = around.id
	}
	var answer struct{ ID string }
	status := process.api.ask("POST", "/api/v1/windows", body, &answer)
	if status == 409 { // left open by a process that was killed
		process.closeLeft(span.name)
		status = process.api.ask("POST", "/api/v1/windows", body, &answer)
	}
	if status != 201 {
		return ""
	}
	return answer.ID
}

func (process *process) closeLeft(name string) {
	var left struct {
		Windows []struct {
			ID   string
			Open bool
		}
	}
	process.api.ask("GET", "/api/v1/windows?name="+url.QueryEscape(name), nil, &left)
	for _, row := range left.Windows {
		if row.Open {
			process.api.ask("DELETE", "/api/v1/windows/"+row.ID, nil, &struct{}{})
		}
	}
}
