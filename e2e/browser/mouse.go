package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Click presses the mouse on the middle of an element.
func (p *Person) Click(selector string) {
	p.t.Helper()
	middle := p.middleOf(selector)
	p.do("click "+selector, func(ctx context.Context, tab *chromedp.Target) error {
		_, err := chromedp.MouseClickXY(middle.X, middle.Y)(ctx, tab)
		return err
	})
}

// Hover moves the mouse to the middle of an element, and leaves it there.
func (p *Person) Hover(selector string) {
	p.t.Helper()
	middle := p.middleOf(selector)
	p.do("point at "+selector, func(ctx context.Context, tab *chromedp.Target) error {
		move := input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: middle.X, Y: middle.Y}
		_, err := cdp.Call(ctx, tab, input.DispatchMouseEvent, move)
		return err
	})
}

// Tap touches the middle of an element, as with a finger.
func (p *Person) Tap(selector string) {
	p.t.Helper()
	middle := p.middleOf(selector)
	p.do("tap "+selector, func(ctx context.Context, tab *chromedp.Target) error {
		finger := []*input.TouchPoint{{X: middle.X, Y: middle.Y}}
		touch := input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: finger}
		if _, err := cdp.Call(ctx, tab, input.DispatchTouchEvent, touch); err != nil {
			return err
		}
		lift := input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}}
		_, err := cdp.Call(ctx, tab, input.DispatchTouchEvent, lift)
		return err
	})
}

type point struct{ X, Y float64 }

// middleOf scrolls an element to where it can be clicked. A button that has just become another
// one is clicked when it takes clicks again.
func (p *Person) middleOf(selector string) point {
	p.t.Helper()
	return see[point](p, selector, `async (e) => {
		await Promise.all(e.getAnimations().filter((a) => a.id === "changed").map((a) => a.finished))
		e.scrollIntoView({ block: "center", inline: "center", behavior: "instant" })
		const box = e.getClientRects()[0] // of a link on two lines, the first
		return { X: box.x + box.width / 2, Y: box.y + box.height / 2 }
	}`)
}
