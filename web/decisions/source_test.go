package decisions

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// firedCases are commands, and the case of the source that each of them fires.
var firedCases = []struct {
	name string
	when dcb.Command
	want []string // the marked lines, with what stands beside them
}{
	{
		name: "the facts of a new course",
		when: courses.DefineCourse{Course: "sets", Title: "Sets", Capacity: 5},
		want: []string{"return dcb.Facts(CourseDefined{Course: cmd.Course, Title: cmd.Title, Capacity: cmd.Capacity}), nil | ◀ fired"},
	},
	{
		name: "a course that exists",
		when: courses.DefineCourse{Course: "algebra", Title: "Sets", Capacity: 5},
		want: []string{"case s.courseExists: | ◀ fired", "return nil, ErrCourseExists"},
	},
	{
		name: "a capacity that is the same",
		when: courses.ChangeCapacity{Course: "algebra", NewCapacity: 1},
		want: []string{"case cmd.NewCapacity == s.capacity: | ◀ fired", "return nil, ErrSameCapacity"},
	},
	{
		name: "a student who exists",
		when: courses.RegisterStudent{Student: "ada", Name: "Ada"},
		want: []string{"case s.idTaken: | ◀ fired", "return nil, ErrStudentExists"},
	},
	{
		name: "a full course, in numbers",
		when: courses.SubscribeStudent{Student: "kofi", Course: "algebra"},
		want: []string{
			"case s.seatsTaken >= s.capacity: | 1 >= 1: ◀ fired",
			"return nil, ErrCourseFull",
		},
	},
	{
		name: "the facts of a seat",
		when: courses.SubscribeStudent{Student: "ada", Course: "logic"},
		want: []string{"return withPromotions(seat(cmd.Student, cmd.Course, s.waiting), others), nil | ◀ fired"},
	},
	{
		name: "a seat that is not held",
		when: courses.UnsubscribeStudent{Student: "kofi", Course: "logic"},
		want: []string{"case !s.subscribed: | ◀ fired", "return nil, ErrNotSubscribed"},
	},
	{
		name: "a seat after waiting",
		when: courses.SubscribeStudent{Student: "kofi", Course: "logic"},
		want: []string{"return withPromotions(seat(cmd.Student, cmd.Course, s.waiting), others), nil | ◀ fired"},
	},
	{
		name: "a seat for one given back",
		when: courses.SwapSeats{Student: "ada", From: "algebra", To: "logic"},
		want: []string{"return withPromotions(swapped, others), nil | ◀ fired"},
	},
	{
		name: "a waitlist for a course with room",
		when: courses.JoinWaitlist{Student: "ada", Course: "logic"},
		want: []string{"case s.seatsTaken+len(served) < s.capacity: | ◀ fired", "return nil, ErrCourseNotFull"},
	},
	{
		name: "a request that was carried out before",
		when: courses.RegisterStudent{Student: "mei", Name: "Mei", Request: "first"},
		want: []string{"case requestAnswered: | ◀ fired", "return nil, nil"},
	},
	{
		name: "a request that was for something else",
		when: courses.ArchiveCourse{Course: "logic", Request: "first"},
		want: []string{"case requestReused: | ◀ fired", "return nil, ErrRequestReused"},
	},
}

// termWithAllCases is a term in which each of firedCases happens.
func termWithAllCases() []dcb.Fact {
	facts := []dcb.Fact{
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1},
		courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 30},
		courses.StudentRegistered{Student: "ada", Name: "Ada"},
		courses.StudentRegistered{Student: "kofi", Name: "Kofi"},
		takes("ada", "algebra"),
		waits("kofi", "logic"),
	}
	asked := courses.Asked(courses.RegisterStudent{Student: "mei", Name: "Mei", Request: "first"})
	return append(facts, dcb.WithTags(dcb.Facts(courses.StudentRegistered{Student: "mei", Name: "Mei"}), "request:first", asked)...)
}

func TestSourceMarksTheCaseThatFired(t *testing.T) {
	for _, tt := range firedCases {
		t.Run(tt.name, func(t *testing.T) {
			record := newBusyLog(t, termWithAllCases()...).record(t, tt.when, tt.name)
			s, ok := story.DomainSource.Decision(record.Command, record.Last())
			require.True(t, ok)
			var marked []string
			for _, line := range s.Lines {
				if line.Fired {
					code, _, _ := strings.Cut(strings.TrimSpace(codeOf(line)), " //")
					marked = append(marked, strings.TrimSuffix(code+" | "+line.Why, " | "))
				}
			}
			assert.Equal(t, tt.want, marked)
		})
	}
}

func TestSourceSaysWhyTheCasesBeforeDidNotFire(t *testing.T) {
	record := newBusyLog(t, courses.SampleTerm()...).record(t, courses.SubscribeStudent{Student: "amara", Course: "type-theory"}, "")
	s, _ := story.DomainSource.Decision(record.Command, record.Last())
	var why []string
	for _, line := range s.Lines {
		if line.Why != "" {
			why = append(why, line.Why)
		}
	}
	assert.Equal(t, []string{"no", "no", "no", "no", "5 >= 8: no", "6 >= 10: no", "no", "◀ fired"}, why)
}

// What came of a case stands beside it, so a comment stands above it.
func TestNoCommentStandsBesideACase(t *testing.T) {
	for command := range story.DomainSource.Decisions {
		s, _ := story.DomainSource.Decision(command, receipt.Attempt{})
		for _, line := range s.Lines {
			if code := strings.TrimSpace(codeOf(line)); strings.HasPrefix(code, "case ") {
				assert.NotContains(t, code, "//", "%s:%d", s.File, line.Number)
			}
		}
	}
}

func TestSourceIsTheFile(t *testing.T) {
	text, err := os.ReadFile("../../domain/courses/subscribe_student.go")
	require.NoError(t, err)
	file := strings.Split(string(text), "\n")
	record := newBusyLog(t).record(t, courses.SubscribeStudent{}, "")
	s, ok := story.DomainSource.Decision(record.Command, record.Last())
	require.True(t, ok)
	assert.Equal(t, "subscribe_student.go", s.File)
	for _, line := range s.Lines {
		assert.Equal(t, file[line.Number-1], codeOf(line))
	}

	var page strings.Builder
	require.NoError(t, story.SourceCode(s, ui.Outcome{}).Render(t.Context(), &page))
	_, code, _ := strings.Cut(page.String(), `<span class="line__code">`)
	code, _, _ = strings.Cut(code, "<wbr></span>")
	shown := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(code, "")
	assert.Equal(t, codeOf(s.Lines[0]), shown, "nothing but markup is added")
}

func TestSourceHasAllCommands(t *testing.T) {
	for _, command := range []string{
		"DefineCourse", "RenameCourse", "ChangeCapacity", "ArchiveCourse", "RegisterStudent", "RenameStudent",
		"ForgetStudent", "SubscribeStudent", "UnsubscribeStudent", "JoinWaitlist", "LeaveWaitlist",
		"SwapSeats", "LeaveAltogether", "LeaveArchivedCourses",
	} {
		assert.Contains(t, story.DomainSource.Decisions, command)
	}
}

func TestSourceCountsWhoWaits(t *testing.T) {
	log := newBusyLog(t, fullAlgebra("ada", "mei")...)
	record := log.record(t, courses.JoinWaitlist{Student: "ivo", Course: "algebra"}, "")
	s, _ := story.DomainSource.Decision(record.Command, record.Last())
	var why []string
	for _, line := range s.Lines {
		if line.Why != "" {
			why = append(why, line.Why)
		}
	}
	assert.Equal(t, []string{"no", "no", "no", "no", "no", "no", "2 >= 50: no", "◀ fired"}, why)
}

func TestSourceShowsWhatMadeTheConsequences(t *testing.T) {
	files := func(record receipt.Receipt) []string {
		var shown []string
		for _, s := range story.DomainSource.Consequences(record.Command, record.Last()) {
			signature, _, _ := strings.Cut(codeOf(s.Lines[0]), "(")
			shown = append(shown, s.File+": "+signature)
		}
		return shown
	}
	all := []string{"promotion.go: func giveSeats", "promotion.go: func withPromotions", "promotion.go: func seatAfterWaiting"}
	leave := courses.UnsubscribeStudent{Student: "noor", Course: "algebra"}
	assert.Equal(t, all, files(newBusyLog(t, fullAlgebra("ada")...).record(t, leave, "")))
	assert.Equal(t, all, files(newBusyLog(t, fullAlgebra("ada")...).record(t, courses.ChangeCapacity{Course: "algebra", NewCapacity: 3}, "")))
	assert.Empty(t, files(newBusyLog(t, fullAlgebra()...).record(t, leave, "")), "nobody waits")
	assert.Empty(t, files(newBusyLog(t, fullAlgebra("ada")...).record(t, courses.ArchiveCourse{Course: "algebra"}, "")), "it is all in decide")
	subscribe := courses.SubscribeStudent{Student: "ada", Course: "algebra"}
	log := newBusyLog(t, append(fullAlgebra("ada"), leaves("noor", "algebra"))...)
	assert.Equal(t, append(all, "promotion.go: func seat"), files(log.record(t, subscribe, "")))
}

func TestSourceOfAnOlderProgramIsNotMarked(t *testing.T) {
	record := newBusyLog(t).record(t, courses.SubscribeStudent{}, "")
	last := record.Last()
	last.Refusal = "a rule that is gone"
	s, ok := story.DomainSource.Decision(record.Command, last)
	require.True(t, ok)
	assert.False(t, s.Fired)

	_, ok = story.DomainSource.Decision("ACommandThatIsGone", last)
	assert.False(t, ok)
}

// codeOf returns a line as it stands in the file.
func codeOf(l story.SourceLine) string {
	var text strings.Builder
	for _, t := range l.Tokens {
		text.WriteString(t.Text)
	}
	return text.String()
}
