package dcbtest_test

import (
	"os"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// The log is a broken one if a test has started this process to see it fail.
func TestAMemoryIsALog(t *testing.T) {
	t.Parallel()
	dcbtest.TestLog(t, func(*testing.T) dcb.Log {
		if name := os.Getenv(brokenLog); name != "" {
			return brokenLogs[name].log(&dcbtest.Memory{})
		}
		return &dcbtest.Memory{}
	})
}
