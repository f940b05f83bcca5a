package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

const healthPath = "/healthz"

func (s *server) databaseAnswers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return s.Ping(ctx) == nil
}

// health answers whether requests can be served, which takes a database, and how far
// the pages are behind the log, and how long appends wait.
func (s *server) health(v *visit) error {
	v.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.W.Header().Set("Cache-Control", "no-store")
	if !s.databaseAnswers(v.context()) {
		v.W.WriteHeader(http.StatusServiceUnavailable)
		_, err := v.W.Write([]byte("the database does not answer\n"))
		return err
	}
	term, err := s.Terms.Ask(v.context(), &readmodel.Questions{})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(v.W, "ok\npages are %d %s behind the log\nthe oldest append has been waiting for %s\n",
		term.Lag(), ui.Plural(int(term.Lag()), "event", "events"), s.Log.OldestAppend().Round(time.Millisecond))
	return err
}
