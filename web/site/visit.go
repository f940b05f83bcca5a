package site

import (
	"context"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/guard"
)

// A Visit is one request and its answer. A handler asks it who the visitor is, from which page
// the request comes, and what its form says.
type Visit struct {
	*Site
	W http.ResponseWriter
	R *http.Request

	table *table        // of the routes
	met   *Visitor      // the visitor, once it was asked for; see [Visit.Visitor]
	by    courses.Actor // the role that the route was opened to, or "" if it asks for none
}

func (s *Site) newVisit(w http.ResponseWriter, r *http.Request) *Visit {
	return &Visit{Site: s, W: w, R: r}
}

// Context returns the context of the request.
func (v *Visit) Context() context.Context { return v.R.Context() }

// With returns the visit with another context, for work that goes on after its handler.
func (v *Visit) With(ctx context.Context) *Visit {
	other := *v
	other.R = v.R.WithContext(ctx)
	return &other
}

// WithQuery returns the visit with another query, for an answer to a form that shows the part
// of a list that the form came from.
func (v *Visit) WithQuery(query string) *Visit {
	other := v.With(v.Context())
	address := *v.R.URL
	address.RawQuery = query
	other.R.URL = &address
	return other
}

// Redirect leads to another address of this site, with status 303: the browser fetches it.
func (v *Visit) Redirect(address string) error {
	http.Redirect(v.W, v.R, address, http.StatusSeeOther)
	return nil
}

// RequestID returns the ID of the request. The events that the request appends have it as
// their correlation ID, and a visitor can quote it.
func (v *Visit) RequestID() string { return dcb.CorrelationID(v.Context()) }

// Client returns the client that the request comes from.
func (v *Visit) Client() guard.Client { return guard.ClientOf(v.R) }

// ID returns the part of the path that a wildcard of the route's pattern matches.
func (v *Visit) ID(name string) string { return v.R.PathValue(name) }
