package site

import (
	"context"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/web/guard"
)

// A Visit is one request, and the answer to it. Whatever a handler wants to know about who
// asks, from which page and with which form, it asks the visit.
type Visit struct {
	*Site
	W http.ResponseWriter
	R *http.Request

	table *table   // of the routes
	met   *Visitor // who asks, once somebody wanted to know
}

func (s *Site) newVisit(w http.ResponseWriter, r *http.Request) *Visit {
	return &Visit{Site: s, W: w, R: r}
}

// Context returns the context of the request.
func (v *Visit) Context() context.Context { return v.R.Context() }

// With returns the visit with another context, for what goes on when its handler has ended.
func (v *Visit) With(ctx context.Context) *Visit {
	other := *v
	other.R = v.R.WithContext(ctx)
	return &other
}

// Redirect leads to another address of ours, which is fetched then.
func (v *Visit) Redirect(address string) error {
	http.Redirect(v.W, v.R, address, http.StatusSeeOther)
	return nil
}

// RequestID returns the ID of the request. It is the correlation ID of the events that the
// request appends, and what a visitor can quote.
func (v *Visit) RequestID() string { return dcb.CorrelationID(v.Context()) }

// Client returns the client that the request comes from.
func (v *Visit) Client() guard.Client { return guard.ClientOf(v.R) }

// ID returns what stands in the address for a name in the route's pattern.
func (v *Visit) ID(name string) string { return v.R.PathValue(name) }
