package browser_test

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// strict is the policy that the application has, too.
const strict = "default-src 'self'"

// site serves one page under / and whatever else a test needs.
func site(t *testing.T, body string, more map[string]http.HandlerFunc) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", strict)
		show(w, body)
	})
	for pattern, handler := range more {
		mux.HandleFunc(pattern, handler)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func show(w http.ResponseWriter, body string) {
	fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Test</title>
		<meta name="viewport" content="width=device-width, initial-scale=1"><main>%s</main></html>`, body)
}

const form = `<h1>Enrol</h1>
	<form method="post" action="/greet">
		<label for="name">Name</label> <input id="name" name="name" value="nobody">
		<label for="day">Day</label> <select id="day" name="day"><option value="mon">Monday<option value="tue">Tuesday</select>
		<button>Send</button>
	</form>
	<a href="/">Again</a>`

// greet answers as a form handler that refuses does: with a page and a status.
func greet(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusConflict)
	show(w, fmt.Sprintf(`<h1>Hello %s on %s</h1><a href="/">Back</a>`, r.FormValue("name"), r.FormValue("day")))
}

func TestAPersonFillsAFormWithTheMouse(t *testing.T) {
	t.Parallel()
	b := browser.Open(t)
	routes := map[string]http.HandlerFunc{"POST /greet": greet}
	url := site(t, form, routes)
	ada := b.NewPerson(t, "Ada")

	ada.Goto(url)
	require.Equal(t, http.StatusOK, ada.Status())
	require.Equal(t, "nobody", ada.Value("#name"))
	ada.Fill("#name", "Ada")
	ada.Fill("#day", "tue")
	ada.Submit("button")

	require.Equal(t, "Hello Ada on tue", ada.Text("h1"))
	require.Equal(t, http.StatusConflict, ada.Status())
	require.Equal(t, url+"/greet", ada.URL())

	ada.Follow("a")
	require.Equal(t, "Enrol", ada.Text("h1"))
	require.Equal(t, http.StatusOK, ada.Status())
}

func TestAPersonFillsAFormWithTheKeyboard(t *testing.T) {
	t.Parallel()
	b := browser.Open(t)
	routes := map[string]http.HandlerFunc{"POST /greet": greet}
	url := site(t, form, routes)
	ada := b.NewPerson(t, "Ada")

	ada.Goto(url)
	ada.Press(browser.Tab)
	require.Equal(t, "input#name Name", ada.Focused())
	ada.Type("Grace")
	ada.TabTo("select")
	ada.Press(browser.Down)
	ada.TabTo("button")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Equal(t, "Hello Grace on tue", ada.Text("h1"))
}

func TestAPersonWaitsForWhatAScriptShowsLater(t *testing.T) {
	t.Parallel()
	b := browser.Open(t)
	release := make(chan struct{})
	url := site(t, `<p hidden>not for eyes</p><script src="/late.js"></script>`, map[string]http.HandlerFunc{
		"GET /late.js": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, `fetch("/news").then((r) => r.text()).then((text) => {
				document.querySelector("p").hidden = false
				document.querySelector("p").textContent = text
			})`)
		},
		"GET /news": func(w http.ResponseWriter, _ *http.Request) {
			<-release
			fmt.Fprint(w, "a seat is free")
		},
	})
	ada := b.NewPerson(t, "Ada")

	ada.Goto(url)
	require.Zero(t, ada.Count("p"))
	close(release)
	require.Equal(t, "a seat is free", ada.Text("p"))
	require.Equal(t, 1, ada.Count("p"))
}

func TestAPersonSharesNoCookieWithAnother(t *testing.T) {
	t.Parallel()
	b := browser.Open(t)
	url := site(t, "", map[string]http.HandlerFunc{"GET /me": func(w http.ResponseWriter, r *http.Request) {
		who := r.FormValue("as")
		if c, err := r.Cookie("who"); err == nil {
			who = c.Value
		}
		http.SetCookie(w, &http.Cookie{Name: "who", Value: who})
		show(w, "<h1>"+who+"</h1>")
	}})
	ada, bob := b.NewPerson(t, "Ada"), b.NewPerson(t, "Bob")

	ada.Goto(url + "/me?as=ada")
	bob.Goto(url + "/me?as=bob")
	ada.Goto(url + "/me")
	require.Equal(t, "ada", ada.Text("h1"))
	require.Equal(t, "bob", bob.Text("h1"))
}

func TestAPersonPhotographsTheWholePageOnTheScreenInUse(t *testing.T) {
	t.Parallel()
	b := browser.Open(t)
	url := site(t, `<link rel="stylesheet" href="/tall.css"><h1>Tall</h1>`, map[string]http.HandlerFunc{
		"GET /tall.css": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/css")
			fmt.Fprint(w, `html { margin: 0; background: white } body { margin: 0 } main { height: 2000px }
				@media (prefers-color-scheme: dark) { html { background: black } }`)
		},
	})
	ada := b.NewPerson(t, "Ada")
	ada.Goto(url)

	for _, screen := range []browser.Screen{{Width: 390}, {Width: 390, Dark: true}, {Width: 1280}, {Width: 1280, Dark: true}} {
		ada.UseScreen(screen)
		picture, err := png.Decode(bytes.NewReader(ada.Screenshot()))
		require.NoError(t, err)
		require.Equal(t, screen.Width, picture.Bounds().Dx())
		require.GreaterOrEqual(t, picture.Bounds().Dy(), 2000)
		red, _, _, _ := picture.At(5, 1990).RGBA()
		require.Equal(t, screen.Dark, red == 0)
	}
}

func TestComplaints(t *testing.T) {
	t.Parallel()
	b := browser.Open(t)
	script := func(source string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, source)
		}
	}
	const loadsScript = `<script src="/app.js"></script>`

	for _, tc := range []struct {
		name, body, script, want string
	}{
		{name: "an inline style, which the policy forbids", body: `<p style="color: red">red</p>`, want: "Content Security Policy"},
		{name: "an inline script, which the policy forbids", body: `<script>1</script>`, want: "Content Security Policy"},
		{name: "an error on the console", body: loadsScript, script: `console.error("no seat map", 7)`, want: "no seat map"},
		{name: "an exception", body: loadsScript, script: `throw new Error("boom")`, want: "boom"},
		{name: "a picture that is missing", body: `<img src="/missing.png" alt="">`, want: "404"},
	} {
		t.Run("are "+tc.name, func(t *testing.T) {
			t.Parallel()
			ada := b.NewPerson(t, "Ada")
			ada.Goto(site(t, tc.body, map[string]http.HandlerFunc{"GET /app.js": script(tc.script)}))
			require.Contains(t, strings.Join(ada.Complaints(), "\n"), tc.want)
			require.Empty(t, ada.Complaints(), "they were settled")
		})
	}

	t.Run("are none on a page without fault", func(t *testing.T) {
		t.Parallel()
		ada := b.NewPerson(t, "Ada")
		ada.Goto(site(t, loadsScript, map[string]http.HandlerFunc{"GET /app.js": script(`console.log("fine")`)}))
		require.Empty(t, ada.Complaints())
	})
}

// A witness takes down how a test fails, where the failure is what is tested.
type witness struct {
	testing.TB
	cleanups []func()
	failures []string
}

func (w *witness) Helper()          {}
func (w *witness) Cleanup(f func()) { w.cleanups = append(w.cleanups, f) }

func (w *witness) Errorf(format string, args ...any) {
	w.failures = append(w.failures, fmt.Sprintf(format, args...))
}

func (w *witness) Fatalf(format string, args ...any) {
	w.Errorf(format, args...)
	runtime.Goexit()
}

// failures returns how the test fails.
func failures(t *testing.T, test func(testing.TB)) string {
	w := &witness{TB: t}
	var running sync.WaitGroup
	running.Go(func() { test(w) })
	running.Wait()
	for _, cleanup := range slices.Backward(w.cleanups) {
		cleanup()
	}
	return strings.Join(w.failures, "\n")
}

func TestPersonFails(t *testing.T) {
	t.Parallel()
	b := browser.Open(t)
	url := site(t, form+`<p style="color: red">broken</p>`, nil)

	t.Run("at the end, for a complaint that nobody asked for", func(t *testing.T) {
		t.Parallel()
		failed := failures(t, func(t testing.TB) {
			b.NewPerson(t, "Ada").Goto(url)
		})
		require.Contains(t, failed, "Ada's browser complained: security: ")
	})

	t.Run("with what was expected and what the page showed", func(t *testing.T) {
		t.Parallel()
		for want, act := range map[string]func(*browser.Person){
			"see #receipt":      func(ada *browser.Person) { ada.Text("#receipt") },
			`h1, which reads "`: func(ada *browser.Person) { ada.Read("h1", "Receipt") },
			"see the next page": func(ada *browser.Person) { ada.Submit("h1") },
			"the choices are":   func(ada *browser.Person) { ada.Fill("#day", "sun") },
			"but passed only":   func(ada *browser.Person) { ada.TabTo("h1") },
			"not a valid selec": func(ada *browser.Person) { ada.Click("h1[") },
			"net::ERR_":         func(ada *browser.Person) { ada.Goto("http://127.0.0.1:1") },
		} {
			failed := failures(t, func(t testing.TB) {
				ada := b.NewPerson(t, "Ada")
				ada.Goto(url)
				ada.Complaints()
				ada.Patience = time.Second
				act(ada)
			})
			require.Contains(t, failed, want)
			require.Contains(t, failed, "the page showed (status 200):")
		}
	})
}

// A text that is there for a moment only is read, since the page itself looks for it.
func TestATextThatComesAndGoesIsRead(t *testing.T) {
	t.Parallel()
	url := site(t, `<h1 id="says">Wait</h1><script src="/blink.js"></script>`, map[string]http.HandlerFunc{
		"GET /blink.js": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `let n = 0; setInterval(() => {
				document.getElementById("says").textContent = "Now  " + n++
				queueMicrotask(() => queueMicrotask(() => { document.getElementById("says").textContent = "Wait" }))
			}, 50)`)
		},
	})
	ada := browser.Open(t).NewPerson(t, "Ada")
	ada.Goto(url)
	ada.Read("#says", "Now 9")
}

// Cookies that a server gave to somebody else are the person's as if they had been there.
func TestAPersonTakesCookies(t *testing.T) {
	t.Parallel()
	url := site(t, form, map[string]http.HandlerFunc{"GET /who": func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie("who")
		if err != nil {
			show(w, "<h1>Nobody</h1>")
			return
		}
		show(w, "<h1>"+cookie.Value+"</h1>")
	}})
	b := browser.Open(t)
	ada, kofi := b.NewPerson(t, "Ada"), b.NewPerson(t, "Kofi")
	ada.TakeCookies(url, []*http.Cookie{{Name: "who", Value: "ada", HttpOnly: true}})
	ada.Goto(url + "/who")
	require.Equal(t, "ada", ada.Text("h1"))
	kofi.Goto(url + "/who")
	require.Equal(t, "Nobody", kofi.Text("h1"))
}

func TestAxe(t *testing.T) {
	t.Parallel()
	b := browser.Open(t)

	t.Run("finds a field without a label, under a strict policy", func(t *testing.T) {
		t.Parallel()
		ada := b.NewPerson(t, "Ada")
		ada.Goto(site(t, `<h1>Enrol</h1><input name="student">`, nil))
		violations := ada.Axe()
		require.Len(t, violations, 1)
		require.Equal(t, "label", violations[0].Rule)
		require.Contains(t, violations[0].String(), `<input name="student">`)
	})

	t.Run("finds faint text if it is asked for colours, and only then", func(t *testing.T) {
		t.Parallel()
		ada := b.NewPerson(t, "Ada")
		ada.Goto(site(t, form, map[string]http.HandlerFunc{"GET /faint": func(w http.ResponseWriter, _ *http.Request) {
			show(w, `<style>p { color: #bbb }</style><h1>Enrol</h1><p>Faint</p><input name="student">`)
		}}) + "/faint")
		violations := ada.AxeColours()
		require.Len(t, violations, 1)
		require.Equal(t, "color-contrast", violations[0].Rule)
		require.Contains(t, violations[0].String(), "<p>Faint</p>")
		violations = ada.AxeButColours()
		require.Len(t, violations, 1)
		require.Equal(t, "label", violations[0].Rule)
	})

	t.Run("finds nothing on a page that is accessible", func(t *testing.T) {
		t.Parallel()
		ada := b.NewPerson(t, "Ada")
		ada.Goto(site(t, form, nil))
		require.Empty(t, ada.Axe())
	})
}
