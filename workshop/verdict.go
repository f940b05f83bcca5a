package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"go-crablet/workshop/steps"
)

// A verdict says how the tests of one package ended.
type verdict struct {
	broken string // what the compiler said, if the package does not compile
	tests  []testResult
	// stopped says that a test ended the program, so the tests after it did not run.
	stopped bool
	rest    string // what was printed outside of the tests
}

// A testResult says how one test ended.
type testResult struct {
	name   string
	passed bool
	said   []remark
}

// A remark is a text that a test printed, and the line that printed it.
type remark struct{ at, text string }

// failed returns the names of the tests that failed.
func (v verdict) failed() (names []string) {
	for _, t := range v.tests {
		if !t.passed {
			names = append(names, t.name)
		}
	}
	return names
}

func (v verdict) green() bool { return v.broken == "" && len(v.tests) > 0 && len(v.failed()) == 0 }

// judge runs the tests of packages in the folder dir, and returns a verdict for each import path. It
// never answers from the cache of go test.
func judge(ctx context.Context, dir string, env []string, args ...string) (map[string]*verdict, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json", "-count=1", "-vet=off", "-timeout=30s"}, args...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	// A test is a process of the go command. The signal goes to both, so a test that never ends does, too.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = 5 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	runErr := cmd.Run()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	tr := transcript{verdicts: map[string]*verdict{}, compiler: map[string]string{}, printed: map[string]string{}}
	for decoder := json.NewDecoder(&out); decoder.More(); {
		var e testEvent
		if err := decoder.Decode(&e); err != nil {
			return nil, fmt.Errorf("read what go test says: %w", err)
		}
		tr.add(e)
	}
	if _, failed := errors.AsType[*exec.ExitError](runErr); len(tr.verdicts) == 0 && failed {
		return nil, fmt.Errorf("go test: %s", strings.TrimSpace(errs.String()))
	} else if !failed && runErr != nil {
		return nil, runErr
	}
	return tr.verdicts, nil
}

// A testEvent is a line of go test -json, see go doc test2json.
type testEvent struct{ Action, Package, ImportPath, Test, Output, FailedBuild string }

// A transcript collects the verdicts while go test speaks.
type transcript struct {
	verdicts map[string]*verdict
	compiler map[string]string // by the failed build
	printed  map[string]string // by package and test
}

func (tr *transcript) add(e testEvent) {
	if e.Action == "build-output" {
		if !strings.HasPrefix(e.Output, "# ") {
			tr.compiler[e.ImportPath] += e.Output
		}
		return
	}
	if e.Package == "" {
		return
	}
	v := tr.verdicts[e.Package]
	if v == nil {
		v = &verdict{}
		tr.verdicts[e.Package] = v
	}
	test, _, inner := strings.Cut(e.Test, "/") // what a test inside of a test says belongs to the outer one
	printed := e.Package + " " + test
	switch {
	case e.Action == "output":
		tr.printed[printed] += e.Output
	case inner:
	case e.Action == "run":
		v.tests = append(v.tests, testResult{name: test})
	case test != "" && (e.Action == "pass" || e.Action == "skip"):
		v.pass(test)
	case test == "" && (e.Action == "pass" || e.Action == "fail"): // the package has ended
		v.broken, v.rest = tr.compiler[e.FailedBuild], strings.TrimSpace(tr.printed[printed])
		for i, t := range v.tests {
			if said := tr.printed[printed+t.name]; !t.passed {
				v.tests[i].said = remarks(said)
				v.stopped = v.stopped || aPanic.MatchString(said)
			}
		}
	}
}

// pass notes that a test passed. All others failed: a test that ends the program is not reported.
func (v *verdict) pass(test string) {
	for i := range v.tests {
		if v.tests[i].name == test {
			v.tests[i].passed = true
		}
	}
}

var (
	// A remark begins with four spaces and a place, and goes on in lines with eight.
	aRemark  = regexp.MustCompile(`(?m)^ {4,}(\S+\.go:\d+): (.*(?:\n {8}.*)*)`)
	aPanic   = regexp.MustCompile(`(?m)^panic: (.*?)(?: \[recovered.*\])?$`)
	timedOut = regexp.MustCompile(`^test timed out after (\S+)`)
)

// remarks returns what a test said, without what only a machine wants to know.
func remarks(printed string) (all []remark) {
	for _, found := range aRemark.FindAllStringSubmatch(printed, -1) {
		all = append(all, remark{found[1], strings.TrimSpace(strings.ReplaceAll(found[2], "\n        ", "\n"))})
	}
	if found := aPanic.FindStringSubmatch(printed); found != nil {
		text := "It panicked: " + found[1]
		if after := timedOut.FindStringSubmatch(found[1]); after != nil {
			text = fmt.Sprintf("It did not end within %s. Something waits for what never comes.", after[1])
		}
		all = append(all, remark{text: text})
	}
	return all
}

// is reports whether exactly the tests failed that catch a wrong solution, each with the words that it
// says then.
func (v verdict) is(w steps.Wrong) bool {
	if !slices.Equal(slices.Sorted(slices.Values(v.failed())), slices.Sorted(slices.Values(w.CaughtBy))) {
		return false
	}
	return !slices.ContainsFunc(v.tests, func(t testResult) bool { return !t.passed && !t.says(w.Says) })
}

func (t testResult) says(words string) bool {
	return slices.ContainsFunc(t.said, func(r remark) bool { return strings.Contains(r.text, words) })
}
