package site

import (
	"bytes"
	"context"
	"html"

	"github.com/a-h/templ"

	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// Render answers with a page. The whole page is rendered before anything is sent, so a template
// that fails is a clean error. Sealed names are opened last; see [Site.OpenNames].
func (v *Visit) Render(status int, content templ.Component) error {
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
	v.W.WriteHeader(status)
	_, _ = v.W.Write(ui.PlainText(page)) // if it fails, the visitor has left
	return nil
}
