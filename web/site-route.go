package web

import (
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
)

// A route says all about an address: who may use it, what it does, and what pages that lead
// to it need to know.
type route struct {
	Pattern string // as http.ServeMux has it
	May     access
	Do      handler
	Traits  traits
}

// A handler answers a request, or returns the error that keeps it from doing so.
type handler = func(*visit) error

// Traits are what is special about an address.
type traits int

const (
	isPage   traits = 1 << iota // people look at it, and a form that stands on it comes back to it
	hasPast                     // it can be shown as of an earlier position of the log
	isCostly                    // it reads much of the log, whatever its address asks for
)

func (t traits) has(all traits) bool { return t&all == all }

// A table is all routes, and what else a page learns from all rooms.
type table struct {
	Rooms
	routes map[string]route // by their patterns
	mux    *http.ServeMux   // knows their patterns, and nothing else
}

func newTable(rooms Rooms) *table {
	t := &table{Rooms: rooms, routes: map[string]route{}, mux: http.NewServeMux()}
	for _, r := range withWaysBack(rooms.Routes) {
		t.routes[r.Pattern] = r
		t.mux.Handle(r.Pattern, http.NotFoundHandler())
	}
	return t
}

// find returns the route that shows an address of ours, and whether there is one.
func (t *table) find(address string) (route, bool) {
	if t == nil || !isPlain(address) || path.Clean(address) != address { // a browser takes //log for a host
		return route{}, false
	}
	_, pattern := t.mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: address}})
	r, found := t.routes[pattern]
	return r, found
}

// isPlain reports whether an address has nothing in it but ids of ours and the words around
// them. Anything else might lead elsewhere.
func isPlain(address string) bool { return plainAddress.MatchString(address) }

var plainAddress = regexp.MustCompile(`^/$|^(/[A-Za-z0-9._-]{1,64})+$`)

// withWaysBack adds a route for each form that nothing can be fetched from: it leads to the
// page above the form. That is where the address bar stands when a form was not accepted.
func withWaysBack(routes []route) []route {
	fetched := map[string]bool{}
	for _, r := range routes {
		fetched[r.Pattern] = true
	}
	all := routes
	for _, r := range routes {
		address, isForm := strings.CutPrefix(r.Pattern, "POST ")
		if isForm && !fetched["GET "+address] {
			all = append(all, route{"GET " + address, anyone, toPageAbove(pageAbove(address, fetched)), 0})
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
func toPageAbove(page string) handler {
	if !strings.Contains(page, "{") {
		return to(page)
	}
	n := strings.Count(page, "/") + 1
	return func(v *visit) error {
		segments := strings.SplitN(v.R.URL.EscapedPath(), "/", n+1)
		above := strings.Join(segments[:n], "/")
		if !isPlain(above) {
			return v.noSuchPage()
		}
		return v.redirect(above)
	}
}

// to leads to another address.
func to(address string) handler {
	return func(v *visit) error { return v.redirect(address) }
}
