package web_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/receipt"
	"go-crablet/web"
	"go-crablet/web/site"
)

func TestTheRegistrarPinsReceipts(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded, func(c *web.Config) { c.Keeping = site.Keeping{Receipts: 7, Races: 5, Days: 1} })
	require.Equal(t, http.StatusSeeOther, app.as("ada").post("/courses/compilers/subscriptions").status)
	kept := "/decisions/" + app.receipts()[0].ID
	store := receipt.NewStore(app.pool)
	registrar, ada := app.in("registrar"), app.as("ada")

	got := registrar.get("/decisions")
	assert.Contains(t, got.text(), "The latest 7 are kept, for 1 day. When there are more, the refused ones go first. What the registrar pins stays.")
	assert.NotContains(t, ada.get(kept).body, kept+"/pin")
	assert.Equal(t, http.StatusForbidden, ada.post(kept+"/pin", "pin", "yes").status)

	got = registrar.press(registrar.get(kept), "Pin")
	require.Equal(t, http.StatusSeeOther, got.status)
	require.Equal(t, kept, got.location)
	assert.Contains(t, ada.get(kept).text(), "Pinned: this is kept for good.")
	removed, err := store.Trim(t.Context(), 1, 1)
	require.NoError(t, err)
	require.Zero(t, removed)

	require.Equal(t, kept, registrar.press(registrar.get(kept), "Unpin").location)
	assert.NotContains(t, ada.get(kept).text(), "kept for good")
	removed, err = store.Trim(t.Context(), 0, 1)
	require.NoError(t, err)
	require.Equal(t, 1, removed)
	got = ada.get(kept)
	assert.Equal(t, http.StatusNotFound, got.status)
	assert.Contains(t, got.text(), "There is no such receipt, or no longer. The latest 7 are kept, for 1 day.")
	assert.Equal(t, http.StatusNotFound, registrar.post(kept+"/pin", "pin", "yes").status)
	assert.Equal(t, kept, registrar.get(kept+"/pin").location)
	assert.Equal(t, http.StatusOK, ada.get("/courses/compilers").status)
	assert.Equal(t, http.StatusOK, ada.get("/log").status)
}

func TestTheRegistrarPinsRaces(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *web.Config) { c.Keeping = site.Keeping{Races: 5} })
	registrar := app.visitor()
	race := "/race/" + registrar.runs(numbers(3, 1, 1, 0, 0))
	assert.Contains(t, registrar.get("/race").text(), "The latest 5 are kept. What the registrar pins stays.")
	require.Equal(t, race, registrar.press(registrar.get(race), "Pin").location)
	assert.Contains(t, registrar.get(race).text(), "Pinned: this is kept for good.")
	removed, err := app.theatre.Runs.Trim(t.Context(), 0, 1)
	require.NoError(t, err)
	require.Zero(t, removed)
	require.Equal(t, race, registrar.press(registrar.get(race), "Unpin").location)
	removed, err = app.theatre.Runs.Trim(t.Context(), 0, 1)
	require.NoError(t, err)
	require.Equal(t, 1, removed)
	assert.Equal(t, http.StatusNotFound, registrar.get(race).status)
	assert.Equal(t, http.StatusNotFound, registrar.post("/runs/aaaaaaaaaa/pin", "pin", "yes").status)
}

func TestPagesSayWhatIsKept(t *testing.T) {
	t.Parallel()
	for want, keeping := range map[string]site.Keeping{
		"All are kept.": {},
		"They are kept for 2 days. What the registrar pins stays.":                                                  {Days: 2},
		"The latest 3,000 are kept. When there are more, the refused ones go first. What the registrar pins stays.": {Receipts: 3000},
	} {
		assert.Equal(t, want, keeping.OfReceipts())
	}
}
