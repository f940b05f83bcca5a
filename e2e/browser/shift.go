package browser

// Shifts names what moved on the page by itself since it was loaded, in order: elements
// that stood elsewhere a moment before, though the person had done nothing. What stands in an
// element that matches but is left out.
func (p *Person) Shifts(but string) []string {
	p.t.Helper()
	// The observer is called with what was before it, but not at once.
	evaluate[bool](p, "look for what moved", `(() => {
		window.moved = undefined
		const shifts = []
		const observer = new PerformanceObserver((list) => shifts.push(...list.getEntries()))
		observer.observe({ type: "layout-shift", buffered: true })
		setTimeout(() => {
			observer.disconnect()
			window.moved = shifts.filter((shift) => !shift.hadRecentInput)
				.flatMap((shift) => shift.sources)
				.filter(({ node }) => !(node?.closest ? node : node?.parentElement)?.closest(`+quote(but)+`))
				.map(({ node, previousRect, currentRect }) => (node?.id ? "#" + node.id : node?.className ? "." + node.className : node?.nodeName) +
						" from " + previousRect.y + " to " + currentRect.y)
		}, 100)
		return true
	})()`)
	p.await("what moved", func() bool { return evaluate[bool](p, "look for what moved", `window.moved !== undefined`) })
	return evaluate[[]string](p, "look for what moved", `window.moved`)
}
