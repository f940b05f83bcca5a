package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
)

// A form is a form of a page that is sent with POST, filled in with valid values.
type form struct {
	action string
	fields []string // names and values in turn
}

var (
	aNumber    = regexp.MustCompile(`\d+`)
	oneOfMany  = regexp.MustCompile(`(/decisions/|/decisions\?\w+=|tags=\w+:|/race-|/race/[^/?]+\?(?:step|at)=)[^/?&#]+`)
	aField     = regexp.MustCompile(`(?s)<(?:input|button|select|textarea)[^>]* name="([^"]*)"(?:[^>]* value="([^"]*)")?[^>]*>(?:\s*<option value="([^"]*)")?`)
	ofTheStage = regexp.MustCompile(`(did|like|at)=[^&#]*`)
	byHuman    = map[string]string{"title": "Knots", "name": "Zoë", "capacity": "3", "lines": "Zoë", "passcode": passcode}
)

// linksIn returns the addresses on this site that a page links.
func linksIn(page string) []string {
	var links []string
	for _, tag := range strings.Split(page, "<a ")[1:] {
		tag, _, _ = strings.Cut(tag, ">")
		if _, address, found := strings.Cut(tag, `href="/`); found {
			address, _, _ = strings.Cut(address, `"`)
			links = append(links, "/"+html.UnescapeString(address))
		}
	}
	return links
}

// walk looks at every page that links lead to, beginning with the first page. Of addresses that
// differ only in numbers, as those of events and of the past, or in the steps on the stage, it looks
// at one. There are many receipts, tags of the log, and moments of a race: a usual run looks at four
// addresses of each kind, a thorough run at all of them.
func (v visitor) walk(look func(path string, page answer)) {
	v.app.t.Helper()
	seen, ofKind := map[string]bool{"/": true}, map[string]int{}
	for paths := []string{"/"}; len(paths) > 0; paths = paths[1:] {
		page := v.get(paths[0])
		// The same steps with another switch, and the moment at which a race is.
		leadsOn := strings.HasPrefix(paths[0], "/stage?") || strings.HasSuffix(paths[0], "?at=now")
		if leadsOn && page.status == http.StatusSeeOther {
			page = v.get(page.location)
		}
		require.Equal(v.app.t, http.StatusOK, page.status, "a link leads to %s", paths[0])
		look(paths[0], page)
		for _, link := range linksIn(page.body) {
			name, err := url.PathUnescape(link)
			require.NoError(v.app.t, err, link)
			if strings.HasPrefix(link, "/log") || strings.Contains(link, "as_of=") {
				name = aNumber.ReplaceAllString(name, "1")
			}
			if strings.HasPrefix(link, "/stage") {
				name = ofTheStage.ReplaceAllString(name, "$1=")
			}
			if seen[name] {
				continue
			}
			seen[name] = true
			kind := oneOfMany.ReplaceAllString(name, "$1")
			if ofKind[kind]++; kind != name && ofKind[kind] > effort.Times(4, 10_000) {
				continue
			}
			paths = append(paths, link)
		}
	}
}

// formTo returns the first form of a page that is sent to an address.
func (a answer) formTo(t testing.TB, action string) form {
	t.Helper()
	forms := formsIn(a.body)
	at := slices.IndexFunc(forms, func(f form) bool { return f.action == action })
	require.GreaterOrEqual(t, at, 0, "no form is sent to %s", action)
	return forms[at]
}

// formsIn returns the forms of a page, each with its first button and its first options.
func formsIn(page string) []form {
	var forms []form
	for _, content := range strings.Split(page, "<form ")[1:] {
		content, _, _ = strings.Cut(content, "</form>")
		tag, content, _ := strings.Cut(content, ">")
		_, action, isPost := strings.Cut(tag, `method="post" action="`)
		if !isPost {
			continue
		}
		action, _, _ = strings.Cut(action, `"`)
		f, has := form{action: html.UnescapeString(action)}, map[string]bool{}
		for _, field := range aField.FindAllStringSubmatch(content, -1) {
			name, value := field[1], html.UnescapeString(field[2]+field[3])
			if typed, ok := byHuman[name]; ok {
				value = typed
			}
			if !has[name] {
				has[name] = true
				f.fields = append(f.fields, name, value)
			}
		}
		forms = append(forms, f)
	}
	return forms
}
