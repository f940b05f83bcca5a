package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// ClickSlowly presses the mouse on the middle of an element, and lets it go there after
// what happens meanwhile.
func (p *Person) ClickSlowly(selector string, meanwhile func()) {
	p.t.Helper()
	middle := p.middleOf(selector)
	mouse := func(does input.DispatchMouseEventType) {
		p.do("click "+selector+" slowly", func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, input.DispatchMouseEvent, input.DispatchMouseEventParams{
				Type: does, X: middle.X, Y: middle.Y, Button: input.MouseButtonLeft, ClickCount: 1,
			})
			return err
		})
	}
	mouse(input.DispatchMouseEventTypeMousePressed)
	meanwhile()
	mouse(input.DispatchMouseEventTypeMouseReleased)
}

// Fetches reports whether a part of the page is being fetched by htmx, and is not yet in
// its place.
func (p *Person) Fetches() bool {
	p.t.Helper()
	return evaluate[bool](p, "look at what is fetched", `document.querySelector(".htmx-request") !== null`)
}

// LookAway tells the page that nobody sees it, as when another tab is in front of it,
// until after what happens meanwhile. To the browser all windows are in front.
func (p *Person) LookAway(meanwhile func()) {
	p.t.Helper()
	turn := func(hidden string) {
		evaluate[bool](p, "look away, or back", `(() => {
			Object.defineProperty(document, "hidden", { value: `+hidden+`, configurable: true })
			return document.dispatchEvent(new Event("visibilitychange"))
		})()`)
	}
	turn("true")
	meanwhile()
	turn("false")
}
