package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stages are the states of the stage that differ most.
var stages = map[string]string{
	"opening":          "",
	"decided":          "did=a1-a2-b1-b2",
	"overtaken":        "did=a1-a2-b1-b2-b3",
	"conflict":         "did=a1-a2-b1-b2-b3-a3",
	"back":             "did=a1-a2-b1-b2-b3-a3&at=4",
	"refused":          "did=a1-a2-b1-b2-b3-a3-a1-a2",
	"mirrored":         "did=a1-a2-b1-b2-a3-b3",
	"sold-twice":       "append=none&did=a1-a2-b1-b2-b3-a3",
	"checked":          "append=unlocked&did=a1-a2-b1-b2-b3-a3",
	"sold-unlocked":    "append=unlocked&did=a1-a2-b1-b2-b3-a3-b4-a4",
	"and-for-or":       "boundary=and&did=a1-a2-b1-b2-b3-a3",
	"strangers":        "beside=other&did=a1-a2-b1-b2-b3-a3",
	"false-conflict":   "beside=title&boundary=tag&did=a1-a2-b1-b2-b3-a3",
	"false-resolved":   "beside=title&boundary=tag&did=a1-a2-b1-b2-b3-a3-a1-a2-a3",
	"tenth":            "beside=tab&did=a1-a2-b1-b2-b3-a3",
	"eleventh":         "beside=tab&boundary=stream&did=a1-a2-b1-b2-b3-a3",
	"tenth-opening":    "beside=tab",
	"one-has-read":     "did=a1",
	"decided-no-lock":  "append=unlocked&did=a1-a2-b1-b2",
	"decided-no-guard": "append=none&did=a1-a2-b1-b2",
}

func TestTheStageOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	for name, query := range stages {
		ada.Goto(site.url + "/stage?" + query)
		ada.isFineOnEveryScreen("stage-" + name)
		ada.UseScreen(smallest)
		assert.LessOrEqual(t, ada.PageWidth(), smallest.Width, "%s scrolls sideways", name)
		require.Empty(t, ada.Complaints(), name)
	}
}
