package web

import (
	"context"
	"slices"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A history is the events that carry one tag: exactly what the log says about a
// course or a student.
type history struct {
	Tag    string
	Events []historyEvent // the latest first
}

type historyEvent struct {
	Position int64
	Words    eventWords
	At       time.Time
}

func (s *server) history(ctx context.Context, term *courses.Term, tag dcb.Tag) (history, error) {
	h := history{Tag: string(tag)}
	tagged := dcb.NewQuery(dcb.Tags{tag})
	for e, err := range s.Log.Read(ctx, tagged, dcb.ReadOptions{UpTo: term.Position}) {
		if err != nil {
			return history{}, err
		}
		h.Events = append(h.Events, historyEvent{e.Position, words(term, e.Type, e.Data), e.RecordedAt})
	}
	slices.Reverse(h.Events)
	return h, nil
}
