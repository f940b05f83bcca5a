package browser

// ShownAndAnew returns the text of the page as it is shown, and as it would be if it were
// loaded anew. Both are without up to where the log is shown, since a page that nothing
// happens on need not go along with the log, without what says by itself up to where it
// was counted, and without the keys of new requests.
func (p *Person) ShownAndAnew() (shown, anew string) {
	p.t.Helper()
	both := evaluate[[]string](p, "load the page anew", `(async () => {
		const answer = await fetch(location.href, { headers: { "HX-Request": "true" } }) // which leaves notices alone
		const anew = new DOMParser().parseFromString(await answer.text(), "text/html")
		return [document, anew].map((page) => {
			const body = page.body.cloneNode(true)
			body.querySelectorAll("script, noscript, svg, #shown, #connection, [aria-labelledby=counted]").forEach((part) => part.remove())
			return body.textContent.replace(/\s+/g, " ").replace(/request:[0-9a-f]{32}/g, "request:new")
		})
	})()`)
	return both[0], both[1]
}
