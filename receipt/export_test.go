package receipt

// Waiting tells how many receipts wait for the next statement.
func (s *Store) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiting)
}
