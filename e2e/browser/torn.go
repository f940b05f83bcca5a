package browser

import _ "embed"

//go:embed torn.js
var tornJS string

// TornWords returns the words that go on in the next line, without a place to break, in the
// elements that the selector finds. A bar stands where a word breaks: "Cryptograph|y".
func (p *Person) TornWords(selector string) []string {
	p.t.Helper()
	return evaluate[[]string](p, "look for torn words in "+selector, "("+tornJS+")("+quote(selector)+")")
}
