package dcb

import (
	"context"
	"math"
	"sync/atomic"
	"time"
)

// DecideOnTheSpotWithin sets how long a decision on the spot may take, and all of a
// batch together.
func (s *Store) DecideOnTheSpotWithin(one, all time.Duration) {
	s.committer.asker = patience{one, all}.asker
}

// TakeTwoTrips lets every append check first and insert then, as if somebody were in its way
// each time. Call it before the first append.
func (s *Store) TakeTwoTrips() { s.committer.shortcut.(*oneTrip).caution.wary = math.MaxInt }

// TryOneTrip lets every append try one trip, even if somebody was in the way of those before.
// Call it before the first append.
func (s *Store) TryOneTrip() { s.committer.shortcut.(*oneTrip).caution.most = 1 }

// Questions are how many query items the first reads of decisions asked for.
type Questions struct{ All, OnlyNew atomic.Int64 }

// CountQuestions counts what is asked for, and of that what was remembered up to some event.
// Call it before the first read.
func (s *Store) CountQuestions() *Questions {
	n := &Questions{}
	ask := s.sharedReads().ask
	s.sharedReads().ask = func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error) {
		for _, q := range questions {
			n.All.Add(1)
			if q.after > 0 {
				n.OnlyNew.Add(1)
			}
		}
		return ask(ctx, settings, questions, known)
	}
	return n
}

func (s *Store) sharedReads() *sharedReads { return s.first.(*sharedReads) }

// readBy sets how many statements the first reads of decisions send at once.
func (s *Store) readBy(statements int) { s.sharedReads().few = statements }

// readFirst reads as a decision does that has read nothing yet.
func (s *Store) readFirst(ctx context.Context, query Query, take func([]*sharedEvent) error) (Checkpoint, error) {
	return s.first.read(ctx, query, take)
}
