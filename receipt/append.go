package receipt

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
	"go-crablet/nearby"
)

// An Append is what a receipt says of one append of a decision. Between After and Before are
// the events that others appended while the decision was made.
type Append struct {
	Boundary []dcb.QueryItem // of the decision
	After    int64           // the decision had read the log up to this position
	// Before is the position of the append's first event. If the append was rejected, it is
	// the position after the last conflicting event that the receipt has.
	Before int64
}

// LatestAppends returns the appends of those among the latest n receipts whose decisions were
// on a command, and the number of those decisions. A decision that was refused sent no
// append, and one that met conflicts sent several. Appends that failed are left out, because
// they have no place in the log.
//
// It is made for counting: it decodes a third as much as [Store.Latest].
func (s *Store) LatestAppends(ctx context.Context, command string, n int) (appends []Append, decisions int, err error) {
	rows, _ := nearby.Pool(ctx, s.pool).Query(ctx, beforeSQL, listOfAll, kindAny, "", n, "") // ForEachRow returns the error
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

// An outline is the part of a [Receipt] that its appends are made of.
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
