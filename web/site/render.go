package site

import (
	"bytes"
	"context"
	"html"
	"io"

	"github.com/a-h/templ"

	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// Render answers with a page. The whole page is rendered before anything is sent, so a template
// that fails is a clean error. Sealed names are opened last; see [Site.OpenNames]. Templates read nothing
// from the database.
func (v *Visit) Render(status int, content templ.Component) error {
	begin, ended := v.hasRead()
	defer ended()
	var body bytes.Buffer
	if err := content.Render(context.WithoutCancel(v.Context()), &body); err != nil {
		return err
	}
	page, err := v.OpenNames(v.Context(), body.Bytes(), func(name string) string {
		return html.EscapeString(readmodel.Isolated(name))
	})
	if err != nil {
		return err
	}
	v.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.W.Header().Set("Cache-Control", "no-store") // it depends on the log and on the visitor
	begin()
	v.W.WriteHeader(status)
	_, _ = v.W.Write(ui.PlainText(page)) // if it fails, the visitor has left
	return nil
}

// RenderText answers a program with a sentence. Everybody may read it.
func (v *Visit) RenderText(status int, sentence string) error {
	v.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.W.Header().Set("Cache-Control", "no-store")
	v.W.WriteHeader(status)
	_, _ = io.WriteString(v.W, sentence+"\n") // if it fails, the program has left
	return nil
}

// wantsText reports whether a program asks for a sentence instead of a page.
func (v *Visit) wantsText() bool { return v.R.Header.Get("Accept") == "text/plain" }
