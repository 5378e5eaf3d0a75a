package tests

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"onetrip"
)

func TestAWindowHoldsWhatIsSentFromItsOpeningOn(t *testing.T) {
	loop(t, 3)
	test := &recorder{name: "TestCart"}
	window := onetrip.Window(test)
	loop(t, 5)
	expectSeen(t, window, 6, 5)
	test.end()
	loop(t, 7)
	expectSeen(t, window, 6, 5)
}

func TestAPoolsConnectionsAreOneRequest(t *testing.T) {
	test := &recorder{name: "TestAtOnce"}
	window := onetrip.Window(test)
	all := authors(t, 8)
	done := make(chan string)
	for _, author := range all {
		go func(author int) { done <- name(t, author) }(author)
	}
	for range all {
		<-done
	}
	test.end()
	expectSeen(t, window, 9, 8)
}

func TestABrokenBudgetSaysWhatWhereAndHowToMendIt(t *testing.T) {
	test := &recorder{name: "TestBudget"}
	window := onetrip.Window(test)
	loop(t, 5)
	window.AssertBudget(test, onetrip.Budget{MaxStatements: 5})
	test.end()
	expect(t, test.said, "tests.TestBudget sent 6 statements, 5 are allowed",
		"error[n-plus-one] tests.TestBudget: author was fetched 5 times", "fed by    SELECT book: book.author_id → author.id, 5 of 5",
		"\n  fix       ", "\n  accept    ")
}

func TestWhatABudgetAllows(t *testing.T) {
	test := &recorder{name: "TestAllowed"}
	window := onetrip.Window(test)
	loop(t, 5)
	window.AssertBudget(test, onetrip.Budget{MaxStatements: 6, AnyFindings: true})
	window.AssertBudget(test, onetrip.Budget{Allow: []string{"n-plus-one"}})
	test.end()
	expect(t, test.said)
	window.AssertBudget(test, onetrip.Budget{Level: "serious"})
	if !strings.Contains(test.said, `Level is "serious": it is one of info, warning, error`) {
		t.Error(test.said)
	}
}

func TestWhatIsBelowTheLevelBreaksNoBudget(t *testing.T) {
	test := &recorder{name: "TestTwice"}
	window := onetrip.Window(test)
	name(t, 1)
	name(t, 1)
	test.end()
	window.AssertBudget(test, onetrip.Budget{Level: "error"})
	expect(t, test.said)
	window.AssertBudget(test, onetrip.Budget{})
	expect(t, test.said, "warning[duplicate-query] tests.TestTwice: ")
}

func TestWhatIsOutsideItsRequestsIsNotJudged(t *testing.T) {
	test := &recorder{name: "TestBlock"}
	window := onetrip.Window(test)
	loop(t, 6)
	block := onetrip.Run("checkout", func() { authors(t, 3) })
	window.AssertBudget(test, onetrip.Budget{MaxStatements: 1})
	test.end()
	expect(t, test.said)
	expectSeen(t, block, 1)
}

func TestAWindowThatWasLeftOpenIsClosed(t *testing.T) {
	if proxy { // by a process that was killed
		left := fmt.Sprintf(`{"name": "tests.TestLeft", "application_name": %q}`, os.Getenv("PGAPPNAME"))
		answer, err := http.Post(os.Getenv("ONETRIP_API")+"/api/v1/windows", "application/json", strings.NewReader(left))
		check(t, err)
		check(t, answer.Body.Close())
		if answer.StatusCode != http.StatusCreated {
			t.Fatal(answer.Status)
		}
	}
	test := &recorder{name: "TestLeft"}
	window := onetrip.Window(test)
	loop(t, 2)
	test.end()
	expectSeen(t, window, 3, 2)
}

func TestOtherApplicationsAreLeftOutWhenOneIsWatched(t *testing.T) {
	onetrip.Watch(onetrip.Connections{ApplicationName: "another"})
	test := &recorder{name: "TestWatched"}
	window := onetrip.Window(test)
	loop(t, 3)
	test.end()
	expectSeen(t, window, 0)
	onetrip.Watch(onetrip.Connections{})
	test = &recorder{name: "TestAll"}
	window = onetrip.Window(test)
	loop(t, 3)
	test.end()
	expectSeen(t, window, 4, 3)
}

func TestNamesAreCutAtWhatTheProxyTakes(t *testing.T) {
	test := &recorder{name: strings.Repeat("é", 2000)}
	window := onetrip.Window(test)
	loop(t, 2)
	test.end()
	expectSeen(t, window, 3, 2)
}

func TestTheRealThing(t *testing.T) {
	window := onetrip.Window(t)
	t.Run("part", func(t *testing.T) {
		onetrip.Window(t)
		loop(t, 2)
	})
	window.AssertBudget(t, onetrip.Budget{MaxStatements: 3, AnyFindings: true})
}
