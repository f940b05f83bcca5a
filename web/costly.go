package web

import (
	"net/http"
	"slices"
	"strconv"
)

// costlyRoutes read much of the log, whatever their addresses ask for.
var costlyRoutes = []string{
	"GET /courses/{course}/boundary",
	"GET /students/{student}/boundary",
	"GET /decisions/{decision}/attempts/{attempt}/test",
}

func isCostly(pattern string, r *http.Request) bool {
	return slices.Contains(costlyRoutes, pattern) || r.Method != http.MethodPost && r.URL.Query().Has("as_of")
}

// inTurn makes a costly page when it is its turn.
func (s *server) inTurn(w http.ResponseWriter, r *http.Request, make handler) error {
	if s.costly == nil {
		return make(w, r)
	}
	leave, err := s.costly.enter(r.Context(), clientOf(r).wideNetwork())
	if err != nil {
		return err
	}
	defer leave()
	return make(w, r)
}

// askLater answers a costly page whose turn did not come.
func (s *server) askLater(w http.ResponseWriter, r *http.Request, c crowd) {
	p := problem{http.StatusServiceUnavailable, "Not right now", "Many pages that read much of the log are asked for. "}
	if c.own {
		p.Status, p.Text = http.StatusTooManyRequests, "Your network asks for many pages that read much of the log. "
		s.noteThrottled(r, "costly pages")
	}
	p.Text += "Decisions go first. Load this page again in " + waiting(c.wait) + "."
	w.Header().Set("Retry-After", strconv.Itoa(seconds(c.wait)))
	s.problem(w, r, p)
}
