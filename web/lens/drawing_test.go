package lens_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/web/lens"
)

// boundaryOf is the boundary of a command on a log where nothing has happened yet.
func boundaryOf(t *testing.T, cmd dcb.Command) dcb.Query {
	t.Helper()
	decision, err := lens.Rehearsal{}.Try(t.Context(), cmd)
	require.NoError(t, err)
	return decision.Condition
}

// tags are the tags of each item of a query, and types how many types it names.
func tagsAndTypes(query dcb.Query) (tags []dcb.Tags, types []int) {
	for _, item := range query.Items() {
		tags, types = append(tags, item.Tags), append(types, len(item.Types))
	}
	return tags, types
}

func TestDrawings(t *testing.T) {
	t.Parallel()
	cmd := SubscribeStudent{Student: "ada", Course: "algebra", Request: "r1"}
	exact := boundaryOf(t, cmd)
	request, course, student := cmd.Request.Tag(), cmd.Course.Tag(), cmd.Student.Tag()
	tests := []struct {
		name  string
		tags  []dcb.Tags
		types []int
	}{
		{"type-and-tag", []dcb.Tags{{request}, {course}, {student}}, []int{0, 7, 4}},
		{"tag", []dcb.Tags{{request}, {course}, {student}}, []int{0, 0, 0}},
		{"stream", []dcb.Tags{{course}}, []int{0}},
	}
	require.Len(t, lens.Drawings(), len(tests))
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			drawing, found := lens.FindDrawing(tt.name)
			require.True(t, found)
			assert.Equal(t, lens.Drawings()[i].Title, drawing.Title)
			assert.Equal(t, i == 0, drawing.Exact())
			tags, types := tagsAndTypes(drawing.Of(exact))
			assert.Equal(t, tt.tags, tags)
			assert.Equal(t, tt.types, types)
			require.NoError(t, drawing.Of(exact).Check(), "the store takes it")
		})
	}
	_, found := lens.FindDrawing("by heart")
	assert.False(t, found)
}

func TestADrawingOfWhatIsAboutNoCourseHasNoStream(t *testing.T) {
	t.Parallel()
	stream, _ := lens.FindDrawing("stream")
	assert.True(t, stream.Of(boundaryOf(t, RegisterStudent{Student: "ada"})).IsZero())
	assert.True(t, stream.Of(dcb.Query{}).IsZero())
}

func TestADrawingByTagKeepsWhatNoTagNames(t *testing.T) {
	t.Parallel()
	byTag, _ := lens.FindDrawing("tag")
	anyCourse := dcb.NewQuery(nil, "CourseDefined")
	assert.Equal(t, anyCourse.Items(), byTag.Of(anyCourse).Items())
}

// An item is left out only if another item is about a part of its tags.
func TestADrawingByTagKeepsItemsThatNoOtherCovers(t *testing.T) {
	t.Parallel()
	byTag, _ := lens.FindDrawing("tag")
	ada, algebra, logic := StudentID("ada").Tag(), CourseID("algebra").Tag(), CourseID("logic").Tag()
	for name, test := range map[string]struct {
		exact dcb.Query
		tags  []dcb.Tags
	}{
		"an item about something else covers nothing":               {dcb.NewQuery(dcb.Tags{ada, algebra}).Or(dcb.NewQuery(dcb.Tags{logic})), []dcb.Tags{{ada, algebra}, {logic}}},
		"an item about the course covers one about a student in it": {dcb.NewQuery(dcb.Tags{ada, algebra}).Or(dcb.NewQuery(dcb.Tags{algebra})), []dcb.Tags{{algebra}}},
		"an item without tags covers nothing":                       {dcb.NewQuery(dcb.Tags{ada}).Or(dcb.NewQuery(nil, "CourseDefined")), []dcb.Tags{{ada}, {}}},
	} {
		t.Run(name, func(t *testing.T) {
			tags, _ := tagsAndTypes(byTag.Of(test.exact))
			assert.Equal(t, test.tags, tags)
		})
	}
}

// Which facts lie inside each of the three drawings.
func TestWhatIsInsideEachDrawing(t *testing.T) {
	t.Parallel()
	exact := boundaryOf(t, SubscribeStudent{Student: "ada", Course: "algebra"})
	tests := []struct {
		name                 string
		fact                 dcb.Fact
		exactly, tag, stream bool
	}{
		{"another student takes a seat in the course", takes("kofi", "algebra"), true, true, true},
		{"another student leaves the course", leaves("kofi", "algebra"), true, true, true},
		{"the course gets another capacity", CourseCapacityChanged{Course: "algebra", NewCapacity: 9}, true, true, true},
		{"the course is archived", CourseArchived{Course: "algebra"}, true, true, true},
		{"the student takes a seat elsewhere", takes("ada", "logic"), true, true, false},
		{"the student leaves another course", leaves("ada", "logic"), true, true, false},
		{"the student begins to wait for the course", waits("ada", "algebra"), true, true, true},
		{"another student begins to wait for the course", waits("kofi", "algebra"), true, true, true},
		{"the course gets another title", CourseRenamed{Course: "algebra", NewTitle: "Groups"}, false, true, true},
		{"the student gets another name", StudentRenamed{Student: "ada", NewName: "Lady Ada"}, false, true, false},
		{"the student is forgotten", StudentForgotten{Student: "ada"}, true, true, false},
		{"the student begins to wait elsewhere", waits("ada", "logic"), false, true, false},
		{"another student takes a seat elsewhere", takes("kofi", "logic"), false, false, false},
		{"another course is archived", CourseArchived{Course: "logic"}, false, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i, want := range []bool{tt.exactly, tt.tag, tt.stream} {
				drawing := lens.Drawings()[i]
				assert.Equal(t, want, lens.FindMatch(drawing.Of(exact), logged(t, tt.fact)).Inside, drawing.Name)
			}
		})
	}
}

// One stream per course can't hold both courses of a swap.
func TestWhatIsInsideEachDrawingOfASwap(t *testing.T) {
	t.Parallel()
	exact := boundaryOf(t, SwapSeats{Student: "ada", From: "sets", To: "algebra"})
	tests := []struct {
		name                 string
		fact                 dcb.Fact
		exactly, tag, stream bool
	}{
		{"another student takes a seat in the course to swap to", takes("kofi", "algebra"), true, true, true},
		{"the student leaves the course to swap from", leaves("ada", "sets"), true, true, false},
		{"another student begins to wait for the course to swap from", waits("kofi", "sets"), true, true, false},
		{"another student takes a seat in the course to swap from, for which nobody waits", takes("kofi", "sets"), false, true, false},
		{"the course to swap to gets another title", CourseRenamed{Course: "algebra", NewTitle: "Groups"}, false, true, true},
		{"the course to swap from gets another title", CourseRenamed{Course: "sets", NewTitle: "Groups"}, false, true, false},
		{"the student takes a seat elsewhere", takes("ada", "logic"), false, true, false},
		{"another student takes a seat elsewhere", takes("kofi", "logic"), false, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i, want := range []bool{tt.exactly, tt.tag, tt.stream} {
				drawing := lens.Drawings()[i].For("algebra")
				assert.Equal(t, want, lens.FindMatch(drawing.Of(exact), logged(t, tt.fact)).Inside, drawing.Name)
			}
		})
	}
}
