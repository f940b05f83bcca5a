package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"strings"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/chromedp"
)

//go:embed see.js
var seeJS string

// see waits for a visible element and returns what the JavaScript function
// makes of it. When another page comes while it waits, it goes on there.
func see[T any](p *Person, selector, function string) T {
	p.t.Helper()
	return evaluate[T](p, "see "+selector, seen(selector, "", function))
}

// seen is JavaScript that waits for a visible element with a text, and passes it to a function.
func seen(selector, text, function string) string {
	return "(" + seeJS + ")(" + quote(selector) + ", " + quote(text) + ").then(" + function + ")"
}

// evaluate returns what a JavaScript expression, or its promise, yields.
func evaluate[T any](p *Person, doing, expression string) T {
	p.t.Helper()
	var got T
	p.do(doing, func(ctx context.Context, tab *chromedp.Target) (err error) {
		got, err = evaluateIn[T](ctx, tab, expression)
		return err
	})
	return got
}

// evaluateIn evaluates in the page of a tab, and in the next one if that comes meanwhile.
func evaluateIn[T any](ctx context.Context, tab *chromedp.Target, expression string) (T, error) {
	for {
		got, err := chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise)(ctx, tab)
		if !leftPage(err) || ctx.Err() != nil {
			return got, err
		}
	}
}

// leftPage reports whether another page came while the old one was still to
// answer. The protocol has one code for everything, so the text must tell.
func leftPage(err error) bool {
	e, ok := errors.AsType[*cdproto.Error](err)
	return ok && (strings.Contains(e.Message, "navigated or closed") ||
		strings.Contains(e.Message, "context was destroyed") ||
		strings.Contains(e.Message, "Cannot find default execution context"))
}

// quote makes a JavaScript string of a text.
func quote(text string) string {
	quoted, _ := json.Marshal(text) // every string has a JSON form
	return string(quoted)
}
