// Package onetrip tells the Onetrip proxy which test and which request a statement belongs to.
//
//	func TestOrders(t *testing.T) {
//		window := onetrip.Window(t)
//		get(t, "/orders")
//		window.AssertBudget(t, onetrip.Budget{MaxStatements: 12})
//	}
//
// ONETRIP_API says where the proxy's API is; `onetrip exec` sets it. Without it, and when nobody answers there,
// everything here does nothing. Nothing here sends SQL or opens a connection to a database.
package onetrip

// TB is what is needed of a *testing.T.
type TB interface {
	Helper()
	Name() string
	Cleanup(func())
	Errorf(format string, args ...any)
}

// Window makes the test a window from here to its end, with what its clean-up sends, so call it when all is set up.
// Judged are the requests that Middleware sees in it; it itself where there are none.
func Window(t TB) *Span {
	t.Helper()
	name := here().place + "." + t.Name()
	span := here().open(&Span{name: name, label: name})
	t.Cleanup(func() { here().close(span) })
	return span
}

// Run makes what it runs a window; in a test it is one of the test's requests.
func Run(name string, run func()) *Span {
	span := here().open(&Span{name: name, label: name})
	defer here().close(span)
	run()
	return span
}

// Connections are those of a database, or of an application_name, or of both.
type Connections struct{ Database, ApplicationName string }

// Watch has windows hold from now on only what is sent by such connections; by any where it says neither. For packages
// whose connections are told apart in a way of their own.
func Watch(connections Connections) { here().watch(&connections) }
