package localpg

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
)

// A Config says which server [Start] starts. Its zero value is the server that
// keeps this user's data.
type Config struct {
	// Dir holds the server's data, socket, log and downloaded programs. It is
	// made if it doesn't exist; if it does, it must be empty or have been used
	// before. Defaults to [DefaultDir].
	Dir string

	// Ephemeral asks for a throw-away server in a new directory, which is
	// removed when the server ends, and is in memory if the machine has
	// plenty. Its data would not survive a power cut
	// (fsync is off), but does survive kill -9 of PostgreSQL: what a process
	// has written, the operating system keeps. Dir must be empty.
	Ephemeral bool

	// Major is the major version of PostgreSQL that a new server gets, 15 or newer.
	// Zero means any of these. Data that is there keeps the version that it has.
	Major int

	// Search lists the directories, as patterns for [filepath.Glob], in which
	// to look for an installed PostgreSQL. Nil means PATH and the places that
	// the usual installers use; an empty list means nowhere.
	Search []string

	// Registry is the npm registry to download PostgreSQL from if it is not
	// installed. Defaults to the environment variable NPM_CONFIG_REGISTRY, as
	// for npm itself, and then to the public one.
	Registry string

	// Log is told what takes time and what went wrong. Nil discards it.
	Log *slog.Logger
}

// DefaultDir returns the directory of the server that keeps this user's data, a
// "postgresql" in the directory of the application.
func DefaultDir() (string, error) {
	const app = "go-crablet/postgresql"
	if os.Geteuid() == 0 {
		return filepath.Join("/var/lib", app), nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(data) {
		return filepath.Join(data, app), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find a place for PostgreSQL's data: %w", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", app), nil
	}
	return filepath.Join(home, ".local", "share", app), nil
}
