package web_test

import (
	"flag"
	"os"
	"testing"

	"go-crablet/internal/effort"
)

// Many of these tests wait: for a page that is behind, for a place, for a decision that thinks. In a
// thorough run the tests of other packages use what is left of the cores.
func TestMain(m *testing.M) {
	flag.Parse()
	if !effort.Thorough() {
		effort.SideBySide()
	}
	os.Exit(m.Run())
}
