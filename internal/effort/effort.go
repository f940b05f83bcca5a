// Package effort says which tests a run leaves out, and how much the others try. There are four kinds
// of runs:
//
//	go test -short ./...       short: the rules, and one in twelve of the tests that need a database, drawn at random
//	go test ./...              everyday: what takes no seconds of computing, and a few tests in a browser
//	TEST_ALL=1 go test ./...   every test, as the check (.ci/run) does
//	go test ./e2e -thorough    thorough: every test, on more screens, with more kills and more rounds
//
// CONTRIBUTING.md says how long they take, and which steps of the check are thorough. A run that is
// neither thorough nor short tries as much as usual. A test that is left out is skipped, and says why.
// Whoever names tests with -run gets them; a short run still leaves out what takes longer than a moment.
// Only tests import this package.
package effort

import (
	"flag"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

var thorough = flag.Bool("thorough", false, "try more: every test, every screen, more kills, more rounds")

// Thorough reports whether the run is thorough.
func Thorough() bool { return *thorough }

// All reports whether the run leaves out no test: TEST_ALL is set, it is thorough, or -run says which
// tests are wanted.
func All() bool { return all() }

// all answers once, before [Everyday] sets -run itself.
var all = sync.OnceValue(func() bool {
	return !testing.Short() && (os.Getenv("TEST_ALL") != "" || Thorough() || named())
})

// named reports whether -run says which tests are wanted.
func named() bool { return flag.Lookup("test.run").Value.String() != "" }

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

// NotShort skips a test under -short, because it needs something that takes longer than a moment.
func NotShort(t testing.TB, needs string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves this test out: it needs " + needs)
	}
}

// OneIn skips a test under -short, unless it is drawn, because it needs something that takes long for
// many tests together. One in so many is drawn, and every one that -run names. A test is drawn with all
// its subtests.
func OneIn(many int, t testing.TB, needs string) {
	t.Helper()
	if !testing.Short() || named() {
		return
	}
	test, _, _ := strings.Cut(t.Name(), "/")
	isDrawn, _ := drawn.LoadOrStore(test, rand.N(many) == 0)
	if !isDrawn.(bool) {
		t.Skipf("-short draws one in %d of the tests that need %s. It did not draw this one; -run with its name does.", many, needs)
	}
}

// drawn says of each test by its name whether it was drawn.
var drawn sync.Map

// OnlyAll skips a test unless the run has every test, because it needs something that takes long.
func OnlyAll(t testing.TB, needs string) {
	t.Helper()
	if !All() {
		t.Skip("This test needs " + needs + ". TEST_ALL=1 runs it, and so does -run with its name.")
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

// Everyday leaves out all tests of a package but those that it names, unless the run has every test.
// Under -short it leaves out these, too. If nothing is left, "go test" says of the package that it
// has no tests to run. It is for TestMain.
func Everyday(tests ...string) {
	flag.Parse()
	if All() {
		return
	}
	if testing.Short() {
		tests = nil
	}
	must(flag.Set("test.run", "^("+strings.Join(tests, "|")+")$"))
}

func must(err error) {
	if err != nil {
		panic(err) // the testing package has these flags
	}
}
