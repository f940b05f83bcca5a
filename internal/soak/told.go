package main

import (
	"fmt"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A logbook has, for each request, what its caller was told, and what the log has of it.
type logbook struct {
	requests map[courses.RequestID]*entry
	told     map[answer]int
}

// An entry is all that is known of one request.
type entry struct {
	asked      dcb.Tag // the fingerprint of its command
	maybe      bool    // it was told that the outcome is not known
	asks       int     // how often it was asked for, again after an answer, too
	answers    int
	isStored   bool    // it was told that it is
	positions  []int64 // that it was told
	last       int64   // the position of its last event in the log, or 0
	wasRefused bool
}

// open reports whether the request was asked for more often than it was answered. A process
// that was killed before its answer may have stored it.
func (is *entry) open() bool { return is.asks > is.answers }

func newLogbook() *logbook {
	return &logbook{requests: map[courses.RequestID]*entry{}, told: map[answer]int{}}
}

// hear takes a note. The notes of a process that was killed and of the one after it are in
// different files, in any order.
func (l *logbook) hear(n note) error {
	is := l.requests[n.Request]
	if is == nil {
		is = &entry{}
		l.requests[n.Request] = is
	}
	if n.Asked != nil {
		cmd, err := n.Asked.command()
		if err == nil {
			is.asked = courses.Asked(cmd)
		}
		is.asks++
		return err
	}
	l.told[n.Told]++
	is.answers++
	switch n.Told {
	case stored:
		is.isStored, is.positions = true, append(is.positions, n.At)
	case unchanged:
		is.isStored = true
	case unknown:
		is.maybe = true
	case refused, lost:
		is.wasRefused = true
	default:
		return fmt.Errorf("%s was told %q", n.Request, n.Told)
	}
	return nil
}

// take takes the events of one append.
func (l *logbook) take(events []dcb.Event, finds func(string, ...any)) {
	request := requestIn(events[0])
	first, last := events[0].Position, events[len(events)-1].Position
	if request == "" {
		return
	}
	is := l.requests[request]
	switch {
	case is == nil:
		finds("nobody asked for %s, which stands at %d", request, first)
		return
	case is.last > 0:
		finds("twice: %s stands at %d and again at %d", request, is.last, first)
	case !slices.Contains(events[0].Tags, is.asked):
		finds("%s asked for something else than what stands at %d", request, first)
	}
	is.last = last
}

// judge compares what was told with what is stored. Call it at the end of the log.
func (l *logbook) judge(finds func(string, ...any)) {
	for request, is := range l.requests {
		switch {
		case is.isStored && is.last == 0:
			finds("acknowledged and lost: %s was told that it is stored, and it is not", request)
		case !is.isStored && is.wasRefused && !is.maybe && !is.open() && is.last > 0:
			finds("refused and stored: %s was told that nothing is stored, and it stands at %d", request, is.last)
		}
		for _, position := range is.positions {
			if is.last > 0 && position != is.last {
				finds("%s was told that it stands at %d, and it stands at %d", request, position, is.last)
			}
		}
	}
}

func (l *logbook) String() string {
	unanswered := 0
	for _, is := range l.requests {
		if is.open() {
			unanswered++
		}
	}
	return fmt.Sprintf("%d requests; told: %d stored, %d unchanged, %d refused, %d lost, %d unknown, %d nothing",
		len(l.requests), l.told[stored], l.told[unchanged], l.told[refused], l.told[lost], l.told[unknown], unanswered)
}
