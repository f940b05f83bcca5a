package standing

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheBuildIsWhatGoWroteIntoTheProgram(t *testing.T) {
	t.Parallel()
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: "(devel)"}}
	require.Equal(t, "development, commit unknown, go1.26.8", buildOf("", info).String())
	info.Settings = []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "true"}}
	require.Equal(t, "development, commit 0123456789ab+changes, go1.26.8", buildOf("", info).String())
	info.Main.Version, info.Settings = "v1.0.0", info.Settings[:1]
	require.Equal(t, "v1.0.0, commit 0123456789ab, go1.26.8", buildOf("", info).String())
	require.Equal(t, "v2.0.0", buildOf("v2.0.0", info).Version, "the one that the linker set")
	require.NotEmpty(t, ThisBuild("").Go)
}
