package browser

import (
	"context"
	"errors"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// NewTab opens another tab of the person's window, which has the same cookies. It stays open
// until [Person.CloseTab], or until the window closes. To the browser all tabs are in front.
func (p *Person) NewTab() *Person {
	p.t.Helper()
	return open(p.ctx, p.t, p.name+" in another tab")
}

// CloseTab closes a tab.
func (p *Person) CloseTab() {
	p.t.Helper()
	if err := chromedp.Cancel(p.ctx); err != nil {
		p.t.Fatalf("close the tab of %s: %v", p.name, err)
	}
}

// StayBehind tells all pages to come in this tab that nobody sees them, as in a tab that was
// opened in the background.
func (p *Person) StayBehind() {
	p.t.Helper()
	p.beforeEachPage(`Object.defineProperty(document, "hidden", { value: true, configurable: true })`)
}

// LookAt tells the page of a tab that stayed behind that it is seen now.
func (p *Person) LookAt() { p.LookAway(func() {}) }

// Lacks takes a global name away from all pages to come, as in a browser that has no such thing.
func (p *Person) Lacks(name string) {
	p.t.Helper()
	p.beforeEachPage("delete globalThis." + name)
}

func (p *Person) beforeEachPage(script string) {
	p.t.Helper()
	p.do("prepare the pages to come", func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	})
}

// CrashWorker ends the shared worker with this address, as when its process crashes.
func (p *Person) CrashWorker(address string) {
	p.t.Helper()
	p.do("end the worker "+address, func(ctx context.Context, _ *chromedp.Target) error {
		all, err := chromedp.Targets(ctx)
		if err != nil {
			return err
		}
		for _, one := range all {
			if one.Type == "shared_worker" && strings.HasPrefix(one.URL, address) {
				_, err := cdp.Call(ctx, chromedp.FromContext(ctx).Browser, target.CloseTarget, target.CloseTargetParams{TargetID: one.TargetID})
				return err
			}
		}
		return errors.New("there is none")
	})
}
