package browser

// Words returns how many words of prose are in sight on the page. Tables, lists of data, navigation,
// code, drawings and whatever is folded are no prose. A list of data is one whose items have ids.
func (p *Person) Words() int {
	p.t.Helper()
	return evaluate[int](p, "count the words", `(() => {
		const skipped = "table, nav, pre, svg, figure ol, dl, select, script, noscript, ol:has(> li[id]), ul:has(> li[id])"
		const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
		let words = 0
		for (let text; (text = texts.nextNode());) {
			const around = text.parentElement
			if (around.closest(skipped) || !around.checkVisibility({ visibilityProperty: true })) continue
			words += text.data.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length
		}
		return words
	})()`)
}
