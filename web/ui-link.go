package web

import (
	"github.com/a-h/templ"
)

// A link is an address of ours, and the words for it.
type link struct{ URL, Words string }

// A student is one of several things to choose from.
type student struct{ ID, Name string }

// currentIf marks the link to what is shown already.
func currentIf(chosen bool) templ.Attributes {
	if !chosen {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}

// area returns the attributes of a part of a page that changes while one looks: when
// the page is fetched again it takes the place of the part with the same id.
func area(id string) templ.Attributes {
	return templ.Attributes{"id": id, "hx-swap-oob": "true"}
}
