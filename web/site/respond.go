package site

import (
	"bytes"
	"context"
	"html"

	"github.com/a-h/templ"

	"go-crablet/web/ui"
)

// Render answers with a page. It is rendered before anything is sent, so a page
// that fails is a clean error. Names that are sealed in what it shows are opened last.
func (v *Visit) Render(status int, content templ.Component) error {
	var body bytes.Buffer
	if err := content.Render(context.WithoutCancel(v.Context()), &body); err != nil {
		return err
	}
	page, err := v.OpenNames(v.Context(), body.Bytes(), html.EscapeString)
	if err != nil {
		return err
	}
	v.W.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.W.Header().Set("Cache-Control", "no-store") // pages show the log as of now, and who is acting
	v.W.WriteHeader(status)
	_, _ = v.W.Write(ui.PlainText(page)) // the visitor may be gone, and then nobody is left to tell
	return nil
}
