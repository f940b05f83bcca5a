package browser_test

import (
	"os"
	"testing"

	"go-crablet/internal/effort"
)

// What these tests are about is used by those of e2e, of which an everyday run has some.
func TestMain(m *testing.M) {
	effort.Everyday()
	os.Exit(m.Run())
}
