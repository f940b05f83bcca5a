package ui

import "github.com/a-h/templ"

// A Link is an address on this site, and the words for it.
type Link struct{ URL, Words string }

// CurrentIf marks a link, if it leads to what the page shows already.
func CurrentIf(chosen bool) templ.Attributes {
	if !chosen {
		return nil
	}
	return templ.Attributes{"aria-current": "true"}
}
