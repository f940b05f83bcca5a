package browser

// Moves reports whether anything in an element is being animated.
func (p *Person) Moves(selector string) bool {
	p.t.Helper()
	return see[bool](p, selector, `(e) => e.getAnimations({ subtree: true }).some((a) => a.playState === "running")`)
}
