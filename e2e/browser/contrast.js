// The texts that are seen on the page, each with its colour and the boxes of its lines. Then all
// letters are made invisible, until window.lettersBack is called.
(() => {
	const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })
	const rgba = (colour) => {
		canvas.clearRect(0, 0, 1, 1)
		canvas.fillStyle = colour
		canvas.fillRect(0, 0, 1, 1)
		return [...canvas.getImageData(0, 0, 1, 1).data]
	}
	const opacity = (e) => (e ? getComputedStyle(e).opacity * opacity(e.parentElement) : 1)
	document.getAnimations().forEach((a) => Number.isFinite(a.effect.getComputedTiming().endTime) && a.finish())

	const seen = []
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
	for (let text; (text = texts.nextNode());) {
		const e = text.parentElement
		if (!text.data.trim() || !e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
		if (e.closest(".visually-hidden, :disabled, option, script, noscript")) continue
		const style = getComputedStyle(e), isDrawn = e instanceof SVGElement
		const size = parseFloat(style.fontSize) * (isDrawn ? e.getScreenCTM().a : 1)
		const range = document.createRange()
		range.selectNodeContents(text)
		seen.push({
			Text: text.data.trim().replace(/\s+/g, " "),
			Of: e.localName + (e.getAttribute("class") ? "." + e.getAttribute("class").trim().replace(/\s+/g, ".") : ""),
			Colour: rgba(isDrawn ? style.fill : style.color),
			Opacity: opacity(e),
			Large: size >= 24 || (size >= 18.66 && style.fontWeight >= 700),
			Boxes: [...range.getClientRects()].map((box) => [box.left + scrollX, box.top + scrollY, box.right + scrollX, box.bottom + scrollY].map(Math.round)),
		})
	}

	const sheet = new CSSStyleSheet()
	sheet.replaceSync(`*, ::before, ::after { -webkit-text-fill-color: transparent !important; text-decoration-color: transparent !important; text-shadow: none !important; transition: none !important }
		text, tspan { fill: transparent !important; stroke: none !important }`)
	document.adoptedStyleSheets.push(sheet)
	window.lettersBack = () => { document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet) }
	return seen
})()
