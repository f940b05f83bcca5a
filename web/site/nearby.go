package site

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/nearby"
	"go-crablet/web/guard"
)

// Where a request reads is chosen here, once for each request. Forms read from the primary. So
// do stores that know nothing of standbys.
//
// A browser carries the place that it has seen in cookies, one for each place. An answer adds its
// place, and deletes those that came with the request. Two answers may cross on the way: then both
// places stay, and the greater one counts.

// LogOf returns the log for the reads of a page.
func (s *Site) LogOf(ctx context.Context) *dcb.Store { return nearby.Log(ctx, s.Log) }

// takeNearby answers a request by its route, from a standby if there is one that has all that
// the visitor has seen and done. If the standby fails, or does not find what was asked for, the
// request is answered again from the primary.
func (v *Visit) takeNearby(route Route) error {
	if v.Nearby == nil || route.Traits.has(IsApart) {
		return v.take(route)
	}
	from := v.Context()
	answer := &markedAnswer{ResponseWriter: v.W}
	answer.reached = func() (nearby.Place, error) { return v.Nearby.Reached(context.WithoutCancel(from)) }
	answer.mark = func(place nearby.Place) { v.markPlace(context.WithoutCancel(from), place) }
	v.W = answer
	if !v.reads() {
		return v.take(route)
	}
	before := answer.Header().Clone()
	chosen, done := v.chooseSource()
	defer done()
	from = chosen
	err := v.With(chosen).take(route) // with sessions of its own, which it may change
	if !nearby.IsChosen(chosen) || answer.begun || v.Context().Err() != nil || !mayDiffer(err) {
		return err
	}
	clear(answer.Header())
	maps.Copy(answer.Header(), before)
	from = nearby.OnPrimary(v.Context(), "the standby could not answer")
	return v.With(from).take(route)
}

func (v *Visit) reads() bool {
	return v.R.Method == http.MethodGet || v.R.Method == http.MethodHead
}

// mayDiffer reports whether the primary may have another answer than this error of a standby.
func mayDiffer(err error) bool {
	switch {
	case err == nil:
		return false
	case isMissing(err): // on the standby
		return true
	}
	said := isA[Problem](err) || isA[guard.Crowd](err) || isA[Elsewhere](err) || isA[courses.Refusal](err)
	return !said && !errors.Is(err, errOfAnother)
}

// chooseSource chooses where a page is read.
func (v *Visit) chooseSource() (chosen context.Context, done func()) {
	place := slices.Max(append(v.placesSeen(), 0))
	if v.IsRefetch() { // because of news that any process may have told
		if now, err := v.Nearby.Now(v.Context()); err == nil {
			place = max(place, now)
		}
	}
	return v.Nearby.Choose(v.Context(), place)
}

// ReadNow calls read with a context whose reads show all that is committed when ReadNow is called.
// If a standby can't answer, it calls read again for the primary.
func (s *Site) ReadNow(ctx context.Context, read func(context.Context) error) error {
	if s.Nearby == nil {
		return read(ctx)
	}
	now, err := s.Nearby.Now(ctx)
	if err != nil {
		return err
	}
	chosen, done := s.Nearby.Choose(ctx, now)
	defer done()
	if err = read(chosen); err == nil || !nearby.IsChosen(chosen) || ctx.Err() != nil {
		return err
	}
	return read(ctx)
}

// markPlace notes in the browser up to where its visitor has seen the database. A program that keeps
// no cookies can't carry that: its form is answered when a standby shows what it did.
func (v *Visit) markPlace(from context.Context, place nearby.Place) {
	seen := v.placesSeen()
	if !v.reads() && len(seen) == 0 && v.isStranger() {
		v.Nearby.Await(from, place)
	}
	if !slices.Contains(seen, place) {
		http.SetCookie(v.W, v.placeCookie(place, 0))
	}
	for _, other := range seen {
		if other != place {
			http.SetCookie(v.W, v.placeCookie(other, -1))
		}
	}
}

// placesSeen returns the places that the request carries.
func (v *Visit) placesSeen() (places []nearby.Place) {
	prefix := v.placeCookiePrefix()
	for _, cookie := range v.R.Cookies() {
		text, ours := strings.CutPrefix(cookie.Name, prefix)
		if place, err := nearby.ParsePlace(text); ours && err == nil {
			places = append(places, place)
		}
	}
	return places
}

func (v *Visit) placeCookiePrefix() string { return v.sessions.keys[0].name(v.R, "seen") + "-" }

// placeCookie is a cookie that nobody signs: a visitor who forges it only waits for a standby, and
// then reads from the primary.
func (v *Visit) placeCookie(place nearby.Place, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: v.placeCookiePrefix() + place.String(), Value: "1", Path: "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: guard.ClientOf(v.R).Secure,
	}
}

// A markedAnswer marks the place behind all that was read for it, before it begins.
type markedAnswer struct {
	http.ResponseWriter
	reached func() (nearby.Place, error)
	mark    func(nearby.Place)
	begun   bool
}

func (a *markedAnswer) WriteHeader(status int) {
	a.begin(a.reached)
	a.ResponseWriter.WriteHeader(status)
}

func (a *markedAnswer) Write(body []byte) (int, error) {
	a.begin(a.reached)
	return a.ResponseWriter.Write(body)
}

func (a *markedAnswer) begin(reached func() (nearby.Place, error)) {
	if a.begun {
		return
	}
	a.begun = true
	if place, err := reached(); err == nil { // otherwise the primary is away, and the visitor has seen nothing newer
		a.mark(place)
	}
}

// hasRead begins to ask for the place behind everything that the visit has read so far. Call begin before the
// answer begins, and ended before the visit ends.
func (v *Visit) hasRead() (begin, ended func()) {
	a, marked := v.W.(*markedAnswer)
	if !marked || a.begun {
		return func() {}, func() {}
	}
	reached := sync.OnceValues(a.reached)
	var asking sync.WaitGroup
	asking.Go(func() { _, _ = reached() })
	return func() { a.begin(reached) }, asking.Wait
}

// Unwrap lets [http.ResponseController] reach the wrapped writer.
func (a *markedAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
