package lab

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// An entry is an event in the log of the course "c": its fact, and who appended it.
type entry struct {
	by   string // "" for the race
	fact dcb.Fact
}

const others = "others"

func seat(student courses.StudentID) dcb.Fact {
	return courses.StudentSubscribedToCourse{Student: student, Course: "c"}
}

func back(student courses.StudentID) dcb.Fact {
	return courses.StudentUnsubscribedFromCourse{Student: student, Course: "c"}
}

func capacity(n int) dcb.Fact { return courses.CourseCapacityChanged{Course: "c", NewCapacity: n} }

var seated = ending{kind: Seated}

func refused(readTo int64) ending { return ending{Refused, readTo} }

// Ada, Kofi and Mei race for two seats, while others do something. In the first cases the
// correct store runs the race: each contender is told what is true at the position up to
// which it has read. In those that follow, something is wrong.
var judged = []struct {
	name string
	log  []entry  // from position 1
	ends []ending // of Ada, Kofi and Mei
	want Result   // without what is not judged
}{
	{
		"a seat is taken and given back",
		[]entry{{others, seat("ivo")}, {"", seat("ada")}, {others, back("ivo")}, {"", seat("mei")}},
		[]ending{seated, refused(2), seated},
		Result{Exact: true, Sold: 2, Others: 2},
	},
	{
		"a seat is taken for good",
		[]entry{{others, seat("ivo")}, {"", seat("ada")}},
		[]ending{seated, refused(2), refused(2)},
		Result{Exact: true, Sold: 1, Others: 1},
	},
	{
		"a contender's seat is given back for it",
		[]entry{{"", seat("ada")}, {"", seat("kofi")}, {others, back("ada")}},
		[]ending{seated, seated, refused(2)},
		Result{Exact: true, Sold: 2, Others: 1},
	},
	{
		"the seats become more",
		[]entry{{"", seat("ada")}, {others, capacity(9)}, {"", seat("kofi")}, {"", seat("mei")}},
		[]ending{seated, seated, seated},
		Result{Exact: true, Sold: 3, Others: 1},
	},
	{
		"the seats become more when somebody was turned away",
		[]entry{{"", seat("ada")}, {"", seat("kofi")}, {others, capacity(9)}},
		[]ending{seated, seated, refused(2)},
		Result{Exact: true, Sold: 2, Others: 1},
	},
	{
		"the seats become fewer",
		[]entry{{"", seat("ada")}, {"", seat("kofi")}, {others, capacity(1)}},
		[]ending{seated, seated, refused(3)},
		Result{Exact: true, Sold: 2, Others: 1},
	},
	{
		"the course is archived",
		[]entry{{"", seat("ada")}, {others, courses.CourseArchived{Course: "c"}}},
		[]ending{seated, refused(2), refused(2)},
		Result{Exact: true, Sold: 1, Others: 1},
	},
	{
		"somebody takes the seat for a contender",
		[]entry{{others, seat("ada")}, {"", seat("kofi")}},
		[]ending{refused(1), seated, refused(2)},
		Result{Exact: true, Sold: 1, Others: 1},
	},
	{
		"a contender is turned away earlier than the one before it",
		[]entry{{"", seat("mei")}, {others, seat("noor")}, {others, back("noor")}, {others, seat("ada")}, {others, back("mei")}},
		[]ending{refused(5), refused(2), seated},
		Result{Exact: true, Sold: 1, Others: 4},
	},

	{
		"a seat is sold that is not free yet",
		[]entry{{others, seat("ivo")}, {"", seat("ada")}, {"", seat("mei")}, {others, back("ivo")}},
		[]ending{seated, refused(2), seated},
		Result{Sold: 2, Oversold: 1, Others: 2},
	},
	{
		"a seat is sold in an archived course",
		[]entry{{others, courses.CourseArchived{Course: "c"}}, {"", seat("ada")}},
		[]ending{seated, refused(1), refused(1)},
		Result{Sold: 1, Oversold: 1, Others: 1},
	},
	{
		"somebody is turned away before the last seat is sold",
		[]entry{{"", seat("ada")}, {"", seat("kofi")}},
		[]ending{seated, seated, refused(1)},
		Result{Sold: 2, Missed: 1},
	},
	{
		"somebody gives up and there is a seat in the end",
		[]entry{{"", seat("ada")}},
		[]ending{seated, {kind: Lost}, {kind: Seated}},
		Result{Sold: 1, Missed: 1},
	},
	{
		"somebody gives up who saw a free seat, and there is none in the end",
		[]entry{{"", seat("ada")}, {others, seat("noor")}},
		[]ending{seated, {Lost, 1}, refused(2)},
		Result{Exact: true, Sold: 1, Others: 1},
	},
}

func TestAResultIsJudgedAlongTheLog(t *testing.T) {
	t.Parallel()
	for _, test := range judged {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := resultOf(t, test.log, test.ends)
			judged := Result{Exact: got.Exact, Sold: got.Sold, Oversold: got.Oversold, OverLimit: got.OverLimit, Missed: got.Missed, Others: got.Others}
			require.Equal(t, test.want, judged)
			require.Equal(t, test.want.Others > 0, strings.Contains(got.Sentence, "Somebody else took part"), got.Sentence)
		})
	}
}

// resultOf returns the result of a race of Ada, Kofi and Mei.
func resultOf(t *testing.T, log []entry, ends []ending) Result {
	t.Helper()
	lineup := Lineup{Courses: []Course{{ID: "c", Seats: 2}}}
	var steps []Step
	for i, student := range []courses.StudentID{"ada", "kofi", "mei"} {
		who := Contender{Number: i + 1, Student: student, Course: "c"}
		lineup.Contenders = append(lineup.Contenders, who)
		steps = append(steps, Step{Contender: i + 1, Kind: Read, Position: ends[i].readTo, Attempt: 1},
			Step{Contender: i + 1, Kind: ends[i].kind, Attempt: 1, At: time.Second})
	}
	var events []dcb.Event
	for i, entry := range log {
		events = append(events, stored(t, int64(i+1), entry.by, entry.fact))
	}
	return newResult(lineup, steps, events, func(e dcb.Event) bool { return e.CorrelationID != others })
}
