package web_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A log is read for years: an event of another year says which one, and every event has the
// full date at hand.
func TestWhatHappenedInAnotherYearSaysWhichOne(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	ada.posts(303, "/courses/compilers/subscriptions")
	position := app.head()
	app.as("kofi").posts(303, "/courses/type-theory/subscriptions") // the last event tells that the log is still the same
	then := time.Date(time.Now().Year()-2, time.March, 4, 5, 6, 7, 0, time.UTC)
	_, err := app.pool.Exec(t.Context(), `update dcb_event set recorded_at = $2 where position = $1`, position, then)
	require.NoError(t, err)
	const full = "2 January 2006, 15:04:05 UTC"
	at := fmt.Sprintf(`title="%s">%s UTC</time>`, then.Format(full), then.Format("2 Jan 2006 15:04:05"))
	for _, page := range []string{"/log", "/courses/compilers", "/students/ada"} {
		assert.Contains(t, ada.get(page).body, at, page)
	}
	now := time.Now().UTC()
	assert.Contains(t, ada.get("/students/kofi").body, now.Format(">2 Jan "), "this year goes without saying")
	assert.NotContains(t, ada.get("/students/kofi").body, now.Format(">2 Jan 2006"))
}
