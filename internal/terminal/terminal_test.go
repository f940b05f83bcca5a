package terminal_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/terminal"
)

func TestIs(t *testing.T) {
	file, err := os.Create(t.TempDir() + "/out")
	require.NoError(t, err)
	defer file.Close()
	require.False(t, terminal.Is(file))
	require.False(t, terminal.Is(&strings.Builder{}))
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // a device, as a terminal is
	require.NoError(t, err)
	defer device.Close()
	require.True(t, terminal.Is(device))
}
