package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// After a form on a card was carried out or refused, the card and the notice about it are in sight.
func TestTheCardThatChangedIsInSight(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	const card, act = "#card-typography-for-engineers", "#act-typography-for-engineers"
	inSight := func() bool { return ada.IsInSight(card) && ada.IsInSight(act) && ada.IsInSight(".flash") }
	for _, screen := range []browser.Screen{lightPhone, lightLaptop} {
		ada.UseScreen(screen)
		ada.Goto(site.url + "/")
		ada.Submit(act)
		require.Contains(t, ada.notice(), "Seated: you have a seat in Typography for Engineers.")
		eventually(t, "the card is in sight", inSight)
		ada.Submit(act)
		require.Contains(t, ada.notice(), "Left")

		ada.LookAway(func() { // otherwise the card would offer the waitlist
			site.subscribe("typography-for-engineers", "zola") // the last seat
			ada.Submit(act)
		})
		require.Contains(t, ada.notice(), "Refused: every seat in Typography for Engineers is taken.")
		eventually(t, "the card is in sight after a refusal, too", inSight)
		assert.Contains(t, ada.Focused(), act[1:])
		post(t, site.url+"/courses/typography-for-engineers/subscriptions/zola/delete")
	}
	ada.Complaints() // the browser's word for 409
}
