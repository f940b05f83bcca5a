package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// readsAloud requires that a screen reader reads these texts of the page in this order.
func (p student) readsAloud(parts ...string) {
	p.site.t.Helper()
	spoken := p.Spoken()
	for _, part := range parts {
		_, after, found := strings.Cut(spoken, part)
		require.True(p.site.t, found, "%s comes next in: %s", part, spoken)
		spoken = after
	}
}

// A screen reader reads the picture of a receipt attempt by attempt, and then the verdict.
func TestAScreenReaderReadsAReceiptInOrder(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	id := site.archive().keeps("Ada subscribes to History of Computing", takes("ada", "history-of-computing"), nil, takes("kofi", "history-of-computing"))
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	ada.Goto(site.url + "/decisions/" + id)
	ada.readsAloud(
		"Ada subscribes to History of Computing", "Seated at attempt 2",
		"What each attempt saw of the log",
		"Attempt 1", "conflict", "The log was read up to 185", "186: Kofi took a seat in History of Computing", "Ada took a seat in History of Computing",
		"Attempt 2", "seated", "186: Kofi took a seat in History of Computing", "187: Ada took a seat in History of Computing",
		"Seated.", "Copy as test", "func (cmd SubscribeStudent) decide",
	)
}

// A screen reader reads how a race ended before it reads the lanes, each with its end.
func TestAScreenReaderReadsARaceInOrder(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	ada.racesToTheEnd("3", "1")
	ada.readsAloud("3 wanted in.", "Exactly 1 got a seat.", "conflict with that seat", "1 seat", "refused", "Replay")
}
