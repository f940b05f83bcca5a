package dcb

// Waiting tells how many requests wait for the next batch.
func (s *Store) Waiting() int {
	s.committer.mu.Lock()
	defer s.committer.mu.Unlock()
	return len(s.committer.waiting)
}

// ChannelSQL returns the channel of a log.
const ChannelSQL = channelSQL
