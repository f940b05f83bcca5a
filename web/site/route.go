package site

import (
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
)

// A Route says all about an address: who may use it, what it does, and what pages that lead
// to it need to know.
type Route struct {
	Pattern string // as http.ServeMux has it
	May     Access
	Do      Handler
	Traits  Traits
}

// A Handler answers a request, or returns the error that keeps it from doing so.
type Handler = func(*Visit) error

// Traits are what is special about an address.
type Traits int

const (
	IsPage   Traits = 1 << iota // people look at it, and a form that stands on it comes back to it
	HasPast                     // it can be shown as of an earlier position of the log
	IsCostly                    // it reads much of the log, whatever its address asks for
)

func (t Traits) has(all Traits) bool { return t&all == all }

// A table is all routes, and what else a page learns from all rooms.
type table struct {
	Rooms
	routes map[string]Route // by their patterns
	mux    *http.ServeMux   // knows their patterns, and nothing else
}

func newTable(rooms Rooms) *table {
	t := &table{Rooms: rooms, routes: map[string]Route{}, mux: http.NewServeMux()}
	for _, r := range WithWaysBack(rooms.Routes) {
		t.routes[r.Pattern] = r
		t.mux.Handle(r.Pattern, http.NotFoundHandler())
	}
	return t
}

// find returns the route that shows an address of ours, and whether there is one.
func (t *table) find(address string) (Route, bool) {
	if t == nil || !isPlain(address) || path.Clean(address) != address { // a browser takes //log for a host
		return Route{}, false
	}
	_, pattern := t.mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: address}})
	r, found := t.routes[pattern]
	return r, found
}

// isPlain reports whether an address has nothing in it but ids of ours and the words around
// them. Anything else might lead elsewhere.
func isPlain(address string) bool { return plainAddress.MatchString(address) }

var plainAddress = regexp.MustCompile(`^/$|^(/[A-Za-z0-9._-]{1,64})+$`)

// WithWaysBack adds a route for each form that nothing can be fetched from: it leads to the
// page above the form. That is where the address bar stands when a form was not accepted.
func WithWaysBack(routes []Route) []Route {
	fetched := map[string]bool{}
	for _, r := range routes {
		fetched[r.Pattern] = true
	}
	all := routes
	for _, r := range routes {
		address, isForm := strings.CutPrefix(r.Pattern, "POST ")
		if isForm && !fetched["GET "+address] {
			all = append(all, Route{"GET " + address, Anyone, toPageAbove(pageAbove(address, fetched)), 0})
		}
	}
	return all
}

// pageAbove returns the pattern of the nearest page above an address.
func pageAbove(address string, fetched map[string]bool) string {
	for address != "" {
		address = address[:strings.LastIndex(address, "/")]
		if fetched["GET "+address] {
			return address
		}
	}
	return "/"
}

// toPageAbove leads to the page above an address: as many of its segments as the page has.
func toPageAbove(page string) Handler {
	if !strings.Contains(page, "{") {
		return To(page)
	}
	n := strings.Count(page, "/") + 1
	return func(v *Visit) error {
		segments := strings.SplitN(v.R.URL.EscapedPath(), "/", n+1)
		above := strings.Join(segments[:n], "/")
		if !isPlain(above) {
			return v.noSuchPage()
		}
		return v.Redirect(above)
	}
}

// To leads to another address.
func To(address string) Handler {
	return func(v *Visit) error { return v.Redirect(address) }
}
