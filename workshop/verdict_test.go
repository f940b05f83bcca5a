package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
)

// judgeTest judges a package that has only this test file.
func judgeTest(t *testing.T, file string) verdict {
	t.Helper()
	return judgeFolder(t, exampleWith(t, file))
}

// exampleWith returns a module that has only this test file.
func exampleWith(t *testing.T, file string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example\n\ngo 1.26\n", "some_test.go": "package example\n\n" + file} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func judgeFolder(t *testing.T, dir string) verdict {
	t.Helper()
	effort.OnlyAll(t, "the go command")
	verdicts, err := judge(t.Context(), dir, nil, ".")
	require.NoError(t, err)
	require.NotNil(t, verdicts["example"])
	return *verdicts["example"]
}

func TestAVerdictHasWhatEachTestSays(t *testing.T) {
	t.Parallel()
	v := judgeTest(t, `import "testing"

func TestOne(t *testing.T) {
	t.Error("two\nlines")
	t.Run("inner", func(t *testing.T) { t.Error("of the inner test") })
}

func TestTwo(t *testing.T) { t.Log("nobody has to read this") }
`)
	assert.Equal(t, []testResult{
		{name: "TestOne", said: []remark{{"some_test.go:6", "two\nlines"}, {"some_test.go:7", "of the inner test"}}},
		{name: "TestTwo", passed: true},
	}, v.tests)
	assert.False(t, v.green())
}

// A panic in a goroutine ends the program, and go test does not report the test that ran.
func TestAPanicIsTheFaultOfTheTestThatRan(t *testing.T) {
	t.Parallel()
	v := judgeTest(t, `import ("testing"; "sync")

func TestOne(t *testing.T) {}

func TestTwo(t *testing.T) {
	var wait sync.WaitGroup
	wait.Go(func() { panic("oh no") })
	wait.Wait()
}
`)
	assert.Equal(t, []string{"TestTwo"}, v.failed())
	assert.Equal(t, []remark{{text: "It panicked: oh no"}}, v.tests[1].said)
	assert.True(t, v.stopped, "the tests after it did not run")
}

func TestACompileErrorNamesFileAndLine(t *testing.T) {
	t.Parallel()
	v := judgeTest(t, "var number int = \"text\"\n")
	assert.Contains(t, v.broken, "some_test.go:3:18: cannot use \"text\"")
	assert.False(t, v.green())
}

func TestAnUnknownImportIsACompileError(t *testing.T) {
	t.Parallel()
	v := judgeTest(t, "import _ \"nothing/at/all\"\n")
	assert.Contains(t, v.broken, "some_test.go:3:8: package nothing/at/all is not in std")
}

func TestAPackageWithoutTestsIsNotGreen(t *testing.T) {
	t.Parallel()
	v := judgeTest(t, "var number int\n")
	assert.False(t, v.green())
	assert.Contains(t, v.rest, "no tests to run")
}

func TestATestThatNeverEndsIsSaidInWords(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []remark{{text: "It did not end within 1m0s. Something waits for what never comes."}},
		remarks("panic: test timed out after 1m0s\n\trunning tests:\n\t\tTestOne (1m0s)\n"))
}

// The test is a process of its own. It ends with the check, though it would never end by itself.
func TestACheckThatIsStoppedEndsItsTest(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "the go command")
	file := filepath.Join(t.TempDir(), "pid")
	dir := exampleWith(t, fmt.Sprintf(`import (
	"fmt"
	"os"
	"testing"
)

func TestOne(t *testing.T) {
	if err := os.WriteFile(%q, fmt.Append(nil, os.Getpid()), 0o600); err != nil {
		t.Fatal(err)
	}
	for {
	}
}
`, file))
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() {
		_, err := judge(ctx, dir, nil, ".")
		stopped <- err
	}()
	var pid int
	require.Eventually(t, func() bool {
		text, _ := os.ReadFile(file)
		_, err := fmt.Sscan(string(text), &pid)
		return err == nil
	}, time.Minute, 10*time.Millisecond)
	stop()
	require.ErrorIs(t, <-stopped, context.Canceled)
	require.Eventually(t, func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }, 15*time.Second, 10*time.Millisecond)
}

// go test remembers that a test passed. A participant wants to see it run.
func TestAVerdictIsNeverFromTheCache(t *testing.T) {
	t.Parallel()
	runs := t.TempDir()
	dir := exampleWith(t, fmt.Sprintf(`import (
	"os"
	"testing"
)

func TestOne(t *testing.T) { _, _ = os.MkdirTemp(%q, "run-") }
`, runs))
	for range 2 {
		v := judgeFolder(t, dir)
		assert.True(t, v.green())
	}
	entries, err := os.ReadDir(runs)
	require.NoError(t, err)
	assert.Len(t, entries, 2)
}
