// Resolves with the first visible element that matches the selector, as soon as there is one.
(selector) => new Promise((resolve, reject) => {
	const look = () => {
		try {
			const seen = [...document.querySelectorAll(selector)].find((e) => e.checkVisibility({ visibilityProperty: true }))
			if (seen) {
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
