package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type answer struct {
	status   int
	location string
	header   http.Header
	body     string // as it was sent
}

var (
	markup   = regexp.MustCompile(`(?s)<(script|style).*?</(script|style)>|<[^>]*>`)
	entities = strings.NewReplacer("&#39;", "'", "&amp;", "&", "&#34;", `"`)
)

// text returns what is there to read, without the markup.
func (a answer) text() string {
	return strings.Join(strings.Fields(entities.Replace(markup.ReplaceAllString(a.body, " "))), " ")
}

// cookie returns the cookies that an answer sets, as a browser sends them back, or "".
func (a answer) cookie() string {
	var cookies []string
	for _, set := range a.header.Values("Set-Cookie") {
		cookie, _, _ := strings.Cut(set, ";")
		cookies = append(cookies, cookie)
	}
	return strings.Join(cookies, "; ")
}

// part returns the text of the page between two pieces of its markup.
func (a answer) part(t *testing.T, from, to string) string {
	t.Helper()
	_, after, found := strings.Cut(a.body, from)
	require.True(t, found, from)
	inside, _, found := strings.Cut(after, to)
	require.True(t, found, to)
	return answer{body: inside}.text()
}

// told returns the notice on a page, followed by the address of its receipt.
func (a answer) told(t *testing.T) string {
	t.Helper()
	_, content, _ := strings.Cut(a.body, "<main")
	_, notice, found := strings.Cut(content, `role="status"`)
	require.True(t, found, "a notice on the page: %s", a.text())
	notice, _, _ = strings.Cut(notice, "</p>")
	return answer{body: "<p" + notice}.text() + " " + receiptIn(t, answer{body: notice})
}

// receiptNamed returns the address at the end of what told returned.
func receiptNamed(told string) string { return told[strings.LastIndex(told, " ")+1:] }

// receiptIn returns the address of the receipt that a page links.
func receiptIn(t testing.TB, page answer) string {
	t.Helper()
	_, after, found := strings.Cut(page.body, `<a href="/decisions/`)
	require.True(t, found, "a link to a receipt")
	id, _, _ := strings.Cut(after, `"`)
	return "/decisions/" + id
}
