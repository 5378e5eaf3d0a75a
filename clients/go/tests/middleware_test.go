package tests

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"onetrip"
)

func shop(t *testing.T) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/books/", func(writer http.ResponseWriter, request *http.Request) {
		loop(t, 4)
		fmt.Fprint(writer, "books")
	})
	mux.HandleFunc("/authors", func(writer http.ResponseWriter, request *http.Request) {
		authors(t, 4)
		fmt.Fprint(writer, "authors")
	})
	return mux
}

func get(t *testing.T, server *httptest.Server, path string) string {
	t.Helper()
	answer, err := http.Get(server.URL + path)
	check(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	check(t, err)
	return string(text)
}

func TestEachRequestIsOneOfTheTest(t *testing.T) {
	server := httptest.NewServer(onetrip.Middleware(shop(t)))
	defer server.Close()
	for round := 0; round < 10; round++ {
		test := &recorder{name: "TestPages"}
		window := onetrip.Window(test)
		if text := get(t, server, "/authors?page=2") + get(t, server, "/books/7"); text != "authorsbooks" {
			t.Error(text)
		}
		loop(t, 6) // the test's own: set-up
		window.AssertBudget(test, onetrip.Budget{MaxStatements: 4})
		test.end()
		expect(t, test.said, "GET /books/ sent 5 statements, 4 are allowed", "error[n-plus-one] GET /books/: author was fetched 4")
		if strings.Contains(test.said, "authors sent") || strings.Contains(test.said, "TestPages") {
			t.Error(test.said)
		}
	}
}

func TestAPathWithoutAPatternIsFolded(t *testing.T) {
	plain := http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) { loop(t, 2) })
	named := onetrip.Middleware(plain, func(request *http.Request) string { return "/orders/{id}" })
	for _, one := range []struct {
		handler http.Handler
		label   string
	}{{onetrip.Middleware(plain), "GET /orders/:id/f0e1"}, {named, "GET /orders/{id}"}} {
		test := &recorder{name: "TestPaths"}
		window := onetrip.Window(test)
		one.handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/orders/12/f0e1", nil))
		window.AssertBudget(test, onetrip.Budget{MaxStatements: 1})
		test.end()
		expect(t, test.said, one.label+" sent 3 statements, 1 are allowed")
	}
}

func TestWithoutATestAroundItARequestIsNone(t *testing.T) {
	handler := onetrip.Middleware(shop(t))
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("GET", "/authors", nil))
	if answer.Body.String() != "authors" {
		t.Error(answer.Body)
	}
}
