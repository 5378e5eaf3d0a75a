// Package serve reads runs and answers them, as ../../README.md says under "A client program".
package serve

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Run is what was asked for, and the request that it is in now.
type Run struct {
	Case  string
	N     int
	Flags []string

	traceparent string
}

func (run *Run) Has(flag string) bool { return slices.Contains(run.Flags, flag) }

func random(bytes int) string {
	raw := make([]byte, bytes)
	rand.Read(raw)
	return hex.EncodeToString(raw)
}

// Request begins one request: what is sent from now on carries one trace id, if tags are asked for.
func (run *Run) Request() {
	run.traceparent = ""
	if run.Has("tag") {
		run.traceparent = fmt.Sprintf("00-%s-%s-01", random(16), random(8))
	}
}

// LaterRequest is another request of the same user, a while later.
func (run *Run) LaterRequest(index int) {
	if index > 0 {
		time.Sleep(150 * time.Millisecond)
	}
	run.Request()
}

// Tagged is the statement with a sqlcommenter comment, if tags are asked for.
func (run *Run) Tagged(sql, driver, framework string) string {
	if run.traceparent == "" {
		return sql
	}
	escape := url.PathEscape
	return fmt.Sprintf("%s /*db_driver='%s',framework='%s',route='%s',traceparent='%s'*/", sql, escape(driver),
		escape(framework), escape("/"+run.Case), run.traceparent)
}

// Answer runs what standard input asks for until it ends.
func Answer(do func(*Run) error) {
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		words := strings.Fields(input.Text())
		n, _ := strconv.Atoi(words[1])
		run := &Run{Case: words[0], N: n, Flags: words[2:]}
		run.Request()
		if err := do(run); err != nil {
			fmt.Println("failed", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("ok")
		}
	}
}
