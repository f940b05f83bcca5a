package web_test

import (
	"os"
	"testing"

	"go-crablet/internal/effort"
)

// Many of these tests wait: for a page that is behind, for a place, for a decision that thinks.
func TestMain(m *testing.M) {
	effort.SideBySide()
	os.Exit(m.Run())
}
