package dcb

import (
	"math"
	"time"
)

// Waiting tells how many requests wait for the next batch.
func (s *Store) Waiting() int {
	s.committer.mu.Lock()
	defer s.committer.mu.Unlock()
	return len(s.committer.waiting)
}

// DecideOnTheSpotWithin sets how long a decision on the spot may take, and all of a
// batch together.
func (s *Store) DecideOnTheSpotWithin(one, all time.Duration) {
	s.committer.onTheSpot = patience{one, all}
}

// TakeTwoTrips lets every append check first and insert then, as if somebody were in its way
// each time. Call it before the first append.
func (s *Store) TakeTwoTrips() { s.committer.caution.wary = math.MaxInt }

// TryOneTrip lets every append try one trip, even if somebody was in the way of those before.
// Call it before the first append.
func (s *Store) TryOneTrip() { s.committer.caution.most = 1 }

// ChannelSQL returns the channel of a log.
const ChannelSQL = channelSQL
