package browser

// Unfold opens all details of the page.
func (p *Person) Unfold() {
	p.t.Helper()
	evaluate[bool](p, "unfold all details", `(() => {
		for (const details of document.querySelectorAll("details")) details.open = true;
		return true;
	})()`)
}
