package gocrablet_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is fetched from elsewhere to build, to check or to run is named by its content.
func TestWhatIsFetchedIsPinned(t *testing.T) {
	t.Parallel()
	workflows, err := filepath.Glob(".github/workflows/*.yml")
	require.NoError(t, err)
	digest := `@sha256:[0-9a-f]{64}`
	for kind, pinned := range map[string]string{
		`(?m)^\s*- uses: (.*)$`:    `^[\w-]+/[\w-]+@[0-9a-f]{40} # v[\d.]+$`, // of an action, with its version for people
		`(?m)^FROM (\S+)`:          `^\S+:\S+` + digest + `$`,
		`(?m)^\s*image: (\S+)`:     `^\S+:\S+` + digest + `$`,
		`(?m)^\s*"image": "(.*)",`: `^\S+:\S+` + digest + `$`,
		`go install (\S+)`:         `^\S+@v\d+\.\d+\.\d+$`, // the checksum database of Go knows its content
	} {
		count := 0
		for _, path := range append(workflows, "Dockerfile", "docker-compose.yml", ".devcontainer/devcontainer.json") {
			for _, found := range firstOf(regexp.MustCompile(kind), readText(t, path)) {
				count++
				assert.Regexp(t, pinned, found, "of %s", path)
			}
		}
		assert.NotZero(t, count, kind)
	}
}

func TestTheDevelopmentContainerHasTheGoOfTheImage(t *testing.T) {
	t.Parallel()
	version := regexp.MustCompile(`golang:([\d.]+)`)
	container, err := os.ReadFile(".devcontainer/devcontainer.json")
	require.NoError(t, err)
	require.Equal(t, version.FindStringSubmatch(readText(t, "Dockerfile"))[1], version.FindStringSubmatch(string(container))[1])
	require.True(t, strings.Contains(string(container), `"remoteUser": "root"`), "the tests install what they need as root")
}
