//go:build linux || darwin

package localpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// minMajor is the oldest PostgreSQL that will do.
const minMajor = 15

// usualPlaces lists where installers put PostgreSQL's programs.
func usualPlaces() []string {
	return append(filepath.SplitList(os.Getenv("PATH")),
		"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
		"/usr/pgsql-*/bin",                                   // Red Hat
		"/opt/homebrew/opt/postgresql@*/bin",                 // Homebrew
		"/usr/local/opt/postgresql@*/bin",                    // Homebrew on Intel
		"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	)
}

// findOrDownload returns the directory of the programs to run data of a major
// version with, or any data if that is 0.
func (s *Server) findOrDownload(ctx context.Context, major int) (bin string, err error) {
	for _, bin := range candidates(s.cfg.Search) {
		if version, ok := s.home.probe(ctx, bin); ok && fits(version, major) {
			return bin, nil
		}
	}
	if !fits(downloadMajor, major) {
		return "", fmt.Errorf("the data in %[1]s is PostgreSQL %[2]d's, which is not installed here: "+
			"install PostgreSQL %[2]d, or move %[1]s away to start anew", s.home.path("data"), major)
	}
	bin, err = s.download(ctx)
	if err != nil {
		return "", fmt.Errorf("PostgreSQL is not installed, and downloading it failed: "+
			"install PostgreSQL %d or newer, or set DATABASE_URL to use another server: %w", max(minMajor, major), err)
	}
	if _, ok := s.home.probe(ctx, bin); !ok {
		return "", errors.New("the downloaded PostgreSQL does not run here: " +
			"install PostgreSQL, or set DATABASE_URL to use another server")
	}
	return bin, nil
}

// fits reports whether a version can run the data of a major version. PostgreSQL
// reads no other major version's data, neither older nor newer.
func fits(version, major int) bool {
	if major == 0 {
		return version >= minMajor
	}
	return version == major
}

// candidates returns the directories that match the patterns, in their order, and
// those that match the same pattern by version, newest first.
func candidates(patterns []string) []string {
	var dirs []string
	for _, pattern := range patterns {
		if !filepath.IsAbs(pattern) {
			continue
		}
		matches, err := filepath.Glob(filepath.Join(pattern, "postgres"))
		if err != nil {
			continue // no pattern, so no place
		}
		slices.SortStableFunc(matches, func(a, b string) int {
			return cmp.Compare(lastNumber(b), lastNumber(a))
		})
		for _, match := range matches {
			dirs = append(dirs, filepath.Dir(match))
		}
	}
	return dirs
}

var number = regexp.MustCompile(`[0-9]+`)

// lastNumber returns the last number in a path, such as 16 for /usr/pgsql-16/bin.
func lastNumber(path string) int {
	numbers := number.FindAllString(path, -1)
	if len(numbers) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(numbers[len(numbers)-1])
	return n
}

var versionOutput = regexp.MustCompile(`^postgres \(PostgreSQL\) ([0-9]+)`)

// probe returns the major version of the programs in bin, if the server's account
// can run them.
func (h *home) probe(ctx context.Context, bin string) (major int, ok bool) {
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return 0, false
	}
	output, err := h.account.command(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return 0, false
	}
	match := versionOutput.FindSubmatch(output)
	if match == nil {
		return 0, false
	}
	major, err = strconv.Atoi(string(match[1]))
	return major, err == nil
}
