package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

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

// Value is what a field holds.
func (p *Person) Value(field string) string {
	p.t.Helper()
	return see[string](p, field, `(e) => e.value`)
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
