package browser

// WatchShifts begins to note what moves on the page by itself: elements that stood elsewhere a moment
// before, though the person has done nothing. It leaves out what stands in an element that the selector
// except matches when it moves. It begins when the page, which has arrived, is drawn as a whole: a part
// that was drawn earlier makes room for the rest.
func (p *Person) WatchShifts(except string) {
	p.t.Helper()
	evaluate[bool](p, "watch what moves", `new Promise((watching) => {
		const note = ({ node, previousRect, currentRect }) => {
			const element = node?.closest ? node : node?.parentElement
			if (element?.closest(`+quote(except)+`)) return
			const name = node?.id ? "#" + node.id : node?.className ? "." + node.className : node?.nodeName
			window.shifts.push(name + " from " + previousRect.y + " to " + currentRect.y)
		}
		requestAnimationFrame(() => requestAnimationFrame(() => {
			window.shifts = []
			new PerformanceObserver((list) => list.getEntries().filter((shift) => !shift.hadRecentInput)
				.flatMap((shift) => shift.sources).forEach(note)).observe({ type: "layout-shift" })
			watching(true)
		}))
	})`)
}

// Shifts names what has moved since [Person.WatchShifts], in order.
func (p *Person) Shifts() []string {
	p.t.Helper()
	// The observer is told of a frame when the frame after it is drawn, or soon after that.
	return evaluate[[]string](p, "look for what moved", `new Promise((moved) =>
		requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => moved(window.shifts), 100))))`)
}
