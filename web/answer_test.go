package web_test

import (
	"net/http"
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

var entities = strings.NewReplacer("&#39;", "'", "&amp;", "&", "&#34;", `"`)

// text returns what is there to read, without the markup. Tests read thousands of pages, so it does
// without a regular expression, which takes many times as long under the race detector.
func (a answer) text() string {
	var words []string
	for rest := mayBreak.Replace(a.body); rest != ""; {
		text, after := withoutMarkup(rest)
		if strings.Contains(text, "&") {
			text = entities.Replace(text)
		}
		words, rest = append(words, strings.Fields(text)...), after
	}
	return strings.Join(words, " ")
}

// whole returns the page without the places where a name may break.
func (a answer) whole() string { return strings.ReplaceAll(a.body, "<wbr>", "") }

// mayBreak removes where a line of code or a name may break: nothing stands between the two pieces.
var mayBreak = strings.NewReplacer(`</span><wbr><span class="t">`, "", "<wbr>", "")

// withoutMarkup returns the text before the next piece of markup, and what comes after that: after a
// tag, or after a whole script or style. A piece without an end is text.
func withoutMarkup(page string) (text, after string) {
	text, markup, found := strings.Cut(page, "<")
	if !found {
		return page, ""
	}
	for _, end := range []string{"script>", "style>"} {
		if strings.HasPrefix(markup, strings.TrimSuffix(end, ">")) {
			if _, after, found := strings.Cut(markup, "</"+end); found {
				return text, after
			}
		}
	}
	if _, after, found = strings.Cut(markup, ">"); found {
		return text, after
	}
	return page, ""
}

// String is what a failed test says of an answer.
func (a answer) String() string { return a.text() }

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
	require.True(t, found, "a notice on the page: %s", a)
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
