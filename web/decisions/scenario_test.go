package decisions

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/story"
)

func TestEveryCommandCanBeWrittenAsATest(t *testing.T) {
	require.ElementsMatch(t, slices.Collect(maps.Keys(story.DomainSource.Decisions)), slices.Collect(maps.Keys(story.CommandsByName)))
}

// Another program may have appended events that no command of this one appends.
func TestAnEventThatNoFactIsStoredAsIsWrittenAsStored(t *testing.T) {
	var code story.FactsCode
	list := code.Happened([]dcb.Event{
		{Type: "CourseDefined", Tags: dcb.NewTags("course_id", "algebra"), Data: []byte(`{"course_id": "algebra", "name": "Algebra", "max_students": 2}`)},
		{Type: "StudentSubscribedToCourse", Tags: dcb.NewTags("course_id", "algebra"), Data: []byte(`{"student_id": "ada", "course_id": "algebra"}`)},
		{Type: "StudentPraised", Tags: dcb.NewTags("student_id", "ada"), Data: []byte("{\"by\": \"`\"}")},
		{Type: "StudentJoinedWaitlist", Tags: dcb.NewTags("student_id", "ada", "course_id", "algebra", "course_id", "logic"), Data: []byte(`{"student_id": "ada", "course_id": "algebra"}`)},
	}, dcb.Tags{courses.CourseID("logic").Tag()})
	var written []string
	for _, fact := range list {
		written = append(written, fact.Code)
	}
	assert.Equal(t, []string{
		`CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 2}`,
		"stored{Type: \"StudentSubscribedToCourse\", Tagged: dcb.Tags{\"course_id:algebra\"}, Data: []byte(`{\"student_id\": \"ada\", \"course_id\": \"algebra\"}`)}",
		`stored{Type: "StudentPraised", Tagged: dcb.Tags{"student_id:ada"}, Data: []byte("{\"by\": \"` + "`" + `\"}")}`,
		`dcb.WithTags(dcb.Facts(waits("ada", "algebra")), "course_id:logic")`,
	}, written)
	assert.True(t, code.UsesDCB)
}

// The fingerprint of a command is unreadable, so a written test names the command instead.
func TestTheFactsOfACommandWithAKeyAreWrittenAsItsAnswer(t *testing.T) {
	cmd := courses.LeaveWaitlist{Student: "ada", Course: "algebra", Request: "r1"}
	key, asked := cmd.Request.Tag(), courses.Asked(cmd)
	fact := courses.StudentLeftWaitlist{Student: "ada", Course: "algebra"}
	data := []byte(`{"student_id": "ada", "course_id": "algebra"}`)
	tagged := func(tags ...dcb.Tag) dcb.Tags { return append(fact.Tags(), tags...) }
	const answer, seat = `answers(cmd, waitsNoLonger("ada", "algebra"))`, `waitsNoLonger("ada", "algebra")`

	for _, tt := range []struct {
		name string
		tags []dcb.Tag // beside those of the fact
		want string
	}{
		{"by the same command", []dcb.Tag{key, asked}, answer},
		{"by another command with this key", []dcb.Tag{key, "asked:00"}, `dcb.WithTags(dcb.Facts(` + seat + `), "request:r1", "asked:00")`},
		{"by an older version", []dcb.Tag{key}, `dcb.WithTags(dcb.Facts(` + seat + `), "request:r1")`},
		{"by another request", []dcb.Tag{"request:r2", "asked:00"}, seat},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code := story.FactsCode{Cmd: cmd}
			happened := code.Happened([]dcb.Event{{Type: fact.EventType(), Tags: tagged(tt.tags...), Data: data}}, tagged(key))
			require.Len(t, happened, 1)
			assert.Equal(t, tt.want, happened[0].Code)
			assert.Equal(t, tt.want == answer, code.UsesCmd)
		})
	}
	for name, tags := range map[string]dcb.Tags{"as it is now": tagged(key, asked), "as a receipt of an older version has it": tagged(key)} {
		t.Run(name, func(t *testing.T) {
			code := story.FactsCode{Cmd: cmd}
			wanted := code.Wanted([]receipt.Event{{Type: fact.EventType(), Tags: tags, Data: data}})
			require.Len(t, wanted, 1)
			assert.Equal(t, answer, wanted[0].Code)
			assert.True(t, code.UsesCmd)
		})
	}
}
