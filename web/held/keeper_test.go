package held_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/receipt"
	"go-crablet/web/held"
)

func TestAHolderHoldsThreeDecisionsAtMost(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		var mine []*held.Decision
		for n := range 3 {
			one, _ := hall.begin(hall.decision("ada", take{fmt.Sprint(n), 9}))
			mine = append(mine, one)
		}
		assert.Equal(t, mine, hall.Of("ada"))
		_, _, err := hall.Hold(t.Context(), hall.decision("ada", take{"fourth", 9}))
		busy, ok := errors.AsType[held.Busy](err)
		require.True(t, ok, "%v", err)
		assert.Contains(t, busy.Error(), "you hold three decisions already")
		hall.begin(hall.decision("kofi", take{"kofi", 9}))

		require.True(t, mine[0].Cancel(1))
		mine[0].Await(t.Context())
		synctest.Wait()
		assert.Equal(t, mine[1:], hall.Of("ada"))
		hall.begin(hall.decision("ada", take{"fourth", 9}))
	})
}

func TestTwoHundredDecisionsAreHeldAtMostAndNoNetworkHoldsThemAll(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		all := map[string]bool{}
		// from holds decisions of as many holders as there is room for, and returns them.
		from := func(network string) (one []*held.Decision) {
			for {
				holder := fmt.Sprint(network, len(one))
				d := hall.decision(holder, take{holder, 1000})
				d.From = network
				h, _, err := hall.Hold(t.Context(), d)
				if err != nil {
					busy, ok := errors.AsType[held.Busy](err)
					require.True(t, ok, "%v", err)
					assert.Contains(t, busy.Error(), "no room for another")
					return one
				}
				require.True(t, h.Await(t.Context()).Open)
				one, all[h.ID] = append(one, h), true
			}
		}
		first := from("first")
		assert.Len(t, first, 100)
		assert.Len(t, from("second"), 50)
		for n := 0; len(from(fmt.Sprint(n))) > 0; n++ {
		}
		assert.Len(t, all, 200, "each has an id of its own")

		require.True(t, first[0].Cancel(1))
		synctest.Wait()
		assert.Empty(t, from("first"), "it has more than are left")
		assert.Len(t, from("later"), 1)
	})
}

func TestWhatAHolderHoldsIsPassedOn(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		one, stage := hall.begin(hall.decision("ada", take{"ada", 9}))
		over, _ := hall.begin(hall.decision("ada", take{"ben", 9}))
		require.True(t, over.Cancel(1))
		synctest.Wait()
		other, _ := hall.begin(hall.decision("kofi", take{"kofi", 9}))

		hall.PassOn("ada", "ada after she signed in")
		for _, h := range []*held.Decision{one, over} {
			assert.False(t, h.IsOf("ada"))
			assert.True(t, h.IsOf("ada after she signed in"))
		}
		assert.True(t, other.IsOf("kofi"))
		assert.Empty(t, hall.Of("ada"))
		assert.Equal(t, []*held.Decision{one}, hall.Of("ada after she signed in"))
		assert.True(t, one.Continue(stage.Stop))
	})
}

func TestAFormThatIsSentAgainIsTheDecisionThatIsHeld(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		d := hall.decision("ada", take{"ada", 9})
		d.Form = "form"
		first, _ := hall.begin(d)
		again, joined, err := hall.Hold(t.Context(), d)
		require.NoError(t, err)
		assert.True(t, joined)
		assert.Same(t, first, again)

		d.Holder = "somebody else"
		other, _ := hall.begin(d)
		assert.NotSame(t, first, other)
		again, joined, err = hall.Hold(t.Context(), d)
		require.NoError(t, err)
		assert.True(t, joined, "though somebody else's was there first")
		assert.Same(t, other, again)
		d.Holder, d.Form = "ada", "another form"
		other, joined, err = hall.Hold(t.Context(), d)
		require.NoError(t, err)
		assert.False(t, joined)
		assert.NotSame(t, first, other)

		// Once it is over, the decision finds by itself that it was taken before.
		hall.letGoOn(first, 1)
		require.Equal(t, receipt.Appended, hall.receipt(first).Outcome())
		synctest.Wait()
		d.Form = "form"
		after, stage := hall.begin(d)
		assert.NotSame(t, first, after)
		assert.True(t, stage.Over)
		assert.Equal(t, []string{"ada"}, guests(t, hall.log))
	})
}

func TestADecisionIsFoundByItsIDUntilFiveHundredOthersAreOver(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		one, _ := hall.begin(hall.decision("ada", take{"ada", 1}))
		assert.Regexp(t, `^[a-z2-7]{26}$`, one.ID)
		found, ok := hall.Find(one.ID)
		require.True(t, ok)
		assert.Same(t, one, found)
		_, ok = hall.Find("")
		assert.False(t, ok)

		one.Continue(1)
		one.Await(t.Context())
		synctest.Wait()
		for range 499 {
			hall.begin(hall.decision("kofi", take{"kofi", 1})) // refused
			synctest.Wait()
		}
		found, ok = hall.Find(one.ID)
		require.True(t, ok)
		assert.True(t, found.Stage().Over)
		hall.begin(hall.decision("kofi", take{"kofi", 1}))
		synctest.Wait()
		_, ok = hall.Find(one.ID)
		assert.False(t, ok)
	})
}

func TestCloseEndsWhatIsHeldAndAppendsNoneOfIt(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		first, _ := hall.begin(hall.decision("ada", take{"ada", 9}))
		second, _ := hall.begin(hall.decision("kofi", take{"kofi", 9}))
		began := time.Now()
		assert.Equal(t, 2, hall.Close())
		assert.Zero(t, time.Since(began), "it does not wait until nobody has a right to wait any more")
		for _, one := range []*held.Decision{first, second} {
			stage := one.Stage()
			require.True(t, stage.Over)
			assert.Equal(t, held.ErrStopped, stage.Err)
		}
		assert.Empty(t, guests(t, hall.log))
		_, _, err := hall.Hold(t.Context(), hall.decision("mei", take{"mei", 9}))
		assert.Equal(t, held.Busy("the program is about to stop: try again when it is back"), err)
	})
}

// The program stops between a lost attempt and the next one.
func TestCloseDoesNotWaitForTheNextAttempt(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		one, _ := hall.begin(hall.decision("ada", take{"ada", 9}))
		hall.meanwhile(taken{"kofi"})
		hall.letGoOn(one, 1) // into the pause after the conflict
		require.False(t, one.Stage().Open)
		began := time.Now()
		assert.Equal(t, 1, hall.Close())
		assert.Less(t, time.Since(began), 5*time.Second, "it ends when it would be held")
		assert.Equal(t, held.ErrStopped, one.Stage().Err)
		assert.Equal(t, []string{"kofi"}, guests(t, hall.log))
	})
}

// A form that is sent again when its decision is over begins a new decision. So a decision has
// to be out of the list before anybody is told that it is over.
func TestADecisionIsNotUnderWayAnyMoreWhenItsEndIsTold(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		ends := 0
		hall.changed = func(id string) {
			if one, found := hall.Find(id); found && one.Stage().Over {
				ends++
				assert.Empty(t, hall.Of("ada"))
			}
		}
		one, _ := hall.begin(hall.decision("ada", take{"ada", 9}))
		hall.letGoOn(one, 1)
		assert.Equal(t, 1, ends)
	})
}

func TestADecisionThatEndsWithAnErrorOfItsOwnHasThatError(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		for _, own := range []error{errors.New("broken"), context.Canceled, nil} {
			_, stage := hall.begin(held.Spec{Holder: "ada", Take: func(context.Context) (receipt.Result, error) { return receipt.Result{}, own }})
			require.True(t, stage.Over)
			assert.Equal(t, own, stage.Err)
		}
	})
}

// A silent is a log that never answers, like a database that is gone.
type silent struct{ dcb.Log }

func (silent) ReadSince(ctx context.Context, _ dcb.Query, _ dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	<-ctx.Done()
	return nil, dcb.Checkpoint{}, ctx.Err()
}

// A slow is a log that stores an append and answers late.
type slow struct{ dcb.Log }

func (s slow) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	time.Sleep(8 * time.Second)
	return s.Log.AppendAfter(context.WithoutCancel(ctx), events, query, known)
}

func TestCloseGivesUpWhatDoesNotGetToItsAppend(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		reading, _, err := hall.Hold(t.Context(), hall.decisionOn(silent{hall.log}, "ada", take{"ada", 9}))
		require.NoError(t, err)
		synctest.Wait()
		began := time.Now()
		assert.Equal(t, 1, hall.Close())
		assert.Equal(t, 5*time.Second, time.Since(began))
		assert.Equal(t, held.ErrStopped, reading.Stage().Err)
	})
}

func TestCloseWaitsForWhatIsOnItsWayIntoTheLog(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		one, _ := hall.begin(hall.decisionOn(slow{hall.log}, "ada", take{"ada", 9}))
		require.True(t, one.Continue(1))
		synctest.Wait()
		began := time.Now()
		assert.Zero(t, hall.Close(), "it was not ended")
		assert.Equal(t, 8*time.Second, time.Since(began))
		require.NoError(t, one.Stage().Err)
		assert.Equal(t, []string{"ada"}, guests(t, hall.log))
	})
}

func TestWhoWatchesIsToldOfEveryStage(t *testing.T) {
	bubble(t, func(t *testing.T, hall *hall) {
		changes := map[string]int{}
		hall.changed = func(id string) { changes[id]++ }
		one, _ := hall.begin(hall.decision("ada", take{"ada", 1}))
		synctest.Wait()
		assert.Equal(t, 1, changes[one.ID])
		one.Continue(1)
		one.Await(t.Context())
		synctest.Wait()
		assert.Equal(t, 4, changes[one.ID], "held, let go on, no longer held, over")
	})
}
