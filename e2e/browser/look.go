package browser

import (
	"context"
	"strings"

	"github.com/chromedp/chromedp"
)

// Text is the visible text of an element.
func (p *Person) Text(selector string) string {
	p.t.Helper()
	return strings.TrimSpace(see[string](p, selector, `(e) => e.innerText`))
}

// See waits until an element is visible.
func (p *Person) See(selector string) {
	p.t.Helper()
	see[bool](p, selector, `() => true`)
}

// Read waits until the text of an element contains a text, with white space made one. The page
// looks whenever it changes, so what it shows for a moment only is seen, too.
func (p *Person) Read(selector, text string) {
	p.t.Helper()
	read := func(ctx context.Context, tab *chromedp.Target) error {
		_, err := evaluateIn[bool](ctx, tab, seen(selector, text, `() => true`))
		return err
	}
	if err := p.try(read); err != nil {
		last := p.shows(`document.querySelector(` + quote(selector) + `)?.innerText ?? ""`)
		p.fail("read %q in %s, which reads %q: %v", text, selector, last, err)
	}
}

// Count is how many visible elements match at this moment. It does not wait, so
// it may be 0.
func (p *Person) Count(selector string) int {
	p.t.Helper()
	return evaluate[int](p, "count "+selector, `[...document.querySelectorAll(`+quote(selector)+`)]
		.filter((e) => e.checkVisibility({ visibilityProperty: true })).length`)
}
