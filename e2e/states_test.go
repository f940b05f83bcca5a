package e2e

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// What pages become by what is done on them, on every screen.
func TestTheStatesOfPagesOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	jonas := site.student("jonas", "Jonas")
	look := func(name string) {
		jonas.isFineOnEveryScreen(name)
		require.Empty(t, jonas.Complaints(), name)
	}
	course := site.url + "/courses/cryptography"

	jonas.Goto(site.url + "/")
	look("catalogue-in-line")
	jonas.Goto(course)
	look("course-in-line")
	jonas.Goto(site.url + "/students/jonas")
	look("student-in-line")
	jonas.Goto(site.url + "/courses/human-factors")
	look("course-archived")

	jonas.Goto(course)
	jonas.Click(".confirm summary")
	look("course-before-archiving")
	jonas.Fill("#title", " ")
	jonas.Submit(`form[action="/courses/cryptography/title"] button`)
	require.Equal(t, 422, jonas.Status())
	look("course-title-not-accepted")
	jonas.Goto(site.url + "/students/jonas")
	jonas.Fill("#name", " ")
	jonas.Submit(`form[action="/students/jonas/name"] button`)
	require.Equal(t, 422, jonas.Status())
	look("student-name-not-accepted")

	jonas.Goto(course)
	jonas.Submit(`form[action="/courses/cryptography/subscriptions/ada/delete"] button`)
	require.Contains(t, jonas.notice(), "You moved up from the waitlist.")
	look("course-moved-up")
	jonas.opensReceipt()
	look("receipt-moved-up")
	jonas.Goto(site.url + "/students/jonas")
	look("student-moved-up")

	jonas.Goto(course)
	jonas.Fill("#student", "hugo")
	jonas.Submit(`form[action="/courses/cryptography/waitlist"] button`)
	require.Contains(t, jonas.notice(), "Hugo is second in line")
	look("course-joined")
	jonas.opensReceipt()
	look("receipt-joined")
	jonas.Goto(course)
	jonas.Fill("#capacity", "20")
	jonas.Submit(`form[action="/courses/cryptography/capacity"] button`)
	jonas.opensReceipt()
	look("receipt-seats-added")
	jonas.Goto(course)
	jonas.Click(".confirm summary")
	jonas.Submit(`form[action="/courses/cryptography/archive"] button`)
	look("course-just-archived")
	jonas.opensReceipt()
	look("receipt-archived")
	jonas.Submit(`form[action$="/pin"] button`)
	require.Contains(t, jonas.reads(), "Pinned: this is kept for good.")
	look("receipt-pinned")

	jonas.Goto(site.url + "/courses/formal-methods")
	jonas.Submit(`.people form[action="/courses/formal-methods/waitlist/ines/delete"] button`)
	require.Contains(t, jonas.reads(), "Nobody waits for a seat yet.")
	look("course-nobody-waits")
	jonas.Goto(site.url + "/decisions")
	look("decisions-of-all-kinds")

	jonas.Goto(site.url + "/courses/compilers")
	jonas.hearsNews()
	site.storesWhatNobodyCanRead("compilers")
	jonas.comesToRead("main", "This course can't be decided about.")
	look("course-unread")
}

// storesWhatNobodyCanRead appends a seat of a course that is none, as another program may.
func (s *site) storesWhatNobodyCanRead(course courses.CourseID) {
	s.t.Helper()
	pool, err := pgxpool.New(s.t.Context(), s.databaseURL)
	require.NoError(s.t, err)
	defer pool.Close()
	store, err := dcb.NewEventStore(s.t.Context(), pool)
	require.NoError(s.t, err)
	defer store.Close()
	seat := dcb.NewInputEvent(courses.StudentSubscribedToCourse{}.EventType(), dcb.Tags{course.Tag()}, []byte(`{"course_id":{}}`))
	_, err = store.AppendEvents(s.t.Context(), []dcb.InputEvent{seat}, dcb.Query{}, 0)
	require.NoError(s.t, err)
}
