package onetrip

import (
	"net/http"
	"regexp"
	"strings"
)

// Middleware makes each request that comes while a test is a window one of it, labelled `GET /orders/{id}` with the
// pattern of a *http.ServeMux, or with what route gives for it; else with its path, ids folded. It goes around all
// else. Without ONETRIP_API it gives the handler itself.
func Middleware(handler http.Handler, route ...func(*http.Request) string) http.Handler {
	if here().api == nil {
		return handler
	}
	if mux, ok := handler.(interface {
		Handler(*http.Request) (http.Handler, string)
	}); ok {
		route = append(route, func(request *http.Request) string {
			_, pattern := mux.Handler(request)
			return pattern
		})
	}
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		label := labelOf(request, route)
		span := here().open(&Span{name: label, label: label, isRequest: true})
		defer here().close(span) // before the answer ends: what the test sends next is the test's own
		handler.ServeHTTP(writer, request)
	})
}

func labelOf(request *http.Request, route []func(*http.Request) string) string {
	for _, of := range route {
		if pattern := of(request); pattern != "" {
			// [METHOD ][HOST]/[PATH], or a name without a path
			if path := strings.Index(pattern, "/"); path > 0 {
				pattern = pattern[path:]
			}
			return request.Method + " " + pattern
		}
	}
	return request.Method + " " + folded(request.URL.Path)
}

var id = regexp.MustCompile(`^([0-9]+|[0-9a-fA-F-]{16,})$`)

// folded is a path that no route is known of, with `:id` for what looks like one.
func folded(path string) string {
	parts := strings.Split(path, "/")
	for place, part := range parts {
		if id.MatchString(part) && strings.ContainsAny(part, "0123456789") {
			parts[place] = ":id"
		}
	}
	return strings.Join(parts, "/")
}
