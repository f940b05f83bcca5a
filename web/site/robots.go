package site

import "net/http"

// Search engines may show pages that explain the program: the first page, races, the code.
// They are asked to show no page of people, of decisions, or of the log, and so no page that
// the route table does not call open. A form or an address with parameters is never open.
//
// A crawler has to read a page to see that header. So robots.txt keeps crawlers only from pages
// that cost much, and from pages that are far too many: there is a page of the past for each page
// and each event, and one of the stage for each order of steps.
const robots = `User-agent: *
Disallow: /*?*as_of=
Disallow: /*/boundary
Disallow: /*/attempts/
Disallow: /stage?
Disallow: /live
`

// Robots is what crawlers ask for first.
func (s *Site) Robots(v *Visit) error {
	v.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.W.Header().Set("Cache-Control", "public, max-age=3600")
	_, err := v.W.Write([]byte(robots))
	return err
}

// tellSearchEngines asks them to leave a page out, and not to go on from there, unless it is
// open.
func (v *Visit) tellSearchEngines(route Route) {
	if !route.Traits.has(IsOpen) || v.R.Method == http.MethodPost || v.R.URL.RawQuery != "" {
		v.W.Header().Set("X-Robots-Tag", "noindex, nofollow")
	}
}
