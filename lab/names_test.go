package lab

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/domain/courses"
)

// Otherwise a contender in the log looks like a student whom everybody knows.
func TestNoContenderIsCalledLikeAStudentOfTheSampleTerm(t *testing.T) {
	known := map[string]bool{}
	for _, fact := range courses.SampleTerm() {
		switch fact := fact.(type) {
		case courses.StudentRegistered:
			known[string(fact.Name)] = true
		case courses.StudentRenamed:
			known[string(fact.NewName)] = true
		}
	}
	assert.Len(t, names, 60)
	for _, name := range names {
		assert.False(t, known[name], name)
	}
}
