package dcb

import "time"

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

// ChannelSQL returns the channel of a log.
const ChannelSQL = channelSQL
