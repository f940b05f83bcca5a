package story

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A new command without a row fails here by its name.
func TestEveryCommandHasARow(t *testing.T) {
	decided := slices.Sorted(maps.Keys(DomainSource.Decisions))
	require.Greater(t, len(decided), 10)
	for _, name := range decided {
		_, known := commands[name]
		assert.True(t, known, "the command %s has no row in commands.go", name)
	}
	for name := range commands {
		assert.Contains(t, decided, name, "the domain has no command %s", name)
	}
}

func TestACommandIsReadAsItWasKept(t *testing.T) {
	kept := courses.SubscribeStudent{Student: "ada", Course: "algebra", Request: "r1"}
	input, err := json.Marshal(kept)
	require.NoError(t, err)
	cmd, err := readCommand("SubscribeStudent", input)
	require.NoError(t, err)
	assert.Equal(t, kept, cmd)

	_, err = readCommand("SubscribeStudent", []byte(`{"Seat": 1}`))
	require.ErrorIs(t, err, errOtherCommands, "another version of the command")
	_, err = readCommand("SwapStudents", input)
	require.ErrorIs(t, err, errOtherCommands, "a command that is gone")
}

func TestACommandChangesTheCourseAndTheStudentThatItNames(t *testing.T) {
	assert.Equal(t, dcb.Tags{"course_id:algebra"}, ChangedBy(courses.RenameCourse{Course: "algebra"}))
	assert.Equal(t, dcb.Tags{"student_id:ada"}, ChangedBy(courses.ForgetStudent{Student: "ada"}))
	assert.Equal(t, dcb.Tags{"course_id:algebra", "student_id:ada"}, ChangedBy(courses.JoinWaitlist{Student: "ada", Course: "algebra"}))
	assert.Nil(t, ChangedBy(courses.DefineCourse{Course: "algebra"}), "it makes the course")
}
