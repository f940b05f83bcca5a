package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// What is copied is the source and nothing else, and without a mouse.
func TestTheSourceAndTheTestOfADecisionAreCopiedByKeyboard(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.opensReceipt()

	ada.TabTo(".scenario > summary")
	ada.Press(browser.Enter)
	ada.TabTo(".scenario [data-copy]")
	ada.Press(browser.Enter)
	eventually(t, "it is said", func() bool { return ada.Text(".scenario [role=status]") == "Copied" })
	test := get(t, ada.URL()+"/attempts/1/test")
	require.Equal(t, test, ada.Clipboard())

	ada.TabTo(".receipt__code [data-copy]")
	require.Contains(t, ada.Focused(), "button", "the focus is where it was")
	ada.Press(browser.Space)
	eventually(t, "it is said", func() bool { return ada.Text(".receipt__code [role=status]") == "Copied" })
	file, err := os.ReadFile(filepath.Join("..", "domain", "courses", "subscribe_student.go"))
	require.NoError(t, err)
	copied := ada.Clipboard()
	require.True(t, strings.HasPrefix(copied, "func (cmd SubscribeStudent) decide("), copied)
	require.Contains(t, string(file), copied)
	require.Empty(t, ada.Complaints())
	for _, screen := range everyScreen {
		ada.UseScreen(screen)
		ada.isFineOn(screen, "receipt-as-test")
	}
}
