package site

import "strings"

// WithWaysBack adds a GET route for each form whose address has none. It leads to the page above
// the form. A form that was not accepted leaves its own address in the address bar, so visitors
// do load it.
func WithWaysBack(routes []Route) []Route {
	fetched := map[string]bool{}
	for _, r := range routes {
		fetched[r.Pattern] = true
	}
	all := routes
	for _, r := range routes {
		address, isForm := strings.CutPrefix(r.Pattern, "POST ")
		if isForm && !fetched["GET "+address] {
			all = append(all, Route{"GET " + address, Anyone, toPageAbove(pageAbove(address, fetched)), 0})
		}
	}
	return all
}

// pageAbove returns the longest pattern above an address that can be fetched.
func pageAbove(address string, fetched map[string]bool) string {
	for address != "" {
		address = address[:strings.LastIndex(address, "/")]
		if fetched["GET "+address] {
			return address
		}
	}
	return "/"
}

// toPageAbove leads to the page above an address: it keeps as many segments as the page has.
func toPageAbove(page string) Handler {
	if !strings.Contains(page, "{") {
		return To(page)
	}
	n := strings.Count(page, "/") + 1
	return func(v *Visit) error {
		segments := strings.SplitN(v.R.URL.EscapedPath(), "/", n+1)
		above := strings.Join(segments[:n], "/")
		if !isPlain(above) {
			return v.noSuchPage()
		}
		return v.Redirect(above)
	}
}

// To returns a handler that leads to another address.
func To(address string) Handler {
	return func(v *Visit) error { return v.Redirect(address) }
}
