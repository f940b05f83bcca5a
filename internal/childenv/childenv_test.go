package childenv_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/childenv"
)

func TestOnly(t *testing.T) {
	t.Setenv("PATH", "/bin")
	t.Setenv("SESSION_KEY", "secret")
	t.Setenv("LD_LIBRARY_PATH", "/opt/lib")
	t.Setenv("LD_LIBRARY_PATH_OF_OTHERS", "/opt/other")

	t.Run("passes on what is named, and PATH", func(t *testing.T) {
		require.ElementsMatch(t, []string{"PATH=/bin", "LD_LIBRARY_PATH=/opt/lib"}, childenv.Only("LD_LIBRARY_PATH", "NOT_SET_ANYWHERE"))
	})

	t.Run("passes on PATH alone when nothing is named", func(t *testing.T) {
		require.Equal(t, []string{"PATH=/bin"}, childenv.Only())
	})
}
