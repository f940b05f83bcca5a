package browser

import (
	"context"
	"errors"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// ClickTwice presses the mouse twice on the middle of an element, though the first
// click leads to another page; meanwhile is what happens between the two.
func (p *Person) ClickTwice(selector string, meanwhile func()) {
	p.t.Helper()
	middle := p.middleOf(selector)
	for i := range 2 {
		if i == 1 {
			meanwhile()
		}
		p.do("click "+selector, func(ctx context.Context, tab *chromedp.Target) error {
			_, err := chromedp.MouseClickXY(middle.X, middle.Y)(ctx, tab)
			return err
		})
	}
}

// Back goes to the page before, as the button of the browser does.
func (p *Person) Back() {
	p.t.Helper()
	p.do("go back", func(ctx context.Context, tab *chromedp.Target) error {
		history, err := cdp.Call(ctx, tab, page.GetNavigationHistory, cdp.Empty{})
		if err != nil {
			return err
		}
		if history.CurrentIndex == 0 {
			return errors.New("there is no page before this one")
		}
		before := page.NavigateToHistoryEntryParams{EntryID: history.Entries[history.CurrentIndex-1].ID}
		_, err = cdp.Call(ctx, tab, page.NavigateToHistoryEntry, before)
		return err
	})
	p.Arrive()
}

// Reload loads the page again. If it answered a form, that is sent again, as by
// somebody who says so to the browser.
func (p *Person) Reload() {
	p.t.Helper()
	p.do("load the page again", func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, page.Reload, page.ReloadParams{})
		return err
	})
	p.Arrive()
}

// ReturnFromMemory tells the page that the browser kept it in memory while the person was elsewhere, and
// waits until it was loaded anew. As in WebKit, what was typed is gone.
func (p *Person) ReturnFromMemory() {
	p.t.Helper()
	evaluate[bool](p, "come back to a page that was kept in memory", `[...document.forms].forEach((form) => form.reset()),
		dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))`)
	p.Arrive()
}
