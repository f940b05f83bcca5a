package proof_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/workshop/proof"
)

// Both read that the seat is free before one of them appends, so one of them meets a conflict.
func ExampleMeeting() {
	seat := dcb.NewQuery(dcb.NewTags("seat", "12A"))
	log := proof.MeetingAt(&dcbtest.Memory{}, 2)
	var conflicts atomic.Int64
	var contenders sync.WaitGroup
	for range 2 {
		contenders.Go(func() {
			ctx := context.Background()
			_, known, _ := log.ReadSince(ctx, seat, dcb.Checkpoint{})
			booked := dcb.NewInputEvent("SeatBooked", dcb.NewTags("seat", "12A"), []byte(`{}`))
			if _, err := log.AppendAfter(ctx, []dcb.InputEvent{booked}, seat, known); errors.Is(err, dcb.ErrConflict) {
				conflicts.Add(1)
			}
		})
	}
	contenders.Wait()
	fmt.Println("conflicts:", conflicts.Load(), "missing:", log.Missing())
	// Output: conflicts: 1 missing: 0
}
