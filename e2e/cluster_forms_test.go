//go:build linux || darwin

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go-crablet/domain/courses"
)

// A formSender sends one form after the other, and each new one registers another student.
type formSender struct {
	stop       context.CancelFunc
	sending    sync.WaitGroup
	registered []registration
}

// A registration is a form that was accepted.
type registration struct {
	student courses.StudentID
	at      time.Time
}

func startFormSender(t testing.TB, app *process) *formSender {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s := &formSender{stop: cancel}
	s.sending.Go(func() {
		for number := 1; ctx.Err() == nil; number++ {
			student := courses.StudentID(fmt.Sprint("visitor-", number))
			if register(ctx, app, student) {
				s.registered = append(s.registered, registration{student, time.Now()})
			}
			time.Sleep(100 * time.Millisecond) // as fast as nobody types
		}
	})
	t.Cleanup(func() { s.end() })
	return s
}

// register reports whether the application accepted the form.
func register(ctx context.Context, app *process, student courses.StudentID) bool {
	form := url.Values{"student": {string(student)}, "name": {string(student)}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, app.url+"/students", strings.NewReader(form.Encode()))
	if err != nil {
		return false
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultTransport.RoundTrip(request) // which does not go on to the page
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusSeeOther
}

// end sends no more, and returns what was registered.
func (s *formSender) end() []registration {
	s.stop()
	s.sending.Wait()
	return s.registered
}
