package rival

import (
	"fmt"
	"net/http"

	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// A View is the buttons that let somebody get in before a decision.
type View struct {
	site.Layout
	Pair
	Action string      // the address that the buttons send to
	With   []ui.Option // fields that they send besides, by their names
}

// A choice is which of a pair a button is for.
const (
	inside  = "inside"
	outside = "outside"
)

// Chosen returns the rival whom a form names, if that one still can. Otherwise the error says
// what to do.
func Chosen(v *site.Visit, pair Pair, back string) (Rival, error) {
	chosen := pair.Inside
	switch v.Text("who").Value {
	case inside:
	case outside:
		chosen = pair.Outside
	default:
		return Rival{}, site.BadRequest(http.StatusUnprocessableEntity, "The form does not say who is to get in. Send the field who: inside or outside.")
	}
	does := v.Text("does").Value
	if chosen.Nobody() || string(chosen.Student) != v.Text("rival").Value || does != "" && does != chosen.Does {
		return Rival{}, site.Problem{
			Status: http.StatusConflict, Title: "Not any more",
			Text: "The student on this button can't do that any more: the log has gone on. Nothing was stored. The page names another student.",
			Next: ui.Link{URL: back, Words: "Back to the page"},
		}
	}
	return chosen, nil
}

// does says what a press of the button brings about.
func (r Rival) does() string { return fmt.Sprintf("%s %s", r.Name, r.Does) }
