package gocrablet_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFilesOfOthersAreAsTheyWerePublished(t *testing.T) {
	t.Parallel()
	told, err := os.ReadFile("THIRD_PARTY.md")
	require.NoError(t, err)
	rows := regexp.MustCompile("\\| \\[`([^`]*)`\\].*`([0-9a-f]{64})` \\|").FindAllStringSubmatch(string(told), -1)
	require.Len(t, rows, 3)
	for _, row := range rows {
		content, err := os.ReadFile(row[1])
		require.NoError(t, err)
		sum := sha256.Sum256(content)
		assert.Equal(t, row[2], hex.EncodeToString(sum[:]), row[1])
	}
}
