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

// InMoment makes all links and searches in the content of a page lead to the moment that the
// page shows, if the pages that they lead to have a past. It rewrites the rendered page, so no
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
	linkTag   = regexp.MustCompile(`<(a|form) [^>]*>`)
	target    = regexp.MustCompile(` (href|action)="(/[^"]*)"`)
	ownMoment = []byte(" data-moment") // the template has set the moment of this link itself
	sends     = []byte(` method="post"`)
)

// in rewrites the links and searches of a rendered page.
func (m moment) in(page []byte) []byte {
	return linkTag.ReplaceAllFunc(page, func(tag []byte) []byte {
		to := target.FindSubmatch(tag)
		if to == nil || bytes.Contains(tag, ownMoment) || bytes.Contains(tag, sends) {
			return tag
		}
		address := html.UnescapeString(string(to[2]))
		path, query, _ := strings.Cut(strings.SplitN(address, "#", 2)[0], "?")
		route, _ := m.table.find(path)
		if !route.Traits.has(HasPast) || strings.Contains("&"+query, "&as_of=") {
			return tag
		}
		if string(to[1]) == "action" {
			return append(bytes.Clone(tag), `<input type="hidden" name="as_of" value="`+strconv.FormatInt(m.Position, 10)+`"/>`...)
		}
		then := ` href="` + html.EscapeString(AsOfURL(address, m.Position)) + `"`
		return bytes.Replace(tag, to[0], []byte(then), 1)
	})
}
