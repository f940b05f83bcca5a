package site

import (
	"bytes"
	"context"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// InMoment returns the content of a page with all links and searches on it leading to the
// same moment, where what they lead to has one. It goes over the whole page, so that no
// template has to remember it.
func (l Layout) InMoment(content templ.Component) templ.Component {
	if !l.Past() {
		return content
	}
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var page bytes.Buffer
		if err := content.Render(ctx, &page); err != nil {
			return err
		}
		_, err := w.Write(l.Moment.in(page.Bytes()))
		return err
	})
}

var (
	leads = regexp.MustCompile(`<(a|form) [^>]*>`)
	// Of what is marked so, the template says itself when it is.
	ownMoment = []byte(" data-moment")
	goal      = regexp.MustCompile(` (href|action)="(/[^"]*)"`)
	sends     = []byte(` method="post"`)
)

// in returns a page with its links and searches leading to the moment.
func (m moment) in(page []byte) []byte {
	return leads.ReplaceAllFunc(page, func(tag []byte) []byte {
		to := goal.FindSubmatch(tag)
		if to == nil || bytes.Contains(tag, ownMoment) || bytes.Contains(tag, sends) {
			return tag
		}
		target := html.UnescapeString(string(to[2]))
		path, query, _ := strings.Cut(strings.SplitN(target, "#", 2)[0], "?")
		route, _ := m.table.find(path)
		if !route.Traits.has(HasPast) || strings.Contains("&"+query, "&as_of=") {
			return tag
		}
		if string(to[1]) == "action" {
			return append(bytes.Clone(tag), `<input type="hidden" name="as_of" value="`+strconv.FormatInt(m.Position, 10)+`"/>`...)
		}
		then := ` href="` + html.EscapeString(AsOfURL(target, m.Position)) + `"`
		return bytes.Replace(tag, to[0], []byte(then), 1)
	})
}
