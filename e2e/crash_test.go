package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/web/story"
)

// The program is killed with kill -9 under load, and started again. Everything that
// somebody was told is in the log, once; nothing else is; no limit is exceeded; and
// whoever asks again until they are answered gets what they asked for once.
//
// PostgreSQL carries on with what the dead program has sent, while its successor starts. The
// successor answers when its pages are up to date. It takes five seconds until it may bring
// them up to date in place of the dead program.
func TestTheProgramIsKilledUnderLoad(t *testing.T) {
	t.Parallel()
	surviveKills(t, effort.Times(4, 12), []string{"DATABASE_URL=" + pgtest.URL(t)})
}

// A private database notices that the program is gone, and stops.
func TestTheProgramIsKilledUnderLoadWithItsPrivateDatabase(t *testing.T) {
	t.Parallel()
	surviveKills(t, effort.Times(1, 6), nil)
}

func surviveKills(t *testing.T, kills int, env []string) {
	t.Helper()
	args := []string{"-data", dataDir(t), "-sample=false", "-dcb-api", "-write-rate", "0"}
	app := start(t, env, args...)
	s := newService(t, app.url)
	applicants := s.openTerm()

	load, stop := context.WithCancel(t.Context())
	defer stop()
	var callers sync.WaitGroup
	for _, a := range applicants {
		callers.Go(func() { a.comeAndGo(load) })
	}
	notes := make([]int, 2)
	for i := range notes {
		callers.Go(func() { notes[i] = s.takeNotes(load, i) })
	}
	for i := range kills {
		enough := s.forms.Load() + 5 + rand.N[int64](20)
		eventually(t, "the program answers", func() bool { return s.forms.Load() >= enough })
		require.NoError(t, app.cmd.Process.Kill())
		<-app.exited
		if i%3 == 0 {
			dieWhileStarting(t, env, args...)
		}
		app = start(t, env, args...)
		s.url.Store(&app.url)
	}
	stop()
	callers.Wait()
	for _, a := range applicants {
		for _, course := range a.wants { // when nobody leaves any more, what can be full is full
			a.take(course)
		}
	}
	s.check(applicants, notes)
	require.Zero(t, app.stop(syscall.SIGTERM), "exit code")
}

// dieWhileStarting runs the program, and kills it at some moment of its start.
func dieWhileStarting(t *testing.T, env []string, args ...string) {
	t.Helper()
	cmd := command(t, env, append([]string{"-addr", "127.0.0.1:0"}, args...)...)
	require.NoError(t, cmd.Start())
	time.Sleep(rand.N(150 * time.Millisecond))
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
}

// A service is the program, wherever it listens now.
type service struct {
	t      *testing.T
	client http.Client
	url    atomic.Pointer[string]
	forms  atomic.Int64 // how many were answered
}

func newService(t *testing.T, at string) *service {
	t.Helper()
	s := &service{t: t, client: http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 20},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	s.url.Store(&at)
	t.Cleanup(s.client.CloseIdleConnections)
	return s
}

// ask sends a request until it is answered, and reports whether once was not enough:
// then the program may have done what was asked for, and died.
func (s *service) ask(path, contentType, body string) (status int, answer string, repeated bool) {
	for ; s.t.Context().Err() == nil; repeated = true {
		response, err := s.client.Post(*s.url.Load()+path, contentType, strings.NewReader(body))
		if err != nil {
			time.Sleep(20 * time.Millisecond) // the program is away, and its successor needs the processor to start
			continue
		}
		content, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err == nil {
			return response.StatusCode, string(content), repeated
		}
	}
	return 0, "", repeated
}

// Narrow courses have fewer seats than there are students who want them. Wide ones have
// room for all, but there are more than a student may take.
const (
	narrowCourses, narrowSeats, narrowStudents = 6, 3, 8
	wideCourses, wideSeats, wideStudents       = 12, 100, 2
)

// openTerm defines the courses and registers the students.
func (s *service) openTerm() (applicants []*applicant) {
	open := func(kind string, courseCount, seats, studentCount int) {
		var ids []courses.CourseID
		for i := range courseCount {
			id := fmt.Sprint(kind, "-", i)
			ids = append(ids, courses.CourseID(id))
			status := post(s.t, *s.url.Load()+"/courses", "course", id, "title", id, "capacity", strconv.Itoa(seats))
			require.Equal(s.t, http.StatusSeeOther, status)
		}
		for i := range studentCount {
			id := fmt.Sprint("student-", kind, "-", i)
			require.Equal(s.t, http.StatusSeeOther, post(s.t, *s.url.Load()+"/students", "student", id, "name", id))
			applicants = append(applicants, &applicant{
				service: s, id: courses.StudentID(id), wants: ids,
				seated: map[courses.CourseID]bool{}, changes: map[courses.CourseID]int{},
			})
		}
	}
	open("narrow", narrowCourses, narrowSeats, narrowStudents)
	open("wide", wideCourses, wideSeats, wideStudents)
	return applicants
}

// An applicant is a student who acts alone and remembers what they were told.
type applicant struct {
	*service
	id      courses.StudentID
	wants   []courses.CourseID
	seated  map[courses.CourseID]bool
	changes map[courses.CourseID]int // how often they took and left a seat
}

// comeAndGo takes seats, and now and then leaves one.
func (a *applicant) comeAndGo(load context.Context) {
	for load.Err() == nil {
		course := a.wants[rand.N(len(a.wants))]
		if !a.seated[course] {
			a.take(course)
		} else if rand.N(4) == 0 {
			a.change(course, "/"+string(a.id)+"/delete", courses.ErrNotSubscribed)
		}
	}
}

// take takes a seat, if there is room and they have none.
func (a *applicant) take(course courses.CourseID) {
	if !a.seated[course] {
		a.change(course, "", courses.ErrAlreadySubscribed, courses.ErrCourseFull, courses.ErrTooManyCourses)
	}
}

// change takes or leaves a seat. The first refusal is the one that says that it is done
// already, which is news only to those whose first request was not answered.
func (a *applicant) change(course courses.CourseID, path string, done courses.Refusal, others ...courses.Refusal) {
	status, page, repeated := a.ask("/courses/"+string(course)+"/subscriptions"+path,
		"application/x-www-form-urlencoded", url.Values{"student": {string(a.id)}}.Encode())
	a.forms.Add(1)
	says := func(refusal courses.Refusal) bool {
		return status == http.StatusConflict && strings.Contains(page, story.Voice{}.Refusal(refusal, courses.SubscribeStudent{Student: a.id, Course: course}))
	}
	switch {
	case status == http.StatusSeeOther, repeated && says(done):
		a.seated[course] = !a.seated[course]
		a.changes[course]++
	case slices.ContainsFunc(others, says):
	default:
		assert.Fail(a.t, "neither done nor refused", "%s, %s%s: %d\n%s", a.id, course, path, status, page)
	}
}

// takeNotes appends events by way of the API, each with a tag and on the condition that
// no event has it, and returns how many.
func (s *service) takeNotes(load context.Context, taker int) (n int) {
	for ; load.Err() == nil; n++ {
		tag := fmt.Sprintf("note:%d-%d", taker, n)
		status, answer, repeated := s.ask("/dcb/append", "application/json", `{
			"events": [{"type": "Noted", "tags": ["`+tag+`"], "data": ""}],
			"condition": {"failIfEventsMatch": {"items": [{"tags": ["`+tag+`"]}]}}}`)
		assert.Equal(s.t, http.StatusOK, status, answer)
		if strings.Contains(answer, `"appendConditionFailed":true`) {
			assert.True(s.t, repeated, "%s was turned away, and nobody else has it", tag)
		}
	}
	return n
}

// A tally is what the log says in the end, counted.
type tally struct {
	noted     map[dcb.Tag]int
	changes   map[courses.StudentSubscribedToCourse]int // the odd ones take the seat, the even ones leave it
	inCourse  map[courses.CourseID]int
	ofStudent map[courses.StudentID]int
}

// count reads the log, and requires of every event that no limit was exceeded.
func (s *service) count() tally {
	s.t.Helper()
	var log []struct {
		Type, Data string
		Tags       dcb.Tags
		Position   int64
	}
	require.NoError(s.t, json.Unmarshal([]byte(get(s.t, *s.url.Load()+"/dcb/read")), &log))
	is := tally{map[dcb.Tag]int{}, map[courses.StudentSubscribedToCourse]int{}, map[courses.CourseID]int{}, map[courses.StudentID]int{}}
	for i, e := range log {
		require.EqualValues(s.t, i+1, e.Position, "without a gap")
		if e.Type == "Noted" {
			is.noted[e.Tags[0]]++
			continue
		}
		fact, err := courses.Decode(e.Type, []byte(e.Data))
		require.NoError(s.t, err)
		is.add(s.t, fact, e.Position)
	}
	return is
}

func (is tally) add(t *testing.T, fact dcb.Fact, position int64) {
	t.Helper()
	switch fact := fact.(type) {
	case courses.StudentSubscribedToCourse:
		require.Zero(t, is.changes[fact]%2, "%+v has the seat already, at %d", fact, position)
		is.changes[fact]++
		is.inCourse[fact.Course]++
		is.ofStudent[fact.Student]++
		require.LessOrEqual(t, is.ofStudent[fact.Student], courses.MaxCourses, "courses of %s, at %d", fact.Student, position)
		if strings.HasPrefix(string(fact.Course), "narrow") {
			require.LessOrEqual(t, is.inCourse[fact.Course], narrowSeats, "seats in %s, at %d", fact.Course, position)
		}
	case courses.StudentUnsubscribedFromCourse:
		seat := courses.StudentSubscribedToCourse(fact)
		require.Equal(t, 1, is.changes[seat]%2, "%+v has no seat, at %d", fact, position)
		is.changes[seat]++
		is.inCourse[fact.Course]--
		is.ofStudent[fact.Student]--
	}
}

// check holds the log against what everybody was told.
func (s *service) check(applicants []*applicant, notes []int) {
	s.t.Helper()
	is := s.count()
	total := 0
	for _, a := range applicants {
		for _, course := range a.wants {
			total += a.changes[course]
			seat := courses.StudentSubscribedToCourse{Student: a.id, Course: course}
			assert.Equal(s.t, a.changes[course], is.changes[seat], "%s in %s", a.id, course)
		}
		if strings.Contains(string(a.id), "wide") {
			assert.Equal(s.t, courses.MaxCourses, is.ofStudent[a.id], a.id)
		}
	}
	for i := range narrowCourses {
		id := courses.CourseID(fmt.Sprint("narrow-", i))
		assert.Equal(s.t, narrowSeats, is.inCourse[id], id)
	}
	for taker, n := range notes {
		for i := range n {
			tag := dcb.Tag(fmt.Sprintf("note:%d-%d", taker, i))
			assert.Equal(s.t, 1, is.noted[tag], tag)
		}
	}
	s.t.Logf("%d seats taken and left, %d forms answered, %d notes taken", total, s.forms.Load(), len(is.noted))
}
