//go:build unix

package debian

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPackagesGetNoSecrets(t *testing.T) {
	t.Setenv("SESSION_KEY", "secret")
	t.Setenv("PATH", "/bin")
	t.Setenv("https_proxy", "http://proxy")
	require.Subset(t, environment(), []string{"PATH=/bin", "https_proxy=http://proxy"})
	for _, setting := range environment() {
		require.NotContains(t, setting, "secret")
	}
}
