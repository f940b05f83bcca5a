package e2e

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// An event that nobody can read gets inside the boundary of a decision, which fails. Then
// the log loses its end under another one, which starts over. Their pages say so.
func TestAFailedDecisionIsToldOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	pool, err := pgxpool.New(t.Context(), site.databaseURL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	ada := site.student("ada", "Ada")
	look := func(name string) {
		t.Helper()
		ada.isFineOnEveryScreen(name)
	}

	ada.holdsTheGap()
	ada.looksAtCourse("compilers")
	ada.Submit(subscribeButton)
	unreadable := dcb.NewInputEvent("StudentSubscribedToCourse", dcb.NewTags("course_id", "compilers"), []byte(`{"course_id":{}}`))
	_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{unreadable}, dcb.Query{}, 0)
	require.NoError(t, err)
	ada.Submit(goOnButton)
	require.Contains(t, ada.reads(), "Failed: the event StudentSubscribedToCourse at position 186 can't be read")
	look("receipt-failed-reading")

	ada.looksAtCourse("compilers")
	ada.Submit(subscribeButton)
	require.Equal(t, 500, ada.Status())
	look("problem-with-receipt")
	ada.Follow("main .button")
	ada.unfolds(".told")
	require.Contains(t, ada.reads(), "Attempt 1 Failed It failed before it had read enough to decide.")
	look("receipt-failed-at-first")

	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	_, err = pool.Exec(t.Context(), `delete from dcb_event_tag where position > 180; delete from dcb_event where position > 180`)
	require.NoError(t, err)
	ada.Goto(ada.URL())
	require.Contains(t, ada.reads(), "The log lost its end: it ends at 180, and this decision had read it up to 186.")
	look("held-log-lost-its-end")
	ada.Submit(goOnButton)
	require.Contains(t, ada.reads(), "Attempt 1 met another log and was lost.")
	look("held-again-over-another-log")
	ada.Submit(goOnButton)
	require.Contains(t, ada.reads(), "Attempt 1 Another log")
	look("receipt-started-over")

	ada.Goto(site.url + "/decisions")
	require.Equal(t, 2, strings.Count(ada.Text(".decisions"), "Failed: "))
	look("decisions-failed")
}

// Somebody has locked the log for longer than a visitor is to wait. The database is well.
func TestADecisionThatTakesTooLongIsNotToldAsAnOutage(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	release := site.holdLog()
	ada.Submit(subscribeButton)
	require.Equal(t, 503, ada.Status())
	require.Contains(t, ada.reads(), "This took too long There is much to do at the moment.")
	ada.isFineOnEveryScreen("problem-too-late")
	require.Contains(t, ada.reads(), "Send it again")
	ada.Follow("main a")
	require.Contains(t, ada.reads(), "Failed: it took too long. No rule refused this, and nothing was appended.")
	release()
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	require.Equal(t, "You have a seat", ada.Text(".own"))
}
