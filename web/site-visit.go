package web

import (
	"context"
	"net/http"

	"go-crablet/dcb"
	"go-crablet/web/guard"
)

// A visit is one request, and the answer to it. Whatever a handler wants to know about who
// asks, from which page and with which form, it asks the visit.
type visit struct {
	*server
	W http.ResponseWriter
	R *http.Request

	table *table   // of the routes
	met   *visitor // who asks, once somebody wanted to know
}

func (s *server) newVisit(w http.ResponseWriter, r *http.Request) *visit {
	return &visit{server: s, W: w, R: r}
}

// context returns the context of the request.
func (v *visit) context() context.Context { return v.R.Context() }

// with returns the visit with another context, for what goes on when its handler has ended.
func (v *visit) with(ctx context.Context) *visit {
	other := *v
	other.R = v.R.WithContext(ctx)
	return &other
}

// redirect leads to another address of ours, which is fetched then.
func (v *visit) redirect(address string) error {
	http.Redirect(v.W, v.R, address, http.StatusSeeOther)
	return nil
}

// requestID returns the ID of the request. It is the correlation ID of the events that the
// request appends, and what a visitor can quote.
func (v *visit) requestID() string { return dcb.CorrelationID(v.context()) }

// client returns the client that the request comes from.
func (v *visit) client() guard.Client { return guard.ClientOf(v.R) }

// id returns what stands in the address for a name in the route's pattern.
func (v *visit) id(name string) string { return v.R.PathValue(name) }
