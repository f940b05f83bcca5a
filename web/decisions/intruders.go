package decisions

import (
	"context"

	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/story"
)

// intrudersOf returns the events that got inside the boundary of an attempt, each with the
// decision that appended it. The correlation ID of an event leads to that decision's
// receipt, if one is kept.
func (p *Pages) intrudersOf(ctx context.Context, names readmodel.Names, attempt receipt.Attempt) ([]story.Intruder, error) {
	if attempt.Conflict == nil {
		return nil, nil
	}
	var ids []string
	for _, e := range attempt.Conflict.Events {
		ids = append(ids, e.ID)
	}
	stored, err := p.LogOf(ctx).Find(ctx, ids...)
	if err != nil {
		return nil, err
	}
	requests, err := p.log.RequestsOf(ctx, stored)
	if err != nil {
		return nil, err
	}
	var receipts []string
	for _, request := range requests {
		receipts = append(receipts, request.Receipt)
	}
	titles, err := p.Receipts.Titles(ctx, receipts)
	if err != nil {
		return nil, err
	}
	var list []story.Intruder
	for _, e := range attempt.Conflict.Events {
		request := requests[e.ID]
		list = append(list, story.Intruder{
			Position: e.Position, Sentence: story.Words(names, e.Type, e.Data).Sentence,
			Decided: titles[request.Receipt], URL: request.URL(), Request: request.ID,
		})
	}
	return list, nil
}
