package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Goto opens a page by its address.
func (p *Person) Goto(url string) {
	p.t.Helper()
	var opened page.NavigateResult
	p.do("open "+url, func(ctx context.Context, tab *chromedp.Target) (err error) {
		opened, err = cdp.Call(ctx, tab, page.Navigate, page.NavigateParams{URL: url})
		if err == nil && opened.ErrorText != "" {
			err = fmt.Errorf("%s", opened.ErrorText)
		}
		return err
	})
	if opened.LoaderID != "" { // none for a jump within the page
		p.await("the page "+url, func() bool { return p.journal.loaded(opened.LoaderID) })
	}
}

// Arrive waits for a page that a key or a click led to, one that was not waited
// for yet. [Person.Goto], [Person.Follow] and [Person.Submit] do so themselves.
func (p *Person) Arrive() {
	p.t.Helper()
	p.await("the next page", p.journal.arrived)
}

// Follow clicks a link and waits for the page that it leads to.
func (p *Person) Follow(link string) {
	p.t.Helper()
	p.Click(link)
	p.Arrive()
}

// Submit clicks the button that sends a form and waits for the page that answers.
func (p *Person) Submit(button string) {
	p.t.Helper()
	p.Click(button)
	p.Arrive()
}

// URL is the address of the page.
func (p *Person) URL() string {
	p.t.Helper()
	return evaluate[string](p, "read the address", `document.location.href`)
}

// Status is the HTTP status that the page came with.
func (p *Person) Status() int {
	return p.journal.lastStatus()
}

// Complaints are what the browser held against the pages so far: errors on the
// console, exceptions, violations of the Content Security Policy, resources
// that failed to load. Asking for them settles them; those that nobody asked
// for fail the test at its end.
func (p *Person) Complaints() []string {
	p.t.Helper()
	evaluate[bool](p, "look at the console", `true`) // its answer comes behind all complaints so far
	return p.journal.settle()
}
