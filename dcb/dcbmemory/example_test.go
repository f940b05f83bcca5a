package dcbmemory_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbmemory"
)

// Two have read the log while it was empty. The append of the second one meets a conflict.
func ExampleLog() {
	ctx, log := context.Background(), new(dcbmemory.Log)
	seats := dcb.NewQuery(dcb.Tags{"course:algebra"})
	_, known, err := log.ReadSince(ctx, seats, dcb.Checkpoint{})
	if err != nil {
		panic(err)
	}
	for _, student := range []string{"ada", "kofi"} {
		seat := dcb.NewInputEvent("SeatTaken", dcb.Tags{"course:algebra", dcb.Tag("student:" + student)}, []byte(`{}`))
		position, err := log.AppendAfter(ctx, []dcb.InputEvent{seat}, seats, known)
		fmt.Println(student, position, errors.Is(err, dcb.ErrConflict))
	}
	fmt.Println(len(log.Events()))
	// Output:
	// ada 1 false
	// kofi 0 true
	// 1
}

// A restore of a backup loses the end of a log. Whoever has read it is told.
func ExampleLog_LoseEnd() {
	ctx := context.Background()
	log := &dcbmemory.Log{Now: func() time.Time { return time.Date(2026, 3, 20, 10, 0, 0, 0, time.UTC) }}
	for range 3 {
		seat := dcb.NewInputEvent("SeatTaken", dcb.Tags{"course:algebra"}, []byte(`{}`))
		if _, err := log.AppendAfter(ctx, []dcb.InputEvent{seat}, dcb.Query{}, dcb.Checkpoint{}); err != nil {
			panic(err)
		}
	}
	events := log.Events()
	known := events[2].Checkpoint()
	log.LoseEnd(2)
	_, _, err := log.ReadSince(ctx, dcb.AllEvents(), known)
	fmt.Println(len(events), len(log.Events()), errors.Is(err, dcb.ErrOtherHistory), events[0].RecordedAt.Format(time.DateOnly))
	// Output: 3 2 true 2026-03-20
}
