// Package effort says how much a run of the tests tries. There are three kinds of runs:
//
//	go test -short ./...       what needs no browser, process or server of its own, and no seconds of waiting or computing
//	go test ./...              every test, of many pages or mistakes only some, drawn at random
//	go test ./e2e -thorough    every test, on more screens, with more kills and more rounds
//
// CONTRIBUTING.md says which steps of the check (.ci/run) are thorough. Under -short, a test that is
// left out is skipped, and says why. In the other two kinds of runs nothing is skipped. Only tests
// import this package.
package effort

import (
	"flag"
	"runtime"
	"strconv"
	"testing"
)

var thorough = flag.Bool("thorough", false, "try more: every screen, more kills, more rounds")

// Thorough reports whether the run is thorough.
func Thorough() bool { return *thorough }

// Times returns how often a test tries something: usually, or when the run is thorough. Under
// -short it is a third of what is usual.
func Times(usually, thoroughly int) int {
	switch {
	case Thorough():
		return thoroughly
	case testing.Short():
		return max(1, usually/3)
	}
	return usually
}

// NotShort skips a test under -short, because it needs something that takes long to start.
func NotShort(t testing.TB, needs string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves this test out: it needs " + needs)
	}
}

// SideBySide lets more tests run at a time than there are cores, unless -parallel says how
// many. It is for the TestMain of a package whose tests spend most of their time waiting for
// servers, browsers and timeouts.
func SideBySide() {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		must(flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))))
	}
}

// RunNothingIfShort leaves out all tests of a package under -short. "go test" then says of the
// package that it has no tests to run. It is for TestMain.
func RunNothingIfShort() {
	flag.Parse()
	if testing.Short() {
		must(flag.Set("test.run", "^$"))
	}
}

func must(err error) {
	if err != nil {
		panic(err) // the testing package has these flags
	}
}
