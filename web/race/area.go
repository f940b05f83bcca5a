package race

import (
	"github.com/a-h/templ"

	"go-crablet/web/ui"
)

// moving returns the attributes of an area whose whole content is new each time.
func moving(id string) templ.Attributes {
	area := ui.Area(id)
	area["data-moving"] = true
	return area
}

// What follows the slider while it is moved; see slide.js.
const (
	followsRace   = "outcome brief lanes-drawn replay steps scrub-now lane-pager figures attempts next-frame"
	followsBeside = "beside-verdict beside-stores replay steps scrub-now next-frame"
)
