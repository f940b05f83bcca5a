package standing

import (
	"cmp"
	"runtime/debug"
)

// A Build says which program this is.
type Build struct {
	Version string `json:"version"` // of a release, or "development"
	Commit  string `json:"commit"`  // of the source, with "+changes" if that was changed, or "unknown"
	Go      string `json:"go"`      // the version of Go that built it
}

// ThisBuild returns the build of the running program. version is the one that the linker set, or
// "" to take the one that Go wrote into the program.
func ThisBuild(version string) Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return Build{Version: cmp.Or(version, "development"), Commit: "unknown", Go: "unknown"}
	}
	return buildOf(version, info)
}

func buildOf(version string, info *debug.BuildInfo) Build {
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	if version == "" && info.Main.Version != "(devel)" {
		version = info.Main.Version
	}
	commit := settings["vcs.revision"]
	commit = cmp.Or(commit[:min(len(commit), 12)], "unknown")
	if settings["vcs.modified"] == "true" {
		commit += "+changes"
	}
	return Build{Version: cmp.Or(version, "development"), Commit: commit, Go: info.GoVersion}
}

// String writes the build on one line.
func (b Build) String() string { return b.Version + ", commit " + b.Commit + ", " + b.Go }
