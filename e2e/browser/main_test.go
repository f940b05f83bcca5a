package browser_test

import (
	"os"
	"testing"

	"go-crablet/internal/effort"
)

// An everyday run leaves these tests out. What they are about is used in those of e2e.
func TestMain(m *testing.M) {
	effort.Everyday()
	os.Exit(m.Run())
}
