package onetrip

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAnApplicationsNameEndsLikeThePackage(t *testing.T) {
	if name := applicationName("tests", "internal/orders"); name != "tests-internal/orders" {
		t.Error(name)
	}
	long := applicationName("tests", strings.Repeat("a/", 60)+"orders")
	if len(long) != 63 || !strings.HasSuffix(long, "/orders") {
		t.Error(long)
	}
}

func TestThePackageIsNamedFromTheModulesRoot(t *testing.T) {
	if place := testedPackage(); place != "go" {
		t.Error(place)
	}
}

func TestAPathsIdsAreFolded(t *testing.T) {
	for path, expected := range map[string]string{
		"/orders/12/items": "/orders/:id/items",
		"/orders/f0e1d2c3-b4a5-4697-8879-6a5b4c3d2e1f": "/orders/:id",
		"/faded/facade-facade-facade":                  "/faded/facade-facade-facade",
		"/":                                            "/",
	} {
		if seen := folded(path); seen != expected {
			t.Errorf("%s became %s", path, seen)
		}
	}
}

func TestANameIsCutBetweenCharacters(t *testing.T) {
	if name := clipped("x" + strings.Repeat("é", 600)); len(name) != 1023 || strings.ContainsRune(name, '\uFFFD') {
		t.Error(len(name))
	}
}

func TestAPatternsMethodAndHostAreNotPartOfTheRoute(t *testing.T) {
	for pattern, expected := range map[string]string{
		"GET /orders/{id}":            "GET /orders/{id}",
		"shop.example/orders/":        "GET /orders/",
		"GET shop.example/orders/{$}": "GET /orders/{$}",
		"orders.list":                 "GET orders.list",
	} {
		request := httptest.NewRequest("GET", "/orders/7", nil)
		if label := labelOf(request, []func(*http.Request) string{func(*http.Request) string { return pattern }}); label != expected {
			t.Errorf("%s became %s", pattern, label)
		}
	}
}
