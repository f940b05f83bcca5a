package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// The largest receipt has 64 attempts about a full waitlist, and each attempt conflicts with as many
// events as a receipt keeps.
func TestThePageOfTheLargestReceiptStaysSmall(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	facts := dcb.Facts(
		courses.CourseDefined{Course: "hall", Title: "A title of some length, as titles of courses are", Capacity: 1},
		courses.StudentSubscribedToCourse{Student: "ada", Course: "hall"},
	)
	for i := range courses.MaxWaiting {
		id := courses.StudentID(fmt.Sprintf("a-student-with-an-id-of-some-length-%d", i))
		facts = append(facts, courses.StudentRegistered{Student: id, Name: "Somebody with a name of some length"},
			courses.StudentJoinedWaitlist{Student: id, Course: "hall"})
	}
	events, err := dcb.Encode(facts)
	require.NoError(t, err)
	_, err = app.store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
	require.NoError(t, err)
	app.awaitPages()

	times := 0
	app.meanwhile = func(int) { // appends as many events as a receipt keeps
		if times++; times > 1 {
			return
		}
		for i := range 10 {
			app.carryOut(courses.LeaveWaitlist{Student: courses.StudentID(fmt.Sprintf("a-student-with-an-id-of-some-length-%d", i)), Course: "hall"})
		}
	}
	require.Equal(t, http.StatusSeeOther, app.visitor().post("/courses/hall/subscriptions/ada/delete").status)
	kept := receipt.NewStore(app.pool)
	latest, err := kept.Latest(t.Context(), receipt.Filter{}, 1)
	require.NoError(t, err)
	record := latest[0]
	require.Len(t, record.Attempts, 2)
	require.Len(t, record.Attempts[0].Conflict.Events, 10)

	for _, attempts := range []int{5, 64} { // few attempts are all shown in full, most of many are folded
		many := record
		many.ID, many.StartedAt = fmt.Sprintf("many%d", attempts), time.Now()
		many.Attempts = append(slices.Repeat(record.Attempts[:1], attempts-1), record.Attempts[1])
		require.NoError(t, kept.Save(t.Context(), many))
		page := app.visitor().send(http.MethodGet, "/decisions/"+many.ID, nil, http.Header{"Accept-Encoding": {"gzip"}})
		require.Equal(t, http.StatusOK, page.status)
		require.Equal(t, "gzip", page.header.Get("Content-Encoding"))
		t.Logf("%d attempts: %d bytes", attempts, len(page.body))
		assert.Less(t, len(page.body), 20_000, "%d attempts", attempts)
	}
}
