package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// PressWhen presses a button at the very moment when it begins to read so, as somebody does
// whose finger was on its way to it.
func (p *Person) PressWhen(button, text string, meanwhile func()) {
	p.t.Helper()
	evaluate[bool](p, "wait for "+text, `(() => {
		const press = () => {
			const found = [...document.querySelectorAll(`+quote(button)+`)].find((e) => e.textContent.includes(`+quote(text)+`))
			if (found && !window.pressed) {
				window.pressed = true
				found.click()
			}
		}
		new MutationObserver(press).observe(document.body, { subtree: true, childList: true, characterData: true })
		return true
	})()`)
	meanwhile()
	see[bool](p, "body", `(body) => new Promise((done) => {
		const look = () => window.pressed ? done(true) : setTimeout(look, 5)
		look()
	})`)
}

// ChangesAgain has a button say something else, and something else again after 300 milliseconds in
// which the browser draws nothing, as on a busy machine. It returns for how many milliseconds after
// that the button is dimmed.
func (p *Person) ChangesAgain(button string) (dimmed float64) {
	p.t.Helper()
	return see[float64](p, button, `async (e) => {
		const dimming = () => e.getAnimations().find((a) => a.id === "changed")
		e.textContent = "One"
		await null // the page notices
		await dimming().ready
		const drawn = performance.now()
		while (performance.now() < drawn + 300) {}
		const changed = performance.now()
		e.textContent = "Two"
		await null
		const { startTime, effect } = dimming()
		return (startTime ?? performance.now()) + effect.getComputedTiming().endTime - changed
	}`)
}

// ChangesSlowly has a button say something else, and the browser takes longer to tell whether the
// button is dimmed than it is to stay so. It reports whether the button is dimmed then.
func (p *Person) ChangesSlowly(button string) (dimmed bool) {
	p.t.Helper()
	return see[bool](p, button, `async (e) => {
		const tell = e.getAnimations
		e.getAnimations = () => {
			for (const began = performance.now(); performance.now() < began + 600;) {}
			return tell.call(e)
		}
		e.textContent = "One"
		await null // the page notices
		return tell.call(e).some((a) => a.id === "changed")
	}`)
}

// PressAfterDimming has a button say something else. The dimming ends a tenth of a second early, as if
// the browser had begun it earlier, and something else on the page changes. It reports whether the
// button takes a press then.
func (p *Person) PressAfterDimming(button string) (taken bool) {
	p.t.Helper()
	return see[bool](p, button, `async (e) => {
		e.textContent = "One"
		await null // the page notices
		const dimming = e.getAnimations().find((a) => a.id === "changed")
		await new Promise((done) => setTimeout(done, 400))
		dimming.finish()
		document.querySelector("h1").append(" ")
		await null
		let taken = false
		e.form.addEventListener("submit", (event) => {
			taken = true
			event.preventDefault()
		})
		e.click()
		return taken
	}`)
}

// WithoutScripts makes the pages that come run no scripts.
func (p *Person) WithoutScripts() {
	p.t.Helper()
	p.do("turn scripts off", func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
}

// IsInSight reports whether all of an element is on the screen, and nothing covers its middle.
func (p *Person) IsInSight(selector string) bool {
	p.t.Helper()
	return see[bool](p, selector, `(e) => {
		const box = e.getBoundingClientRect()
		const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
		return box.top >= 0 && box.bottom <= innerHeight && (e.contains(top) || top.contains(e))
	}`)
}

// PressOnArrival presses a button of each page that comes, as soon as it is there: when the page has
// dimmed it, or else when the page is complete, which on a busy machine may be a second later.
func (p *Person) PressOnArrival(button string) {
	p.t.Helper()
	p.do("press on arrival", func(ctx context.Context, tab *chromedp.Target) error {
		script := page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `(() => {
				let pressed = false
				const press = () => {
					if (!pressed) document.querySelector(` + quote(button) + `)?.click()
					pressed = true
				}
				const animate = Element.prototype.animate
				Element.prototype.animate = function (...how) {
					const animation = animate.apply(this, how)
					if (this.matches(` + quote(button) + `)) queueMicrotask(press)
					return animation
				}
				addEventListener("DOMContentLoaded", press)
			})()`,
		}
		_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, script)
		return err
	})
}
