package web

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

func TestEveryCommandCanBeWrittenAsATest(t *testing.T) {
	require.ElementsMatch(t, slices.Collect(maps.Keys(domainSource.decisions)), slices.Collect(maps.Keys(commandsByName)))
}

// Others may have written into the log what no command of ours would.
func TestWhatNoFactIsStoredAsIsWrittenAsItIsStored(t *testing.T) {
	var code factsCode
	list := code.happened([]dcb.Event{
		{Type: "CourseDefined", Tags: dcb.NewTags("course_id", "algebra"), Data: []byte(`{"course_id": "algebra", "name": "Algebra", "max_students": 2}`)},
		{Type: "StudentSubscribedToCourse", Tags: dcb.NewTags("course_id", "algebra"), Data: []byte(`{"student_id": "ada", "course_id": "algebra"}`)},
		{Type: "StudentPraised", Tags: dcb.NewTags("student_id", "ada"), Data: []byte("{\"by\": \"`\"}")},
		{Type: "StudentJoinedWaitlist", Tags: dcb.NewTags("student_id", "ada", "course_id", "algebra", "course_id", "logic"), Data: []byte(`{"student_id": "ada", "course_id": "algebra"}`)},
	}, dcb.Tags{courses.CourseID("logic").Tag()})
	var written []string
	for _, fact := range list {
		written = append(written, fact.code)
	}
	assert.Equal(t, []string{
		`CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 2}`,
		"stored{Type: \"StudentSubscribedToCourse\", Tagged: dcb.Tags{\"course_id:algebra\"}, Data: []byte(`{\"student_id\": \"ada\", \"course_id\": \"algebra\"}`)}",
		`stored{Type: "StudentPraised", Tagged: dcb.Tags{"student_id:ada"}, Data: []byte("{\"by\": \"` + "`" + `\"}")}`,
		`dcb.WithTags(dcb.Facts(waits("ada", "algebra")), "course_id:logic")`,
	}, written)
	assert.True(t, code.usesDCB)
}
