package sampled_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/sampled"
)

// Nothing is new to whoever looks first: pages show the term before a program starts.
func TestADatabaseHasItsPages(t *testing.T) {
	t.Parallel()
	var shown int
	require.NoError(t, sampled.New(t).QueryRow(t.Context(), `select position from read_generation`).Scan(&shown))
	require.Equal(t, len(courses.SampleTerm()), shown)
}
