package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
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
}

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

// Fill replaces what a field holds by typing a text, or chooses the option with
// that value.
func (p *Person) Fill(field, text string) {
	p.t.Helper()
	typed := see[bool](p, field, `(e) => {
		e.focus()
		if (!(e instanceof HTMLSelectElement)) {
			e.select()
			return true
		}
		e.value = `+quote(text)+`
		if (e.selectedIndex < 0) {
			throw new Error("the choices are " + [...e.options].map((o) => o.value).join(", "))
		}
		e.dispatchEvent(new Event("input", { bubbles: true }))
		e.dispatchEvent(new Event("change", { bubbles: true }))
		return false
	}`)
	if typed {
		p.Press(Delete)
		p.Type(text)
	}
}

// Choose chooses a file of this machine in a field.
func (p *Person) Choose(field, path string) {
	p.t.Helper()
	p.do("choose a file in "+field, func(ctx context.Context, tab *chromedp.Target) error {
		_, err := chromedp.SetUploadFiles(field, []string{path})(ctx, tab)
		return err
	})
}

// A Key is one key of the keyboard.
type Key string

// Keys that lead through a page.
const (
	Tab    Key = kb.Tab
	Enter  Key = kb.Enter
	Space  Key = " "
	Escape Key = kb.Escape
	Delete Key = kb.Delete
	Down   Key = kb.ArrowDown
	Up     Key = kb.ArrowUp
	Home   Key = kb.Home
	End    Key = kb.End
	Left   Key = kb.ArrowLeft
	Right  Key = kb.ArrowRight
)

// Press presses keys, wherever the focus is. It does not wait for a page that
// this may lead to: [Person.Arrive] does.
func (p *Person) Press(keys ...Key) {
	p.t.Helper()
	for _, key := range keys {
		p.do(fmt.Sprintf("press %q", key), func(ctx context.Context, tab *chromedp.Target) error {
			_, err := chromedp.KeyEvent(string(key))(ctx, tab)
			return err
		})
	}
}

// PressBack presses Tab together with Shift, which leads back.
func (p *Person) PressBack() {
	p.t.Helper()
	const shift, code = 8, 9
	p.do("press Shift and Tab", func(ctx context.Context, tab *chromedp.Target) error {
		for _, turn := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
			key := input.DispatchKeyEventParams{Type: turn, Key: "Tab", Code: "Tab", WindowsVirtualKeyCode: code, Modifiers: shift}
			if _, err := cdp.Call(ctx, tab, input.DispatchKeyEvent, key); err != nil {
				return err
			}
		}
		return nil
	})
}

// Type types a text, wherever the focus is.
func (p *Person) Type(text string) {
	p.t.Helper()
	p.do(fmt.Sprintf("type %q", text), func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// TabTo presses Tab until the focus is on an element that matches the selector,
// as somebody without a mouse would.
func (p *Person) TabTo(selector string) {
	p.t.Helper()
	const enough = 100
	var passed []string
	for range enough {
		p.Press(Tab)
		if evaluate[bool](p, "look at the focus", `document.activeElement.matches(`+quote(selector)+`)`) {
			return
		}
		passed = append(passed, p.Focused())
	}
	p.fail("reach %s within %d tabs, but passed only %s", selector, enough, strings.Join(passed, ", "))
}

// Focused tells what has the focus: the element, and its label or text.
func (p *Person) Focused() string {
	p.t.Helper()
	return evaluate[string](p, "look at the focus", `((e) => {
		const id = e.id && "#" + e.id
		const label = e.getAttribute("aria-label") || e.labels?.[0]?.innerText || e.innerText || ""
		return (e.localName + id + " " + label.trim().split("\n")[0].slice(0, 60)).trim()
	})(document.activeElement)`)
}

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

// Value is what a field holds.
func (p *Person) Value(field string) string {
	p.t.Helper()
	return see[string](p, field, `(e) => e.value`)
}

// Count is how many visible elements match at this moment. It does not wait, so
// it may be 0.
func (p *Person) Count(selector string) int {
	p.t.Helper()
	return evaluate[int](p, "count "+selector, `[...document.querySelectorAll(`+quote(selector)+`)]
		.filter((e) => e.checkVisibility({ visibilityProperty: true })).length`)
}

// Clipboard is the text that was copied last, in this window or another one. It is
// pasted into a field made for that, and the focus returns to where it was.
func (p *Person) Clipboard() string {
	p.t.Helper()
	evaluate[bool](p, "make a field to paste into", `(() => {
		const field = document.createElement("textarea")
		field.cameFrom = document.activeElement
		document.body.append(field)
		field.focus()
		return true
	})()`)
	const ctrl = 2
	p.do("paste", func(ctx context.Context, tab *chromedp.Target) error {
		paste := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeRawKeyDown, Key: "v", Code: "KeyV", Modifiers: ctrl, Commands: []string{"paste"}}
		_, err := cdp.Call(ctx, tab, input.DispatchKeyEvent, paste)
		return err
	})
	return evaluate[string](p, "read what was pasted", `((field) => {
		field.remove()
		field.cameFrom.focus()
		return field.value
	})(document.activeElement)`)
}

// PageWidth is how wide the page is in CSS pixels. Wider than the screen means that
// it scrolls sideways.
func (p *Person) PageWidth() int {
	p.t.Helper()
	return evaluate[int](p, "measure the page", `document.scrollingElement.scrollWidth`)
}

// Sides are where an element begins and ends, from the left of the screen, in CSS pixels.
func (p *Person) Sides(selector string) [2]float64 {
	p.t.Helper()
	return see[[2]float64](p, selector, `(e) => [e.getBoundingClientRect().left, e.getBoundingClientRect().right]`)
}

// Box is where an element is on the page: its left, its top, its width and its height.
func (p *Person) Box(selector string) [4]float64 {
	p.t.Helper()
	return see[[4]float64](p, selector, `(e) => {
		const box = e.getBoundingClientRect()
		return [box.left + scrollX, box.top + scrollY, box.width, box.height]
	}`)
}

// TextLeft is how far from the left of the screen a part of an element's text is drawn.
func (p *Person) TextLeft(selector, part string) float64 {
	p.t.Helper()
	return see[float64](p, selector, `(e) => {
		const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT)
		for (let text; (text = texts.nextNode());) {
			const at = text.data.indexOf(`+quote(part)+`)
			if (at < 0) continue
			const range = document.createRange()
			range.setStart(text, at)
			range.setEnd(text, at + `+quote(part)+`.length)
			return range.getBoundingClientRect().left
		}
		throw new Error("there is no such text")
	}`)
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

// A Screen is what a person looks at. The zero Screen is a light one of 1280 by 800.
type Screen struct {
	Width, Height int
	Dark          bool
	Paper         bool // the page looks as it would be printed
	Forced        bool // the person has chosen the few colours that all pages may use
	Moving        bool // the person likes things to move
}

// UseScreen resizes the window and says which colours the person prefers. Unless the screen is
// a moving one, it asks for reduced motion, so that a picture never shows half a transition.
func (p *Person) UseScreen(s Screen) {
	p.t.Helper()
	if s.Width == 0 {
		s.Width = 1280
	}
	if s.Height == 0 {
		s.Height = 800
	}
	scheme := "light"
	if s.Dark {
		scheme = "dark"
	}
	p.do(fmt.Sprintf("use a %s screen of %d by %d", scheme, s.Width, s.Height),
		func(ctx context.Context, tab *chromedp.Target) error {
			const phone = 600
			metrics := emulation.SetDeviceMetricsOverrideParams{
				Width: int64(s.Width), Height: int64(s.Height), DeviceScaleFactor: 1, Mobile: s.Width < phone,
			}
			if _, err := cdp.Call(ctx, tab, emulation.SetDeviceMetricsOverride, metrics); err != nil {
				return err
			}
			media, forced, motion := "", "none", "reduce"
			if s.Paper {
				media = "print"
			}
			if s.Forced {
				forced = "active"
			}
			if s.Moving {
				motion = "no-preference"
			}
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
	late := time.After(p.Patience)
	for !done() {
		select {
		case <-p.journal.news:
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
