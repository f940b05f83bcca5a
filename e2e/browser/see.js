// Resolves with the first visible element that matches the selector, as soon as there is one
// whose text contains a text, with white space made one.
(selector, text) => new Promise((resolve, reject) => {
	const look = () => {
		try {
			const seen = [...document.querySelectorAll(selector)].find((e) => e.checkVisibility({ visibilityProperty: true }))
			if (seen && (!text || seen.innerText.replace(/\s+/g, " ").includes(text))) {
				observer.disconnect()
				resolve(seen)
			}
		} catch (invalidSelector) {
			observer.disconnect()
			reject(invalidSelector)
		}
	}
	const observer = new MutationObserver(look)
	observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
	look()
})
