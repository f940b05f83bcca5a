//go:build linux || darwin

package localpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
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
// version with. If that is 0, there is no data yet, and the configuration may ask for one.
func (s *Server) findOrDownload(ctx context.Context, data int) (bin string, err error) {
	major := cmp.Or(data, s.cfg.Major)
	var found []string
	for _, bin := range candidates(s.cfg.Search) {
		version, err := s.home.probe(ctx, bin)
		if err == nil && fits(version, major) {
			return bin, nil
		}
		if err == nil {
			found = append(found, fmt.Sprintf("PostgreSQL %d in %s", version, bin))
		}
	}
	missing := s.missing(found, data)
	wanted, ok := releases[cmp.Or(major, newestRelease)]
	if !ok && data > 0 {
		return "", fmt.Errorf("%s: install PostgreSQL %d, or move %s away to start anew", missing, major, s.home.path("data"))
	}
	if !ok {
		return "", fmt.Errorf("%s, and can't be downloaded: install it", missing)
	}
	bin, err = s.download(ctx, wanted)
	if err != nil {
		return "", fmt.Errorf("%s, and downloading it failed: install PostgreSQL %s, or set DATABASE_URL to use another server: %w",
			missing, cmp.Or(only(major), fmt.Sprintf("%d or newer", minMajor)), err)
	}
	if _, err := s.home.probe(ctx, bin); err != nil {
		return "", fmt.Errorf("%s, and the one that was downloaded does not run: install PostgreSQL %s, or set DATABASE_URL to use another server: %w",
			missing, cmp.Or(only(major), fmt.Sprintf("%d or newer", minMajor)), err)
	}
	return bin, nil
}

// missing says what is needed, and what was found instead. data is the major version of the
// data, or 0.
func (s *Server) missing(found []string, data int) string {
	says := "PostgreSQL is not installed"
	if s.cfg.Major > 0 {
		says = fmt.Sprintf("PostgreSQL %d is not installed", s.cfg.Major)
	}
	if data > 0 {
		says = fmt.Sprintf("the data in %s is PostgreSQL %d's, which no other version reads and which is not installed", s.home.path("data"), data)
	}
	if len(found) > 0 {
		says += " (there is " + strings.Join(found, ", ") + ")"
	}
	return says
}

// only names a major version, and nothing if any will do.
func only(major int) string {
	if major == 0 {
		return ""
	}
	return strconv.Itoa(major)
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

// probe returns the major version of the programs in bin, or why the server's account can't
// run them.
func (h *home) probe(ctx context.Context, bin string) (major int, err error) {
	if _, err := os.Stat(filepath.Join(bin, "initdb")); err != nil {
		return 0, err
	}
	program := filepath.Join(bin, "postgres")
	output, err := h.account.command(ctx, program, "--version").Output()
	if errors.Is(err, fs.ErrPermission) {
		return 0, fmt.Errorf("%s may not run %s", h.account, program)
	}
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return 0, fmt.Errorf("%s: %w: %s", program, err, lastLines(string(failed.Stderr)))
	}
	if err != nil {
		return 0, err
	}
	match := versionOutput.FindSubmatch(output)
	if match == nil {
		return 0, fmt.Errorf("%s calls itself %q", program, output)
	}
	return strconv.Atoi(string(match[1]))
}
