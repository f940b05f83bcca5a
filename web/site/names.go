package site

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/readmodel"
)

// Names returns the names of what tags stand for.
func (s *Site) Names(ctx context.Context, tags ...dcb.Tag) (names readmodel.Names, err error) {
	var ask readmodel.Questions
	ask.Names(&names, tags)
	_, err = s.Terms.Ask(ctx, &ask)
	return names, err
}

// Head returns the position of the last event in the log.
func (s *Site) Head(ctx context.Context) (int64, error) {
	head, err := s.Log.Head(ctx)
	return head.Position, err
}

// Happened reports whether the log has an event that a query matches. Where the
// answer counts it is asked rather than the read model, which may be behind.
func (s *Site) Happened(ctx context.Context, query dcb.Query) (bool, error) {
	for _, err := range s.Log.Read(ctx, query, dcb.ReadOptions{Limit: 1}) {
		return err == nil, err
	}
	return false, nil
}
