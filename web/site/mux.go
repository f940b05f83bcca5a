package site

import (
	"net/http"
	"net/url"
	"strings"
)

// mux serves the routes, and answers all other requests with a page about the problem.
func (s *Site) mux(rooms Rooms) http.Handler {
	table := newTable(rooms)
	mux := http.NewServeMux()
	for _, route := range table.routes {
		mux.Handle(route.Pattern, s.handle(func(v *Visit) error {
			v.table = table
			return v.takeNearby(route)
		}))
	}
	return s.withProblems(mux, table)
}

// take answers a request by its route: it checks the address, the form and the access before
// the handler does its work.
func (v *Visit) take(route Route) error {
	v.tellSearchEngines(route)
	if err := checkQuery(v.R); err != nil {
		return err
	}
	if v.R.Method == http.MethodPost {
		v.R.Body = http.MaxBytesReader(v.W, v.R.Body, route.largestBodyOf(v.R))
		if wait := v.tooSoon(); wait > 0 {
			return v.askToWait(wait)
		}
		if err := v.readForm(route); err != nil {
			return err
		}
		if meant, err := v.isMeant(route.May); !meant || err != nil {
			return err
		}
	}
	if err := route.May(v); err != nil {
		return err
	}
	if v.R.Method == http.MethodPost {
		if err := v.noteActor(); err != nil {
			return err
		}
	}
	answer := v.do(route)
	switch address, err := v.inStoredCase(answer); {
	case err != nil:
		return err
	case address != "":
		return v.sendOn(address)
	}
	return answer
}

func (v *Visit) do(route Route) error {
	if route.Traits.has(IsCostly) || v.asksForThePast() {
		return v.inTurn(route.Do)
	}
	return route.Do(v)
}

// withProblems answers requests that no route matches.
func (s *Site) withProblems(mux *http.ServeMux, table *table) http.Handler {
	return s.handle(func(v *Visit) error {
		h, pattern := mux.Handler(v.R)
		if pattern != "" {
			mux.ServeHTTP(v.W, v.R)
			return nil
		}
		if address, found := table.withoutSlash(v.R); found {
			http.Redirect(v.W, v.R, address, http.StatusMovedPermanently)
			return nil
		}
		v.table = table
		// The mux's own handler knows which other methods the address takes.
		answer := discarded{header: http.Header{}}
		h.ServeHTTP(&answer, v.R)
		if allowed := answer.header.Get("Allow"); answer.status == http.StatusMethodNotAllowed {
			v.W.Header().Set("Allow", allowed)
			return Problem{answer.status, "Not that way", "This address takes only " + allowed + ".", Home}
		}
		return v.noSuchPage()
	})
}

// withoutSlash returns the address of a page that somebody asks for with a slash at its end, and
// reports whether there is such a page. It is always an address of this site.
func (t *table) withoutSlash(r *http.Request) (string, bool) {
	path, slash := strings.CutSuffix(r.URL.Path, "/")
	if _, found := t.find(path); !slash || !found || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return "", false
	}
	page := url.URL{Path: path, RawQuery: r.URL.RawQuery}
	return page.String(), true
}

// discarded records an answer instead of sending it.
type discarded struct {
	header http.Header
	status int
}

func (d *discarded) Header() http.Header         { return d.header }
func (d *discarded) Write(b []byte) (int, error) { return len(b), nil }
func (d *discarded) WriteHeader(status int)      { d.status = status }
