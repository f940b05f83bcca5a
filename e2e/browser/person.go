package browser

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A Person looks at one page at a time and acts on it. Selectors are CSS, and
// mean the first visible element that matches. What can't be done fails the test.
type Person struct {
	// Patience is how long the person waits for anything to happen.
	// [Browser.NewPerson] sets it to 60 seconds.
	Patience time.Duration

	t       testing.TB
	name    string
	ctx     context.Context // chromedp keeps its tab in a context
	journal journal
	screen  Screen // the one in use
}

// do acts on the tab, and fails the test when that takes longer than the person's patience.
func (p *Person) do(doing string, act func(context.Context, *chromedp.Target) error) {
	p.t.Helper()
	if err := p.try(act); err != nil {
		p.fail("%s: %v", doing, err)
	}
}

// try acts on the tab, for as long as the person's patience lasts.
func (p *Person) try(act func(context.Context, *chromedp.Target) error) error {
	ctx, cancel := context.WithTimeout(p.ctx, p.Patience)
	defer cancel()
	return chromedp.Do(ctx, chromedp.Func(act))
}

// await waits until done, asking again whenever the journal has news.
func (p *Person) await(what string, done func() bool) {
	p.t.Helper()
	late, again := time.After(p.Patience), time.NewTicker(50*time.Millisecond)
	defer again.Stop()
	for !done() {
		select {
		case <-p.journal.news:
		case <-again.C: // the journal does not hear of what a script shows
		case <-late:
			p.fail("see %s within %v", what, p.Patience)
		}
	}
}

// fail ends the test with what the person could not do, and with what the page showed.
func (p *Person) fail(format string, args ...any) {
	p.t.Helper()
	shown := p.shows(`document.location.href + "\n" + document.title + "\n" + (document.body?.innerText ?? "").slice(0, 1000)`)
	p.t.Fatalf("%s could not %s\nthe page showed (status %d):\n%s", p.name, fmt.Sprintf(format, args...), p.Status(), shown)
}

// shows returns a text of the page for a test that fails, or why there is none.
func (p *Person) shows(expression string) string {
	ctx, cancel := context.WithTimeout(p.ctx, time.Second)
	defer cancel()
	shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		return err.Error()
	}
	return shown
}
