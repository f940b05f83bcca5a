package ui

import "github.com/a-h/templ"

// Area returns the attributes of a part of a page that is live: each time that the browser
// fetches the page again, the new part replaces the part with the same id.
func Area(id string) templ.Attributes {
	return templ.Attributes{"id": id, "hx-swap-oob": "true"}
}
