package browser

import "fmt"

// Drawn waits until the page has arrived and is drawn as a whole, and returns when that was, in
// milliseconds since the page was asked for. A part that is drawn before the rest has arrived may
// make room for the rest.
func (p *Person) Drawn() (since float64) {
	p.t.Helper()
	return evaluate[float64](p, "wait for the page to be drawn", `new Promise((drawn) => {
		const look = () => document.readyState === "complete"
			? requestAnimationFrame(() => requestAnimationFrame(() => drawn(performance.now())))
			: setTimeout(look, 10)
		look()
	})`)
}

// Shifts names what moved on the page by itself after a moment that [Person.Drawn] returned, in order:
// elements that stood elsewhere a moment before, though the person had done nothing. What stands in an
// element that matches but is left out.
func (p *Person) Shifts(since float64, but string) []string {
	p.t.Helper()
	// The observer is called with what was before it, but not at once.
	evaluate[bool](p, "look for what moved", `(() => {
		window.moved = undefined
		const shifts = []
		const observer = new PerformanceObserver((list) => shifts.push(...list.getEntries()))
		observer.observe({ type: "layout-shift", buffered: true })
		setTimeout(() => {
			observer.disconnect()
			window.moved = shifts.filter((shift) => !shift.hadRecentInput && shift.startTime > `+fmt.Sprint(since)+`)
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
