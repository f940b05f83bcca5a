package browser

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
