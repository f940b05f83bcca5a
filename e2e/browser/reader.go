package browser

// Title is the title of the page, as the browser shows it on the tab.
func (p *Person) Title() string {
	p.t.Helper()
	return evaluate[string](p, "read the title", `document.title`)
}

// Style is what a property of an element is on this screen, such as its "border-color".
func (p *Person) Style(selector, property string) string {
	p.t.Helper()
	return see[string](p, selector, `(e) => getComputedStyle(e).getPropertyValue(`+quote(property)+`)`)
}

// Focus moves the focus to an element.
func (p *Person) Focus(selector string) {
	p.t.Helper()
	see[bool](p, selector, `(e) => { e.focus({ preventScroll: true }); return true }`)
}

// SelectText selects the text of an element, as by dragging the mouse over it.
func (p *Person) SelectText(selector string) {
	p.t.Helper()
	see[bool](p, selector, `(e) => { getSelection().selectAllChildren(e); return true }`)
}

// Selected is the text that is selected.
func (p *Person) Selected() string {
	p.t.Helper()
	return evaluate[string](p, "look at the selection", `getSelection().toString()`)
}

// ScrollTo scrolls until an element is at the top of the screen.
func (p *Person) ScrollTo(selector string) {
	p.t.Helper()
	see[bool](p, selector, `(e) => { e.scrollIntoView({ block: "start", behavior: "instant" }); return true }`)
}

// Top is how far an element is below the top of the screen, in CSS pixels.
func (p *Person) Top(selector string) float64 {
	p.t.Helper()
	return see[float64](p, selector, `(e) => e.getBoundingClientRect().top`)
}

// Named is the selector of the first link, button or summary in sight that reads just like this.
func (p *Person) Named(words string) (selector string) {
	p.t.Helper()
	p.await(words+" is there to press", func() bool {
		return evaluate[bool](p, "look for "+words, `(() => {
			const seen = (e) => [...e.querySelectorAll('.visually-hidden')].reduce((text, hidden) => text.replace(hidden.innerText, ''), e.innerText);
			const reads = (e) => seen(e).replace(/\s+/g, ' ').trim() === `+quote(words)+`;
			const found = [...document.querySelectorAll('a, button, summary')].find((e) => e.checkVisibility({ visibilityProperty: true }) && reads(e));
			document.querySelectorAll('[data-named]').forEach((e) => e.removeAttribute('data-named'));
			found?.setAttribute('data-named', '');
			return found !== undefined;
		})()`)
	})
	return "[data-named]"
}
