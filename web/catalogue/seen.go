package catalogue

import (
	"net/http"

	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// A form that changes something carries what its page showed, in its field "seen". If that is
// no longer so, the decision refuses the change. The answer keeps what was typed, says what
// stands there now, and carries that: the same form, sent once more, goes through.

// seen returns what a form showed, as it was stored, or "" if the form does not say.
func seen(v *site.Visit) string { return v.R.PostFormValue("seen") }

// seenCapacity returns the capacity that a form showed, or 0 if it does not say.
func seenCapacity(v *site.Visit) (int, error) {
	if !v.R.PostForm.Has("seen") {
		return 0, nil
	}
	var wrong ui.Field
	wrong.Value = seen(v)
	if n := wrong.Count(); wrong.Error == "" && n > 0 {
		return n, nil
	}
	return 0, site.BadRequest(
		http.StatusUnprocessableEntity,
		"The field seen is the number of seats that the form showed. Send that number, or leave the field out.",
	)
}

// unsure is the error of a field until the page says what stands there now.
const unsure = "?"

// asks returns a field that asks whether its value is still meant.
func asks(typed ui.Field) ui.Field {
	typed.Error, typed.Focus = unsure, true
	return typed
}

// stillMeant words the question of a field that [asks], after what is so now.
func stillMeant(f *ui.Field, now string) {
	if f.Error == unsure {
		f.Error = now + " Still “" + f.Value + "”? Send it again."
	}
}
