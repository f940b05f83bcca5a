package web

import (
	"context"
	"net/http"

	"go-crablet/domain/courses"
)

// A visitor is who sends a request, as far as the session tells.
type visitor struct {
	Acting    courses.StudentID // "" for nobody
	Registrar bool
}

type visitorKey struct{}

// A metVisitor is the visitor of one request, once somebody asked.
type metVisitor struct {
	visitor visitor
	asked   bool
}

// remember lets [server.visitor] find out once for a request.
func remember(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), visitorKey{}, &metVisitor{}))
}

// forget lets it be found out again, after it changed.
func forget(r *http.Request) {
	if met, ok := r.Context().Value(visitorKey{}).(*metVisitor); ok {
		*met = metVisitor{}
	}
}

// visitor returns who sends a request. Whether somebody is still signed in as the
// registrar is for the database to say.
func (s *server) visitor(r *http.Request) (visitor, error) {
	met, _ := r.Context().Value(visitorKey{}).(*metVisitor)
	if met == nil {
		met = &metVisitor{}
	}
	if met.asked {
		return met.visitor, nil
	}
	registrar, err := s.isRegistrar(r.Context(), s.who(r))
	if err != nil {
		return visitor{}, err
	}
	met.visitor, met.asked = visitor{acting(s.who(r)), registrar}, true
	return met.visitor, nil
}
