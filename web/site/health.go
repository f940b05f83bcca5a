package site

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// HealthPath is the address that answers whether the program is healthy, whatever the Host.
const HealthPath = "/healthz"

// databaseAnswers waits two seconds at most, even if the context is already done.
func (s *Site) databaseAnswers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return s.Ping(ctx) == nil
}

// Health answers whether the database answers, how far the pages lag behind the log, how long
// appends wait, which program this is, and how the standbys stand.
func (s *Site) Health(v *Visit) error {
	v.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.W.Header().Set("Cache-Control", "no-store")
	if !s.databaseAnswers(v.Context()) {
		v.W.WriteHeader(http.StatusServiceUnavailable)
		_, err := v.W.Write([]byte("the database does not answer\n"))
		return err
	}
	term, err := s.Terms.Ask(v.Context(), &readmodel.Questions{})
	if err != nil {
		return err
	}
	if _, err = fmt.Fprintf(v.W, "ok\npages are %d %s behind the log\nthe oldest append has been waiting for %s\nwebapp %s\n",
		term.Lag(), ui.Plural(int(term.Lag()), "event", "events"), s.Log.OldestAppend().Round(time.Millisecond), s.Program); err != nil || s.Nearby == nil {
		return err
	}
	for _, standby := range s.Nearby.States() {
		if _, err := fmt.Fprintln(v.W, standby); err != nil {
			return err
		}
	}
	return nil
}
