package site

import (
	"bytes"
	"context"
	"html"
	"io"
	"net/http"
	"strconv"

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
	if err := content.Render(withStatus(context.WithoutCancel(v.Context()), status), &body); err != nil {
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

type statusKey struct{}

// withStatus tells the frame of a page the status that it is sent with.
func withStatus(ctx context.Context, status int) context.Context {
	return context.WithValue(ctx, statusKey{}, status)
}

// refusedWith returns the status of a page that says why something was not done, or "". The page
// tells it to forms.js, because WebKit does not.
func refusedWith(ctx context.Context) string {
	if status, _ := ctx.Value(statusKey{}).(int); status >= http.StatusBadRequest {
		return strconv.Itoa(status)
	}
	return ""
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
