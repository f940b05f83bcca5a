package browser

import (
	"context"

	"github.com/chromedp/chromedp"
)

// SmallestText returns how large the smallest text is that is seen within the elements that match,
// in CSS pixels, and the text.
func (p *Person) SmallestText(within string) (size float64, text string) {
	p.t.Helper()
	type found struct {
		Size float64
		Text string
	}
	smallest := evaluate[found](p, "look for the smallest text", `(() => {
		let smallest = { Size: Infinity, Text: "" }
		for (const part of document.querySelectorAll(`+quote(within)+`)) {
			const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
			for (let text; (text = texts.nextNode());) {
				const e = text.parentElement, box = e.getBoundingClientRect()
				if (!text.data.trim() || !e.checkVisibility({ visibilityProperty: true }) || box.width < 2 || e.closest(".visually-hidden, option")) continue
				const scale = e.getScreenCTM?.().a ?? 1 // of a drawing
				const size = parseFloat(getComputedStyle(e).fontSize) * scale
				if (size < smallest.Size) smallest = { Size: size, Text: text.data.trim() }
			}
		}
		return smallest
	})()`)
	return smallest.Size, smallest.Text
}

// Sight is a PNG of what is on the screen.
func (p *Person) Sight() []byte {
	p.t.Helper()
	var png []byte
	p.do("take a picture of the screen", func(ctx context.Context, tab *chromedp.Target) (err error) {
		png, err = chromedp.CaptureScreenshot()(ctx, tab)
		return err
	})
	return png
}
