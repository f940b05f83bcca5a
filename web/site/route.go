package site

import (
	"net/http"
	"net/url"
	"regexp"
)

// A Route says everything about an address: who may use it, who answers, and what the pages
// that link to it need to know.
type Route struct {
	Pattern string // of http.ServeMux
	May     Access
	Do      Handler
	Traits  Traits
}

// A Handler answers a request, or returns an error that is answered instead; see answer.go.
type Handler = func(*Visit) error

// Traits are the special properties of an address.
type Traits int

const (
	IsPage    Traits = 1 << iota // forms on it can lead back to it
	HasPast                      // it can be shown as of an earlier position of the log
	IsCostly                     // it reads much of the log, even as of now
	IsOpen                       // search engines may show it; see robots.go
	TakesFile                    // its form may have a file
	IsApart                      // it shows nothing that depends on the visitor, or chooses itself where it reads; see nearby.go
)

func (t Traits) has(all Traits) bool { return t&all == all }

// A table finds routes, and has what else all rooms hand over.
type table struct {
	Rooms
	routes map[string]Route // by their patterns
	mux    *http.ServeMux   // matches an address to a pattern; it never serves
}

func newTable(rooms Rooms) *table {
	t := &table{Rooms: rooms, routes: map[string]Route{}, mux: http.NewServeMux()}
	for _, r := range WithWaysBack(rooms.Routes) {
		t.routes[r.Pattern] = r
		t.mux.Handle(r.Pattern, http.NotFoundHandler())
	}
	return t
}

// find returns the route of GET at an address, and whether the address is one of this site.
func (t *table) find(address string) (Route, bool) {
	if t == nil || !isPlain(address) {
		return Route{}, false
	}
	_, pattern := t.mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: address}})
	r, found := t.routes[pattern]
	return r, found
}

// isPlain reports whether an address consists of ids and words only. Anything else might lead
// to another site: a browser takes //log for a host.
func isPlain(address string) bool { return plainAddress.MatchString(address) }

var plainAddress = regexp.MustCompile(`^/$|^(/[A-Za-z0-9._-]{1,64})+$`)
