package main

import (
	"context"
	"errors"
	"math/rand/v2"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbschema"
)

// wayDCB calls dcb.Decide as an application would: with a boundary of two projections, and an
// event. All callers of a store share its transactions, its reads and its memory. With more
// than one store, each decision goes to any of them, as if each store were a process.
func wayDCB(stores int) way {
	return way{
		name:   "dcb",
		schema: "compare_dcb",
		tables: dcbschema.SQL() + `;
			create view seat as
			select data ->> 'course' as course, data ->> 'student' as student
			from dcb_event`,
		open: func(ctx context.Context, pool *pgxpool.Pool, r rules) (taker, error) {
			t := dcbTaker{rules: r}
			for range stores {
				store, err := dcb.NewEventStore(ctx, pool)
				if err != nil {
					t.close()
					return nil, err
				}
				t.stores = append(t.stores, store)
			}
			return t, nil
		},
	}
}

type seatTaken struct {
	Course  string `json:"course"`
	Student string `json:"student"`
}

func (seatTaken) EventType() string { return "SeatTaken" }
func (e seatTaken) Tags() dcb.Tags {
	return dcb.NewTags("course", e.Course, "student", e.Student)
}

type dcbTaker struct {
	stores []*dcb.Store
	rules  rules
}

func (t dcbTaker) take(ctx context.Context, w wish) (retries int, err error) {
	type state struct{ seats, courses int }
	one := dcb.On(func(n int, _ seatTaken) int { return n + 1 })
	attempts := 0
	err = dcb.Decide(ctx, t.stores[rand.IntN(len(t.stores))],
		func(s *state) dcb.Boundary {
			return dcb.Boundary{
				dcb.Into(&s.seats, dcb.Project(0, dcb.NewTags("course", w.course), one)),
				dcb.Into(&s.courses, dcb.Project(0, dcb.NewTags("student", w.student), one)),
			}
		},
		func(s state) ([]dcb.Fact, error) {
			attempts++
			if err := t.rules.allow(s.seats, s.courses); err != nil {
				return nil, err
			}
			return dcb.Facts(seatTaken{Course: w.course, Student: w.student}), nil
		})
	return max(0, attempts-1), err
}

func (t dcbTaker) fill(ctx context.Context, past []wish) error {
	const atOnce = 500
	var events []dcb.InputEvent
	for i, w := range past {
		fact := seatTaken{Course: w.course, Student: w.student}
		events = append(events, dcb.NewInputEvent(fact.EventType(), fact.Tags(), []byte(w.data())))
		if len(events) == atOnce || i == len(past)-1 {
			if _, err := t.stores[0].AppendEvents(ctx, events, dcb.Query{}, 0); err != nil {
				return err
			}
			events = nil
		}
	}
	return nil
}

func (dcbTaker) define(context.Context, []wish) error { return nil }

func (t dcbTaker) close() {
	for _, store := range t.stores {
		store.Close()
	}
}

// isConflict reports whether a decision of dcb lost every attempt.
func isConflict(err error) bool { return errors.Is(err, dcb.ErrConflict) }
