package web_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/web"
)

var aButton = regexp.MustCompile(`<(?:a|button) class="(button[^"]*)"[^>]*>\s*([^<]+)`)

// A button looks the same whoever may press it. Only its size depends on where it stands.
func TestButtonsThatSayTheSameLookAlike(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *web.Config) { c.Passcode = "sesame" })
	registrar := app.as("kofi")
	registrar.post("/registrar", "passcode", "sesame")
	looks := map[string]string{}
	for _, visitor := range []visitor{app.visitor(), app.as("ada"), registrar} {
		for _, path := range []string{"/", "/courses/compilers", "/courses/cryptography", "/courses/formal-methods", "/students", "/students/ada", "/students/kofi"} {
			for _, button := range aButton.FindAllStringSubmatch(visitor.get(path).body, -1) {
				look, words := strings.Replace(button[1], " button--small", "", 1), strings.TrimSpace(button[2])
				if known, met := looks[words]; met {
					assert.Equal(t, known, look, "%s on %s", words, path)
				}
				looks[words] = look
			}
		}
	}
	assert.Contains(t, looks, "Subscribe")
	assert.Contains(t, looks, "Join the waitlist")
	assert.Contains(t, looks, "Leave")
}
