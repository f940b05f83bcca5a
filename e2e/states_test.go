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
	jonas := newSite(t).student("jonas", "Jonas")
	jonas.looksAtPagesInLine()
	jonas.sendsFormsThatAreNotAccepted()
	jonas.movesUp()
	jonas.archivesACourse()
	jonas.emptiesAWaitlist()
	jonas.seesWhatCannotBeRead()
}

// isFineAndQuiet looks at the page on every screen, and for complaints.
func (p student) isFineAndQuiet(name string) {
	p.site.t.Helper()
	p.isFineOnEveryScreen(name)
	require.Empty(p.site.t, p.Complaints(), name)
}

func (p student) looksAtPagesInLine() {
	site := p.site
	site.t.Helper()
	p.Goto(site.url + "/")
	p.isFineAndQuiet("catalogue-in-line")
	p.Goto(site.url + "/courses/cryptography")
	p.isFineAndQuiet("course-in-line")
	p.Goto(site.url + "/students/jonas")
	p.isFineAndQuiet("student-in-line")
	p.Goto(site.url + "/courses/human-factors")
	p.isFineAndQuiet("course-archived")
}

func (p student) sendsFormsThatAreNotAccepted() {
	t, site := p.site.t, p.site
	t.Helper()
	p.Goto(site.url + "/courses/cryptography")
	p.unfoldsRegistrarsForms()
	p.Click(archiveForm + " summary")
	p.isFineAndQuiet("course-before-archiving")
	p.Fill("#title", " ")
	p.Submit(`form[action="/courses/cryptography/title"] button`)
	require.Equal(t, 422, p.Status())
	p.isFineAndQuiet("course-title-not-accepted")
	p.Goto(site.url + "/students/jonas")
	p.Fill("#name", " ")
	p.Submit(`form[action="/students/jonas/name"] button`)
	require.Equal(t, 422, p.Status())
	p.isFineAndQuiet("student-name-not-accepted")
}

func (p student) movesUp() {
	t, site := p.site.t, p.site
	t.Helper()
	p.Goto(site.url + "/courses/cryptography")
	p.Submit(`form[action="/courses/cryptography/subscriptions/ada/delete"] button`)
	require.Contains(t, p.notice(), "You moved up from the waitlist.")
	p.isFineAndQuiet("course-moved-up")
	p.opensReceipt()
	p.isFineAndQuiet("receipt-moved-up")
	p.Goto(site.url + "/students/jonas")
	p.isFineAndQuiet("student-moved-up")

	p.Goto(site.url + "/courses/cryptography")
	p.unfoldsRegistrarsForms()
	p.Fill("#student", "hugo")
	p.Submit(`form[action="/courses/cryptography/waitlist"] button`)
	require.Contains(t, p.notice(), "Hugo is second in line")
	p.isFineAndQuiet("course-joined")
	p.opensReceipt()
	p.isFineAndQuiet("receipt-joined")
	p.Goto(site.url + "/courses/cryptography")
	p.unfoldsRegistrarsForms()
	p.Fill("#capacity", "20")
	p.Submit(`form[action="/courses/cryptography/capacity"] button`)
	p.opensReceipt()
	p.isFineAndQuiet("receipt-seats-added")
}

func (p student) archivesACourse() {
	t := p.site.t
	t.Helper()
	p.Goto(p.site.url + "/courses/cryptography")
	p.unfoldsRegistrarsForms()
	p.Click(archiveForm + " summary")
	p.Submit(`form[action="/courses/cryptography/archive"] button`)
	p.isFineAndQuiet("course-just-archived")
	p.opensReceipt()
	p.isFineAndQuiet("receipt-archived")
	p.Submit(`form[action$="/pin"] button`)
	require.Contains(t, p.reads(), "Pinned: this is kept for good.")
	p.isFineAndQuiet("receipt-pinned")
}

func (p student) emptiesAWaitlist() {
	t, site := p.site.t, p.site
	t.Helper()
	p.Goto(site.url + "/courses/formal-methods")
	p.Submit(`.people form[action="/courses/formal-methods/waitlist/ines/delete"] button`)
	require.Contains(t, p.reads(), "Nobody waits for a seat yet.")
	p.isFineAndQuiet("course-nobody-waits")
	p.Goto(site.url + "/decisions")
	p.isFineAndQuiet("decisions-of-all-kinds")
}

func (p student) seesWhatCannotBeRead() {
	site := p.site
	p.site.t.Helper()
	p.Goto(site.url + "/courses/compilers")
	p.hearsNews()
	site.storesWhatNobodyCanRead("compilers")
	p.comesToRead("main", "This course has an event that the program can't read.")
	p.isFineAndQuiet("course-unread")
}

// storesWhatNobodyCanRead appends an event of a type that the domain knows, with data that it
// can't decode. Another program may do so.
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
