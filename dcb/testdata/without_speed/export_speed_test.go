package dcb

import (
	"context"
	"sync/atomic"
	"time"
)

// A store without its speed has nothing that these could change.

func (s *Store) DecideOnTheSpotWithin(one, all time.Duration) {}

func (s *Store) TakeTwoTrips() {}

func (s *Store) TryOneTrip() {}

func (s *Store) readBy(int) {}

type Questions struct{ All, OnlyNew atomic.Int64 }

func (s *Store) CountQuestions() *Questions { return &Questions{} }

func (s *Store) readFirst(ctx context.Context, query Query, take func([]*sharedEvent) error) (Checkpoint, error) {
	events, head, err := s.ReadSince(ctx, query, Checkpoint{})
	if err == nil {
		err = take(share(events))
	}
	return head, err
}

// The simulated server knows these statements, and nobody sends them.
const (
	setPlanAndTime = "setPlanAndTime"
	takeLockIfFree = "takeLockIfFree"
	oneTripSQL     = "oneTripSQL"
)
