package browser

import (
	"context"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

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
