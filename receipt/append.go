package receipt

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
)

// An Append is what a receipt tells of one append that a decision sent.
type Append struct {
	Boundary []dcb.QueryItem // of the decision
	After    int64           // the log was read up to here, and the condition held from here
	// Before is where the first of its events came to stand. Of an append that was turned
	// away it is the position behind the last event that is kept as the reason.
	Before int64
}

// LatestAppends returns the appends of decisions on a command, among the latest n
// receipts, and how many decisions those are. One that a rule refused sent none, and one
// that lost a race sent several. An append that failed is left out: it has no place in
// the log.
//
// It decodes a third of what [Store.Latest] does, and is made for counting.
func (s *Store) LatestAppends(ctx context.Context, command string, n int) (appends []Append, decisions int, err error) {
	rows, _ := s.pool.Query(ctx, beforeSQL, listOfAll, kindAny, "", n, "") // ForEachRow returns the error
	var encoded []byte
	_, err = pgx.ForEachRow(rows, []any{&encoded}, func() error {
		var o outline
		if err := json.Unmarshal(encoded, &o); err != nil {
			return err
		}
		if o.Command == command {
			decisions++
			appends = append(appends, o.appends()...)
		}
		return nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read receipts: %w", err)
	}
	return appends, decisions, nil
}

// An outline is what of a [Receipt] tells of its appends.
type outline struct {
	Command  string          `json:"command"`
	Boundary []dcb.QueryItem `json:"boundary"`
	Attempts []struct {
		ReadTo   int64        `json:"read_to"`
		Moved    *Moved       `json:"moved"`
		Wanted   []positioned `json:"wanted"`
		Conflict *struct {
			Events []positioned `json:"events"`
		} `json:"conflict"`
		Failure *Failure `json:"failure"`
	} `json:"attempts"`
}

type positioned struct {
	Position int64 `json:"position"`
}

func (o outline) appends() []Append {
	var appends []Append
	boundary := o.Boundary
	for _, attempt := range o.Attempts {
		if attempt.Moved != nil {
			boundary = attempt.Moved.Boundary
		}
		switch conflict := attempt.Conflict; {
		case conflict != nil && len(conflict.Events) > 0:
			last := conflict.Events[len(conflict.Events)-1]
			appends = append(appends, Append{boundary, attempt.ReadTo, last.Position + 1})
		case conflict == nil && attempt.Failure == nil && len(attempt.Wanted) > 0:
			appends = append(appends, Append{boundary, attempt.ReadTo, attempt.Wanted[0].Position})
		}
	}
	return appends
}
