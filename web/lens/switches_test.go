package lens

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/readmodel"
)

var (
	subscribes = SubscribeStudent{Student: "ada", Course: "algebra", Request: "r1"}
	swaps      = SwapSeats{Student: "ada", From: "sets", To: "algebra", Request: "r1"}
)

// exactly is the boundary of a command on a log where nothing has happened yet.
func exactly(t *testing.T, cmd dcb.Command) dcb.Query {
	t.Helper()
	decision, err := Rehearsal{}.Try(t.Context(), cmd)
	require.NoError(t, err)
	return decision.Condition
}

// drawnAs returns the switches as they stand in a drawing of a command's boundary.
func drawnAs(t *testing.T, cmd dcb.Command, name string) switches {
	t.Helper()
	drawing, known := FindDrawing(name)
	require.True(t, known)
	exact := exactly(t, cmd)
	return switchesOf(exact, drawing.For("algebra").Of(exact))
}

// happenings are an event of each type about each of some students and courses.
func happenings(t *testing.T) (events []dcb.Event) {
	t.Helper()
	var facts []dcb.Fact
	for _, course := range []CourseID{"algebra", "sets", "logic"} {
		facts = append(facts, CourseDefined{Course: course}, CourseRenamed{Course: course}, CourseCapacityChanged{Course: course}, CourseArchived{Course: course})
		for _, student := range []StudentID{"ada", "kofi"} {
			facts = append(facts, StudentSubscribedToCourse{Student: student, Course: course}, StudentUnsubscribedFromCourse{Student: student, Course: course},
				StudentJoinedWaitlist{Student: student, Course: course}, StudentLeftWaitlist{Student: student, Course: course})
		}
	}
	for _, student := range []StudentID{"ada", "kofi"} {
		facts = append(facts, StudentRegistered{Student: student}, StudentRenamed{Student: student}, StudentForgotten{Student: student})
	}
	input, err := dcb.Encode(facts)
	require.NoError(t, err)
	for _, e := range input {
		events = append(events, dcb.Event{Type: e.Type, Tags: e.Tags, Data: e.Data})
	}
	return events
}

// The switches draw each of the three drawings.
func TestSwitchesStandAsADrawingHasThem(t *testing.T) {
	t.Parallel()
	for _, cmd := range []dcb.Command{subscribes, swaps} {
		for _, d := range Drawings() {
			s := drawnAs(t, cmd, d.Name)
			drawn := d.For("algebra").Of(s.exact)
			assert.True(t, s.standsAs(drawn), d.Name)
			assert.Equal(t, len(drawn.Items()), len(s.query().Items()), d.Name)
			for _, e := range happenings(t) {
				assert.Equal(t, drawn.Matches(e), s.query().Matches(e), "%s: %v", d.Name, e)
			}
			require.NoError(t, s.query().Check(), "the store takes it")
		}
	}
	assert.Equal(t, exactly(t, subscribes), drawnAs(t, subscribes, "type-and-tag").query())
}

// Each switch has the events of one type under its tags inside or outside, and no others. The page
// names exactly the switches that have an event inside, because its script goes by them.
func TestASwitchTurnsTheEventsOfItsType(t *testing.T) {
	t.Parallel()
	for _, cmd := range []dcb.Command{subscribes, swaps} {
		before := drawnAs(t, cmd, "type-and-tag")
		for _, p := range before.parts {
			for _, k := range p.kinds {
				s := drawnAs(t, cmd, "type-and-tag")
				require.NoError(t, s.turn(p.nameOf(k)))
				for _, e := range happenings(t) {
					inside := s.query().Matches(e)
					assert.Equal(t, s.hasOn(s.idsFor(e)), inside, "%s: %v", p.nameOf(k), e)
					if turns := e.Type == k.name && dcb.NewQuery(p.tags).Matches(e); !turns {
						assert.Equal(t, before.query().Matches(e), inside, "%s: %v", p.nameOf(k), e)
					}
				}
			}
		}
	}
}

// hasOn reports whether one of the switches with these ids is on.
func (s switches) hasOn(ids string) bool {
	for i, p := range s.parts {
		for j, k := range p.kinds {
			if k.on && strings.Contains(" "+ids+" ", " "+switchID(i, j)+" ") {
				return true
			}
		}
	}
	return false
}

func TestTheSizeOfABoundary(t *testing.T) {
	t.Parallel()
	const title, taken = "course_id:algebra/CourseRenamed", "student_id:ada/StudentSubscribedToCourse"
	for address, says := range map[string]string{
		"":                               "Exact: what the rules need.",
		title:                            "Too large: it has false conflicts.",
		taken:                            "Too small: it misses conflicts.",
		title + "," + taken:              "Too large and too small.",
		title + "," + title:              "Exact: what the rules need.",
		"student_id:kofi/StudentRenamed": "Exact: what the rules need.", // nobody asks for Kofi
	} {
		s := drawnAs(t, subscribes, "type-and-tag")
		require.NoError(t, s.turn(address))
		assert.Equal(t, says, s.size(), address)
	}
}

// A button of the switchboard names the drawing that its press leads to.
func TestAPressOfASwitchDrawsAnotherBoundary(t *testing.T) {
	t.Parallel()
	press := func(s switches, button func(switchboard) switchView) switches {
		pressed := button(s.board(readmodel.Names{}, "ada"))
		next := drawnAs(t, subscribes, "type-and-tag")
		require.NoError(t, next.turn(pressed.Draw))
		return next
	}
	on := func(s switches) (on [2]int) {
		for i, p := range s.parts {
			on[i] = len(p.types())
		}
		return on
	}
	start := drawnAs(t, subscribes, "type-and-tag")
	require.Equal(t, [2]int{7, 4}, on(start))
	course := func(row func(switchRow) switchView) func(switchboard) switchView {
		return func(b switchboard) switchView { return row(b.Rows[0]) }
	}
	whole := course(func(r switchRow) switchView { return r.All })
	every := course(func(r switchRow) switchView { return r.Every })
	first := course(func(r switchRow) switchView { return r.Kinds[0] })
	assert.Equal(t, [2]int{6, 4}, on(press(start, first)), "one type goes out")
	assert.Equal(t, [2]int{7, 4}, on(press(press(start, first), first)), "and comes back")
	assert.Equal(t, [2]int{0, 4}, on(press(start, whole)), "the course goes out")
	assert.Equal(t, [2]int{7, 4}, on(press(press(start, whole), whole)), "and comes back as the decision has it")
	assert.Equal(t, [2]int{8, 4}, on(press(start, every)), "the stream of the course")
	assert.Equal(t, [2]int{7, 4}, on(press(press(start, every), every)))
	assert.Empty(t, press(start, every).query().Items()[1].Types, "every event, whatever its type")
}

func TestAnAddressNamesSwitches(t *testing.T) {
	t.Parallel()
	for _, address := range []string{",", "CourseRenamed", "course_id:algebra/", "course_id:algebra/CoursePainted", "course_id:algebra/CourseRenamed,"} {
		assert.ErrorContains(t, drawnAs(t, subscribes, "type-and-tag").turn(address), "There is no switch", address)
	}
	// A stream without definitions, with what happens to Ada.
	s := drawnAs(t, subscribes, "stream")
	require.NoError(t, s.turn("course_id:algebra/CourseDefined,student_id:ada/StudentRenamed"))
	assert.Equal(t, "course_id:algebra/CourseDefined,student_id:ada/StudentRenamed", s.address(-1, nil))
	assert.Equal(t, []int{7, 1}, []int{len(s.parts[0].types()), len(s.parts[1].types())})
}

// However many wait, a few of them have switches.
func TestASwitchboardIsNotTooLong(t *testing.T) {
	t.Parallel()
	exact := dcb.NewQuery(dcb.Tags{"course_id:algebra"}, "CourseDefined").Or(dcb.NewQuery(dcb.Tags{"student_id:ada"}, "StudentRegistered"))
	for _, waits := range []StudentID{"a", "b", "c", "d", "e", "f", "g"} {
		exact = exact.Or(dcb.NewQuery(dcb.Tags{waits.Tag()}, "StudentSubscribedToCourse"))
	}
	board := switchesOf(exact, exact).board(readmodel.Names{}, "ada")
	assert.Equal(t, []int{2, 5, 2}, []int{len(board.Rows), len(board.Waiting), board.More})
}
