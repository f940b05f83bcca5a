package dcb

// speedUp adds to a store what makes it fast. This is the only door: a store behind which
// nobody has opened it appends, decides and reads just as well, with more round trips. A test
// builds the package without the files behind the door, and has it race
// ([TestTheIdeaHoldsWithoutItsSpeed]).
//
//   - one_trip.go: an append takes one round trip if nobody is in its way.
//   - spot.go: a decision that lost a race is taken again while the log is locked.
//   - shared_read.go, shared_answer.go and memory.go: decisions that begin at once share a
//     statement, which asks for what is not remembered.
func (s *Store) speedUp(options Options) {
	s.committer.shortcut = &oneTrip{s.committer, caution{most: mostWary}}
	s.committer.asker = patience{longestOnTheSpot, longestBatchOnTheSpot}.asker
	s.onTheSpot = onTheSpot
	s.first = newSharedReads(s, options.memory())
}
