package ui

import (
	"github.com/a-h/templ"
)

// A Link is an address of ours, and the words for it.
type Link struct{ URL, Words string }

// A Option is one of several things to choose from.
type Option struct{ ID, Name string }

// CurrentIf marks the link to what is shown already.
func CurrentIf(chosen bool) templ.Attributes {
	if !chosen {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}

// Area returns the attributes of a part of a page that changes while one looks: when
// the page is fetched again it takes the place of the part with the same id.
func Area(id string) templ.Attributes {
	return templ.Attributes{"id": id, "hx-swap-oob": "true"}
}
