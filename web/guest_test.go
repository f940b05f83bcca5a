package web_test

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab"
	"go-crablet/receipt"
	"go-crablet/web/race"
	"go-crablet/workshop/see"
	condition "go-crablet/workshop/steps/03-condition"
)

// A guest may call its command as the application calls one of its own. Its receipts show no code of
// the application, and no test of it, and the lens does not count them as decisions of the application.
func TestAReceiptOfAGuestShowsNoCodeOfOurs(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	receipts := receipt.NewStore(app.pool)
	guest := lab.Guest{
		Model: "mine/05-limits", Cast: lab.Cast{Collector: 3},
		Command: func(student courses.StudentID, course courses.CourseID, _ int) dcb.Command {
			return courses.SubscribeStudent{Student: student, Course: course}
		},
	}
	replay, err := guest.Race(t.Context(), app.store, race.GuestRecorder(receipts, slog.Default(), guest.Model))
	require.NoError(t, err)
	require.NoError(t, app.theatre.Runs.SaveRace(t.Context(), replay))
	app.awaitPages()

	page := app.visitor().get("/race/" + replay.ID)
	assert.Contains(t, page.text(), "One student asked for 3 courses, and got 3.")
	assert.Contains(t, page.text(), "The rules are those of mine/05-limits . The race took place on this log, and each decision has a receipt.")
	assert.NotContains(t, page.text(), "Other numbers", "the application can't run it again")

	kept := 0
	for _, step := range replay.Steps {
		if step.Receipt == "" {
			continue
		}
		kept++
		address := "/decisions/" + step.Receipt
		said := app.visitor().get(address).text()
		assert.Contains(t, said, "A contender takes a seat by the rules of mine/05-limits")
		assert.Contains(t, said, "Their code is not in this program.")
		for _, ours := range []string{"subscribe_student.go", "fired", "What it looks at, in code", "Copy as test"} {
			assert.NotContains(t, said, ours)
		}
		test := app.visitor().get(address + "/attempts/1/test")
		assert.Equal(t, http.StatusNotFound, test.status)
		assert.Contains(t, test.text(), "The rules of another model took this decision.")
	}
	assert.Equal(t, 3, kept)
	_, decisions, err := receipts.LatestAppends(t.Context(), "SubscribeStudent", 100)
	require.NoError(t, err)
	assert.Zero(t, decisions)
}

// A guest that reads and appends by itself has receipts, too: of the seat, and of each append that was
// turned away.
func TestAGuestThatAppendsByItselfHasReceipts(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	guest := see.SeatTakers("mine/03-condition", condition.TakeSeat, condition.ErrFull, lab.Cast{Rush: 3, Seats: 1})
	replay, err := guest.Race(t.Context(), app.store, race.GuestRecorder(receipt.NewStore(app.pool), slog.Default(), guest.Model))
	require.NoError(t, err)
	app.awaitPages()
	says := map[lab.Kind]string{
		lab.Seated: "Seated at attempt 1",
		lab.Lost:   "Lost after 1 attempt",
	}
	ends := map[lab.Kind]int{}
	for _, step := range replay.Steps {
		if step.Receipt != "" {
			ends[step.Kind]++
			page := app.visitor().get("/decisions/" + step.Receipt)
			assert.Equal(t, http.StatusOK, page.status)
			assert.Contains(t, page.text(), says[step.Kind])
		}
	}
	assert.Equal(t, map[lab.Kind]int{lab.Seated: 1, lab.Lost: 2}, ends)
}
