package readmodel_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// lookBothWays asks the tables and the log for the same page as of now. Both must have the
// same answer.
func lookBothWays[R any](b *bench, ask func(*asked) (Page[R], error)) Page[R] {
	b.t.Helper()
	page := look(b, ask)
	term, err := asOf(b.t.Context(), b.log, math.MaxInt64)
	require.NoError(b.t, err)
	read, err := ask(term)
	require.NoError(b.t, err)
	require.Equal(b.t, written(page), written(read))
	return page
}

// oddTitles returns a bench with titles and names that are hard to search.
func oddTitles(t *testing.T) *bench {
	b := newBench(t,
		courses.CourseDefined{Course: "tt-1", Title: "Type Theory", Capacity: 3},
		courses.CourseDefined{Course: "cafe", Title: "Zoë’s CAFÉ  &  50%_off", Capacity: 3},
		courses.CourseDefined{Course: "TT-2", Title: "Łódź \\ 李雷", Capacity: 3},
		courses.CourseDefined{Course: "odd", Title: "Before", Capacity: 3},
		courses.CourseRenamed{Course: "odd", NewTitle: "ℌistory № 5 at 3 ㎒, Οδυσσεύς in der Hauptstraße"},
		courses.StudentRegistered{Student: "noor", Name: "Mina"},
		courses.StudentRegistered{Student: "al", Name: "Augusta Byron"},
		courses.StudentRenamed{Student: "al", NewName: "Ada Lovelace"},
	)
	b.projected()
	return b
}

func TestSearchFindsAnyPartOfATitleOrAnID(t *testing.T) {
	t.Parallel()
	b := oddTitles(t)
	for _, test := range []struct {
		search string
		want   []string
	}{
		{"", []string{"tt-1", "cafe", "TT-2", "odd"}},
		{"   ", []string{"tt-1", "cafe", "TT-2", "odd"}},
		{"theory", []string{"tt-1"}},
		{"YPE THEO", []string{"tt-1"}},
		{" type \t theory ", []string{"tt-1"}},
		{"theory type", []string{}},
		{"tt-", []string{"tt-1", "TT-2"}},
		{"tt-2", []string{"TT-2"}},
		{"zoe's", []string{"cafe"}},
		{"zoe’s cafe & 50", []string{"cafe"}},
		{"ZOÉ", []string{"cafe"}},
		{"%", []string{"cafe"}},
		{"_", []string{"cafe"}},
		{"0%_o", []string{"cafe"}},
		{`\`, []string{"TT-2"}},
		{"李雷", []string{"TT-2"}},
		{"łodz", []string{"TT-2"}},
		{"LODZ", []string{"TT-2"}},
		{"history", []string{"odd"}},
		{"ℌISTORY", []string{"odd"}},
		{"no 5 at 3 mhz", []string{"odd"}},
		{"№ 5 at 3 ㎒", []string{"odd"}},
		{"ΟΔΥΣΣΕΥΣ", []string{"odd"}},
		{"οδυσσευς in", []string{"odd"}},
		{"οδυσσευσ", []string{"odd"}},
		{"STRASSE", []string{"odd"}},
		{"straße", []string{"odd"}},
		{"before", []string{}},
		{"no such thing", []string{}},
		{"a\x00b", []string{}},
		{"\xff", []string{}},
		{strings.Repeat("x", 100_000), []string{}},
	} {
		page := lookBothWays(b, func(term *asked) (Page[Course], error) { return term.Courses(t.Context(), test.search, Cursor{}, 10) })
		assert.Equal(t, test.want, courseIDs(page.Rows), "%.40q", test.search)
	}
}

func TestAPageBeginsAtItsCursor(t *testing.T) {
	t.Parallel()
	b := oddTitles(t)
	for at, want := range map[Cursor][]string{{Before: 2}: {"tt-1"}, {Before: 3}: {"tt-1", "cafe"}, {After: 2}: {"TT-2", "odd"}} {
		page := lookBothWays(b, func(term *asked) (Page[Course], error) { return term.Courses(t.Context(), "", at, 10) })
		assert.Equal(t, want, courseIDs(page.Rows), "%v", at)
	}
}

func TestSearchFindsAnyPartOfANameOrAnID(t *testing.T) {
	t.Parallel()
	b := oddTitles(t)
	for search, want := range map[string][]string{"": {"noor", "al"}, "LOVE": {"al"}, "byron": {}, "oo": {"noor"}, "min": {"noor"}, "al": {"al"}} {
		page := lookBothWays(b, func(term *asked) (Page[Student], error) { return term.Students(t.Context(), search, Cursor{}, 10) })
		assert.Equal(t, want, studentIDs(page.Rows), "%q", search)
	}
}

// lists are all lists that have pages, each with its rows as ids.
var lists = map[string]func(ctx context.Context, term *asked, at Cursor, size int) (Page[string], error){
	"courses": func(ctx context.Context, term *asked, at Cursor, size int) (Page[string], error) {
		page, err := term.Courses(ctx, "x", at, size)
		return Page[string]{Rows: courseIDs(page.Rows), Previous: page.Previous, Next: page.Next}, err
	},
	"students": func(ctx context.Context, term *asked, at Cursor, size int) (Page[string], error) {
		page, err := term.Students(ctx, "x", at, size)
		return Page[string]{Rows: studentIDs(page.Rows), Previous: page.Previous, Next: page.Next}, err
	},
	"courses by name": func(ctx context.Context, term *asked, at Cursor, size int) (Page[string], error) {
		page, err := term.CoursesByName(ctx, "x", at, size)
		return Page[string]{Rows: courseIDs(page.Rows), Previous: page.Previous, Next: page.Next}, err
	},
	"students by name": func(ctx context.Context, term *asked, at Cursor, size int) (Page[string], error) {
		page, err := term.StudentsByName(ctx, "x", at, size)
		return Page[string]{Rows: studentIDs(page.Rows), Previous: page.Previous, Next: page.Next}, err
	},
	"seats": func(ctx context.Context, term *asked, at Cursor, size int) (Page[string], error) {
		page, err := term.Seats(ctx, "algebra", at, size)
		return Page[string]{Rows: memberIDs(page.Rows), Previous: page.Previous, Next: page.Next}, err
	},
	"waitlist": func(ctx context.Context, term *asked, at Cursor, size int) (Page[string], error) {
		page, err := term.Waitlist(ctx, "algebra", at, size)
		return Page[string]{Rows: memberIDs(page.Rows), Previous: page.Previous, Next: page.Next}, err
	},
}

// longLists returns a bench with 25 rows in every list, and their ids.
func longLists(t *testing.T) (b *bench, want []string) {
	facts := dcb.Facts(
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 99},
		courses.StudentRegistered{Student: "other", Name: "Somebody else"},
		takes("other", "algebra"), waits("other", "algebra"))
	for i := range 25 {
		id := fmt.Sprintf("x%02d", i)
		want = append(want, id)
		facts = append(facts,
			courses.CourseDefined{Course: courses.CourseID(id), Title: "Title", Capacity: 1},
			courses.StudentRegistered{Student: courses.StudentID(id), Name: "Name"},
			takes(courses.StudentID(id), "algebra"), waits(courses.StudentID(id), "algebra"))
	}
	b = newBench(t, append(facts, courses.StudentUnsubscribedFromCourse{Student: "other", Course: "algebra"},
		courses.StudentLeftWaitlist{Student: "other", Course: "algebra"})...)
	b.projected()
	return b, want
}

func TestPagingShowsEveryRowOnceInEitherDirection(t *testing.T) {
	t.Parallel()
	b, want := longLists(t)
	for name, list := range lists {
		for _, size := range []int{1, 4, 5, 24, 25, 26} {
			t.Run(fmt.Sprintf("%s by %d", name, size), func(t *testing.T) {
				t.Parallel()
				turn := func(to Cursor) Page[string] {
					return lookBothWays(b, func(term *asked) (Page[string], error) { return list(t.Context(), term, to, size) })
				}
				first := turn(Cursor{})
				require.Nil(t, first.Previous)
				last, forwards := first, slices.Clone(first.Rows)
				for last.Next != nil {
					last = turn(*last.Next)
					require.NotNil(t, last.Previous)
					forwards = append(forwards, last.Rows...)
				}
				require.Equal(t, want, forwards)
				require.Len(t, first.Rows, min(size, 25), "pages are full")

				backwards := last.Rows
				for last.Previous != nil {
					last = turn(*last.Previous)
					require.NotNil(t, last.Next)
					backwards = append(slices.Clone(last.Rows), backwards...)
				}
				require.Equal(t, want, backwards)
			})
		}
	}
}

func TestACursorBeyondTheListIsAnEmptyPage(t *testing.T) {
	t.Parallel()
	b := newBench(t, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 9})
	b.projected()
	for _, at := range []Cursor{{After: 1}, {After: 1 << 62}, {Before: 1}, {Before: -1}, {After: 5, Before: 1}} {
		page := lookBothWays(b, func(term *asked) (Page[Course], error) { return term.Courses(t.Context(), "", at, 10) })
		require.Equal(t, Page[Course]{Rows: []Course{}}, page, "%v", at)
	}
}
