package decisions

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"go-crablet/dcb"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// Test is an attempt as a file: a test that package courses passes.
func (p *Pages) Test(v *site.Visit) error {
	record, err := p.Receipts.Find(v.Context(), v.ID("decision"))
	if errors.Is(err, receipt.ErrNotFound) {
		return p.noSuchReceipt(v)
	}
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(v.ID("attempt"))
	if err != nil || n < 1 || n > len(record.Attempts) || strconv.Itoa(n) != v.ID("attempt") {
		return p.noSuchScenario(v, record, "There is no such attempt in this decision.")
	}
	given, err := p.given(v.Context(), record, n-1)
	if err != nil {
		return err
	}
	code, err := p.testOf(v.Context(), record, n-1, given)
	if why, none := errors.AsType[story.NoScenario](err); none {
		return p.noSuchScenario(v, record, string(why))
	}
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	if v.R.URL.Query().Has("download") {
		h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", story.ScenarioFile(record, n-1)))
	}
	_, err = v.W.Write([]byte(code))
	return err
}

func (p *Pages) noSuchScenario(v *site.Visit, record receipt.Receipt, why string) error {
	return site.Problem{Status: http.StatusNotFound, Title: "There is no such test", Text: why, Next: ui.Link{URL: story.DecisionURL(record.ID), Words: "To the receipt"}}
}

// scenarioOf returns the test of an attempt, as a receipt shows it.
func (p *Pages) scenarioOf(ctx context.Context, record receipt.Receipt, i int) (story.Scenario, error) {
	given, err := p.given(ctx, record, i)
	if err != nil {
		return story.Scenario{}, err
	}
	code, err := p.testOf(ctx, record, i, given)
	switch why, none := errors.AsType[story.NoScenario](err); {
	case why == story.ErrInputNotKept:
		return story.Scenario{}, nil
	case none:
		return story.Scenario{Why: string(why)}, nil
	case err != nil:
		return story.Scenario{}, err
	}
	view := story.Scenario{URL: story.ScenarioURL(record, i), Length: fmt.Sprintf("%d lines", strings.Count(code, "\n"))}
	if len(given) <= story.FewGiven {
		view.Code = story.Source{File: story.ScenarioFile(record, i), Lines: story.TokenLines(strings.TrimSuffix(code, "\n"))}
		for n := range view.Code.Lines {
			view.Code.Lines[n].Number = n + 1
		}
	}
	return view, nil
}

// testOf writes an attempt as a test. One that can't be written is not worth the receipt
// that it belongs to: operators hear why, and for readers there is no such test.
func (p *Pages) testOf(ctx context.Context, record receipt.Receipt, i int, given []dcb.Event) (string, error) {
	code, err := story.ScenarioCode(record, i, given)
	if _, none := errors.AsType[story.NoScenario](err); err != nil && !none {
		p.Logger.ErrorContext(ctx, "write a decision as a test", "error", err, "request_id", dcb.CorrelationID(ctx))
		return "", story.ErrNotWritten
	}
	if err != nil {
		return "", err
	}
	opened, err := p.OpenNames(ctx, []byte(code), story.InGo)
	return string(opened), err
}

// given returns what an attempt knew: the events inside its boundary, up to where it
// read. The log up to there never changes, so they are the same now; the receipt keeps
// only the last of them. It returns at most one more than a test has.
func (p *Pages) given(ctx context.Context, record receipt.Receipt, i int) ([]dcb.Event, error) {
	upTo, failed := record.Attempts[i].ReadTo, record.Attempts[i].Failure != nil || record.IsVoid(i)
	if record.Input == nil || failed {
		return nil, nil
	}
	var events []dcb.Event
	for e, err := range p.Log.Read(ctx, story.QueryAt(record, i), dcb.ReadOptions{Before: upTo + 1, Limit: story.MostGiven + 1}) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}
