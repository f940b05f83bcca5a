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

// Test is an attempt as a file: a Go test that passes in package courses.
func (p *Pages) Test(v *site.Visit) error {
	record, err := p.receiptAt(v)
	if err != nil {
		return err
	}
	i, err := attemptAt(v, record)
	if err != nil {
		return err
	}
	given, err := p.given(v.Context(), record, i)
	if err != nil {
		return err
	}
	code, err := p.testOf(v.Context(), record, i, given)
	if why, none := errors.AsType[story.NoScenario](err); none {
		return noSuchTest(record, string(why))
	}
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	if v.R.URL.Query().Has("download") {
		h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", story.ScenarioFile(record, i)))
	}
	_, err = v.W.Write([]byte(code))
	return err
}

// attemptAt returns the index of the attempt that an address numbers, from 1.
func attemptAt(v *site.Visit, record receipt.Receipt) (int, error) {
	n, err := strconv.Atoi(v.ID("attempt"))
	if err != nil || n < 1 || n > len(record.Attempts) || strconv.Itoa(n) != v.ID("attempt") {
		return 0, noSuchTest(record, "There is no such attempt in this decision.")
	}
	return n - 1, nil
}

func noSuchTest(record receipt.Receipt, why string) error {
	return site.Problem{
		Status: http.StatusNotFound, Title: "There is no such test", Text: why,
		Next: ui.Link{URL: story.DecisionURL(record.ID), Words: "To the receipt"},
	}
}

// scenarioOf returns the i-th attempt as a test, the way a receipt shows it. A long test is
// only linked.
func (p *Pages) scenarioOf(ctx context.Context, record receipt.Receipt, i int) (story.Scenario, error) {
	given, err := p.given(ctx, record, i)
	if err != nil {
		return story.Scenario{}, err
	}
	code, err := p.testOf(ctx, record, i, given)
	switch why, none := errors.AsType[story.NoScenario](err); {
	case why == story.ErrInputNotKept || why == story.ErrOtherModel:
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

// testOf writes the i-th attempt as a test that begins with the given events. If that goes
// wrong the error is logged, and the reader is told only that there is no test: the receipt
// around it is worth showing without one.
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

// given returns the events that an attempt knew: those inside its boundary, up to where it
// read. The receipt keeps only the last of them, but the log up to there never changes, so
// they are read again. One more than a test may have shows that there are too many.
func (p *Pages) given(ctx context.Context, record receipt.Receipt, i int) ([]dcb.Event, error) {
	upTo, failed := record.Attempts[i].ReadTo, record.Attempts[i].Failure != nil || record.IsVoid(i)
	if record.Input == nil || failed {
		return nil, nil
	}
	var events []dcb.Event
	for e, err := range p.LogOf(ctx).Read(ctx, story.QueryAt(record, i), dcb.ReadOptions{Before: upTo + 1, Limit: story.MostGiven + 1}) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}
