package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A Screen is what a person looks at. The zero Screen is a light one of 1280 by 800.
type Screen struct {
	Width, Height int
	Dark          bool
	Paper         bool // the page looks as it would be printed
	Forced        bool // the person has chosen the few colours that all pages may use
	Moving        bool // the person likes things to move
}

// UseScreen resizes the window and says which colours the person prefers. Unless the screen is
// a moving one, it asks for reduced motion, so that a picture never shows half a transition. What
// is so already is not said again: the browser would draw the page again.
func (p *Person) UseScreen(s Screen) {
	p.t.Helper()
	if s.Width == 0 {
		s.Width = 1280
	}
	if s.Height == 0 {
		s.Height = 800
	}
	before := p.screen // the first time, it has no width
	p.screen = s
	if s.Width != before.Width || s.Height != before.Height {
		p.resize(s)
	}
	isFirst := before.Width == 0
	before.Width, before.Height = s.Width, s.Height
	if isFirst || before != s {
		p.prefer(s)
	}
}

// resize gives the window the size of a screen.
func (p *Person) resize(s Screen) {
	p.t.Helper()
	p.do(fmt.Sprintf("use a screen of %d by %d", s.Width, s.Height), func(ctx context.Context, tab *chromedp.Target) error {
		const phone = 600
		_, err := cdp.Call(ctx, tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(s.Width), Height: int64(s.Height), DeviceScaleFactor: 1, Mobile: s.Width < phone,
		})
		return err
	})
}

// prefer tells the pages everything else about a screen.
func (p *Person) prefer(s Screen) {
	p.t.Helper()
	media, scheme, forced, motion := "", "light", "none", "reduce"
	if s.Paper {
		media = "print"
	}
	if s.Dark {
		scheme = "dark"
	}
	if s.Forced {
		forced = "active"
	}
	if s.Moving {
		motion = "no-preference"
	}
	p.do("prefer "+scheme+" colours", func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: media,
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme},
				{Name: "prefers-reduced-motion", Value: motion},
				{Name: "forced-colors", Value: forced},
			},
		})
		return err
	})
}

// Screenshot is a PNG of the whole page, also of what lies below the screen.
func (p *Person) Screenshot() []byte {
	p.t.Helper()
	return p.screenshot(false)
}

// screenshot is a PNG of the whole page, made fast or small.
func (p *Person) screenshot(fast bool) []byte {
	p.t.Helper()
	evaluate[bool](p, "wait for the fonts", `document.fonts.ready.then(() => true)`)
	var png []byte
	p.do("take a screenshot", func(ctx context.Context, tab *chromedp.Target) error {
		taken, err := cdp.Call(ctx, tab, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: new(true), OptimizeForSpeed: &fast,
		})
		png = taken.Data
		return err
	})
	return png
}
