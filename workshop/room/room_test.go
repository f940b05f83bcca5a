package room_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/workshop/room"
)

// opened returns rooms with one room of two hours in it.
func opened(t *testing.T) (*room.Rooms, string) {
	t.Helper()
	rooms := room.New(func(string) {})
	t.Cleanup(rooms.Close)
	code, err := rooms.Open(2 * time.Hour)
	require.NoError(t, err)
	return rooms, code
}

// of is what the program of a participant tells. The name makes the secret.
func of(name, step string, state room.State, test string) room.Progress {
	return room.Progress{Participant: fmt.Sprintf("%032x", name)[:32], Name: name, Step: step, State: state, Test: test}
}

func tell(t *testing.T, rooms *room.Rooms, code string, p room.Progress) {
	t.Helper()
	_, err := rooms.Tell(code, p)
	require.NoError(t, err)
}

func look(t *testing.T, rooms *room.Rooms, code string) room.Board {
	t.Helper()
	board, found, err := rooms.Look(code)
	require.NoError(t, err)
	require.True(t, found)
	return board
}

func TestABoardCountsAndMeasures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rooms, code := opened(t)
		for i, name := range []string{"Ada", "Kofi", "Mei"} {
			tell(t, rooms, code, of(name, "01-tags", room.Begun, ""))
			time.Sleep(time.Duration(i+1) * time.Minute)
			tell(t, rooms, code, of(name, "01-tags", room.Green, ""))
		}
		late := of("Nils", "02-query", room.Red, "TestA")
		late.Done = []int{1} // before he came
		tell(t, rooms, code, late)
		tell(t, rooms, code, of("Ada", "02-query", room.Red, "TestB"))
		tell(t, rooms, code, of("Kofi", "02-query", room.Red, "TestB"))

		board := look(t, rooms, code)
		first, second := board.Steps[0], board.Steps[1]
		assert.Equal(t, []int{4, 4, 1, 0}, []int{first.Begun, first.Green, first.Here, first.Red})
		assert.Equal(t, 2*time.Minute, first.Median)
		assert.Equal(t, []int{3, 0, 3, 3}, []int{second.Begun, second.Green, second.Here, second.Red})
		assert.Zero(t, second.Median)
		assert.Equal(t, "TestB", second.Test)
		assert.Equal(t, 2, second.Fail)
		assert.Equal(t, 1, board.Now, "most people are at the second step")
		assert.Equal(t, 4, board.People)
		assert.Equal(t, 114*time.Minute, board.Left)
		assert.Empty(t, board.Visits, "nobody has been at a step for long")
	})
}

func TestABoardNamesThoseWhoHaveBeenRedForLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rooms, code := opened(t)
		for _, name := range []string{"Ada", "Kofi", "Mei", "Nils", "Zoë"} {
			tell(t, rooms, code, of(name, "01-tags", room.Red, "TestA"))
			time.Sleep(time.Minute)
		}
		tell(t, rooms, code, of("Ada", "01-tags", room.Green, ""))
		tell(t, rooms, code, of("Kofi", "01-tags", room.Red, "")) // it does not compile now
		time.Sleep(3*time.Minute + time.Second)

		visits := look(t, rooms, code).Visits
		require.Len(t, visits, 3, "the three who have been there for the longest time")
		assert.Equal(t, "Kofi", visits[0].Name, "Ada is green")
		assert.Empty(t, visits[0].Test)
		assert.Equal(t, 7*time.Minute+time.Second, visits[0].Since)
		assert.Equal(t, 3*time.Minute+time.Second, visits[0].Quiet)
		assert.Equal(t, []string{"Mei", "Nils"}, []string{visits[1].Name, visits[2].Name})
	})
}

func TestTwoPeopleMayHaveOneName(t *testing.T) {
	t.Parallel()
	rooms, code := opened(t)
	var called []string
	for i := range 3 {
		p := of("Ada", "01-tags", room.Begun, "")
		p.Participant = strings.Repeat(fmt.Sprint(i), 32)
		for range 2 { // the second time it is the same person
			name, err := rooms.Tell(code, p)
			require.NoError(t, err)
			called = append(called, name)
		}
	}
	assert.Equal(t, []string{"Ada", "Ada", "Ada 2", "Ada 2", "Ada 3", "Ada 3"}, called)
	assert.Equal(t, 3, look(t, rooms, code).People)
}

func TestWhatIsToBeShownStaysUntilThereIsSomethingNew(t *testing.T) {
	t.Parallel()
	rooms, code := opened(t)
	shows := of("Ada", "01-tags", room.Red, "")
	shows.Shows = "/race/one"
	tell(t, rooms, code, shows)
	tell(t, rooms, code, of("Ada", "01-tags", room.Green, ""))
	tell(t, rooms, code, of("Kofi", "01-tags", room.Green, ""))
	assert.Equal(t, []room.Show{{Name: "Ada", Address: "/race/one"}}, look(t, rooms, code).Shows)
}

func TestARoomIsBounded(t *testing.T) {
	t.Parallel()
	rooms, code := opened(t)
	for i := range room.MostParticipants {
		tell(t, rooms, code, of(fmt.Sprintf("A%d", 100+i), "01-tags", room.Begun, ""))
	}
	_, err := rooms.Tell(code, of("Late", "01-tags", room.Begun, ""))
	require.ErrorIs(t, err, room.ErrFull)
	tell(t, rooms, code, of("A100", "01-tags", room.Red, "")) // who is in stays in
	for range room.MostRooms - 1 {
		_, err := rooms.Open(time.Hour)
		require.NoError(t, err)
	}
	_, err = rooms.Open(time.Hour)
	require.ErrorIs(t, err, room.ErrManyRooms)
	require.Equal(t, code, rooms.Codes()[0])
	require.Len(t, rooms.Codes(), room.MostRooms)
}

func TestAParticipantKeepsToAPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var changes int
		rooms := room.New(func(string) { changes++ })
		defer rooms.Close()
		code, err := rooms.Open(time.Hour)
		require.NoError(t, err)
		p := of("Ada", "01-tags", room.Red, "")
		for range 10 {
			tell(t, rooms, code, p)
		}
		_, err = rooms.Tell(code, p)
		require.ErrorIs(t, err, room.ErrTooSoon)
		assert.Equal(t, 10, changes, "nothing changed")
		tell(t, rooms, code, of("Kofi", "01-tags", room.Red, "")) // nobody waits for somebody else
		time.Sleep(2 * time.Second)
		tell(t, rooms, code, p)
		_, err = rooms.Tell(code, p)
		require.ErrorIs(t, err, room.ErrTooSoon)
	})
}

func TestARoomIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var changed []string
		rooms := room.New(func(code string) { changed = append(changed, code) })
		defer rooms.Close()
		stopped, err := rooms.Open(time.Hour)
		require.NoError(t, err)
		over, err := rooms.Open(time.Hour)
		require.NoError(t, err)
		require.True(t, rooms.Stop(stopped))
		require.False(t, rooms.Stop(stopped))
		_, err = rooms.Tell(stopped, of("Ada", "01-tags", room.Red, ""))
		require.ErrorIs(t, err, room.ErrNoRoom)

		time.Sleep(2*time.Hour - time.Second)
		assert.Negative(t, look(t, rooms, over).Left)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		_, found, err := rooms.Look(over)
		require.NoError(t, err)
		assert.False(t, found)
		assert.Equal(t, []string{stopped, over}, changed)
		rooms.Close()
		_, err = rooms.Open(time.Hour)
		require.ErrorIs(t, err, room.ErrManyRooms)
	})
}

// Whoever is early is at a variant. That is no step, so nobody visits them there.
func TestSomebodyAtAVariantIsInTheRoomAndInNoRow(t *testing.T) {
	t.Parallel()
	rooms, code := opened(t)
	early := of("Zoë", "14-prerequisites", room.Red, "TestOneOfTwoIsNotEnough")
	early.Done = []int{1, 2}
	back, err := room.ProgressOf(early.Form())
	require.NoError(t, err)
	tell(t, rooms, code, back)
	board := look(t, rooms, code)
	require.Equal(t, 1, board.People)
	require.Empty(t, board.Visits)
	for _, row := range board.Steps {
		require.Zero(t, row.Here, row.Name)
		require.Equal(t, row.Number() <= 2, row.Green == 1, row.Name)
	}
}

func TestWhatARoomCannotUseIsSaidInASentence(t *testing.T) {
	t.Parallel()
	good := of("Zoë M.", "03-condition", room.Red, "TestSixteenStudentsAndOneSeat")
	good.Done, good.Shows = []int{1, 2}, "/race/abc"
	back, err := room.ProgressOf(good.Form())
	require.NoError(t, err)
	require.Equal(t, good, back)
	for _, test := range []struct {
		field, value string
		want         error
	}{
		{"name", strings.Repeat("A", 500), room.ErrName},
		{"name", "<b>Ada</b>", room.ErrName},
		{"name", "\u202eadA", room.ErrName},
		{"name", "", room.ErrName},
		{"name", "Ada\x1b[31m", room.ErrName},
		{"participant", "ada", room.ErrParticipant},
		{"step", "14-more", room.ErrStep},
		{"state", "blue", room.ErrState},
		{"test", "package main", room.ErrTest},
		{"test", "Test" + strings.Repeat("A", 200), room.ErrTest},
		{"done", "1-14", room.ErrDone},
		{"done", strings.Repeat("1-", 20) + "1", room.ErrDone},
		{"shows", "https://evil.example/race/abc", room.ErrShows},
		{"shows", "/race/../students", room.ErrShows},
	} {
		form := good.Form()
		form.Set(test.field, test.value)
		_, err := room.ProgressOf(form)
		assert.ErrorIs(t, err, test.want, "%s=%.40q", test.field, test.value)
	}
	form := good.Form()
	form.Set("state", "green") // and a test that fails
	_, err = room.ProgressOf(form)
	require.ErrorIs(t, err, room.ErrTest)
	_, err = room.ProgressOf(url.Values{})
	require.ErrorIs(t, err, room.ErrParticipant)
}

func TestARunOfTellingsByManyIsSafe(t *testing.T) {
	t.Parallel()
	rooms, code := opened(t)
	done := make(chan error)
	for i := range 20 {
		go func() {
			_, err := rooms.Tell(code, of(fmt.Sprintf("A%d", 10+i), "01-tags", room.Begun, ""))
			done <- err
		}()
	}
	for range 20 {
		require.NoError(t, <-done)
	}
	assert.Equal(t, 20, look(t, rooms, code).Steps[0].Here)
}
