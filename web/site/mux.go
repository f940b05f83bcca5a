package site

import "net/http"

// mux serves the routes, and answers all other requests with a page about the problem.
func (s *Site) mux(rooms Rooms) http.Handler {
	table := newTable(rooms)
	mux := http.NewServeMux()
	for _, route := range table.routes {
		mux.Handle(route.Pattern, s.handle(func(v *Visit) error {
			v.table = table
			return v.take(route)
		}))
	}
	return s.withProblems(mux)
}

// take answers a request by its route: it checks the address, the form and the access before
// the handler does its work.
func (v *Visit) take(route Route) error {
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
		if meant, err := v.isMeant(); !meant || err != nil {
			return err
		}
	}
	if err := route.May(v); err != nil {
		return err
	}
	if route.Traits.has(IsCostly) || v.asksForThePast() {
		return v.inTurn(route.Do)
	}
	return route.Do(v)
}

// withProblems answers requests that no route matches.
func (s *Site) withProblems(mux *http.ServeMux) http.Handler {
	return s.handle(func(v *Visit) error {
		h, pattern := mux.Handler(v.R)
		if pattern != "" {
			mux.ServeHTTP(v.W, v.R)
			return nil
		}
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

// discarded records an answer instead of sending it.
type discarded struct {
	header http.Header
	status int
}

func (d *discarded) Header() http.Header         { return d.header }
func (d *discarded) Write(b []byte) (int, error) { return len(b), nil }
func (d *discarded) WriteHeader(status int)      { d.status = status }
