package steps_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/workshop/steps"
)

func TestTheNameOfATestIsASentence(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "An eleventh course is refused", steps.Sentence("TestAnEleventhCourseIsRefused"))
	assert.Equal(t, "Works", steps.Sentence("TestWorks"))
	assert.Equal(t, "A course of 2023 has its seats", steps.Sentence("TestACourseOf2023HasItsSeats"))
}
