// Package browser lets a test use the application as people do: in a real
// browser, with their eyes, a mouse and a keyboard. Only tests import it.
//
//	ada := browser.Open(t).NewPerson(t, "Ada")
//	ada.Goto(server.URL)
//	ada.Fill("#title", "Algebra")
//	ada.Submit("button[type=submit]")
//	require.Equal(t, "Algebra", ada.Text("h1"))
//
// # Waiting
//
// Nothing here sleeps. An action waits until the element that it needs is
// visible, [Person.Goto], [Person.Follow] and [Person.Submit] wait for the next
// page, and [Person.Arrive] does so after keys that lead to one. Whoever waits
// too long fails the test with what was expected and what the page showed.
//
// # Complaints
//
// A page that makes the browser complain (an error on the console, an uncaught
// exception, a violation of its Content Security Policy, a resource that is
// missing) fails the test at its end, unless the test asked for the
// [Person.Complaints] and so has judged them itself.
package browser

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"go-crablet/internal/effort"
)

// patience is long enough for a very busy machine. Only a test that fails waits so long.
const patience = 60 * time.Second

// A Browser is one browser process. All tests of a test binary that run at the
// same time share it.
type Browser struct {
	ctx  context.Context // chromedp keeps its browser in a context
	stop context.CancelFunc
}

// shared is the one process of this test binary, alive while tests use it.
var shared struct {
	sync.Mutex
	browser *Browser
	users   int
}

// Open starts the browser, or joins the one that runs, until the test ends.
//
// It takes the browser that BROWSER_PATH names, or else the first one it finds.
// As root on Debian it installs one. Without a browser the test fails, and the
// message tells how to get one.
func Open(t testing.TB) *Browser {
	t.Helper()
	effort.NotShort(t, "a browser")
	shared.Lock()
	defer shared.Unlock()

	if shared.browser == nil {
		b, err := start()
		if err != nil {
			t.Fatal(err)
		}
		shared.browser = b
	}
	shared.users++
	t.Cleanup(leave)
	return shared.browser
}

// leave closes the browser when the last test that uses it ends.
func leave() {
	shared.Lock()
	defer shared.Unlock()

	if shared.users--; shared.users == 0 {
		shared.browser.close()
		shared.browser = nil
	}
}

func start() (*Browser, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chrome refuses to start its sandbox as root
	}

	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	if err := firstRun(ctx, stop); err != nil {
		stop()
		return nil, fmt.Errorf("start the browser %s: %w", path, err)
	}
	return &Browser{ctx, stop}, nil
}

func (b *Browser) close() {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	_ = chromedp.Cancel(ctx) // what is left of it ends with stop
	b.stop()
}

// firstRun runs the actions that bring the browser or the tab of ctx to life.
// These live as long as the context of the first run, so that one can't have a
// deadline; it is stopped from outside instead.
func firstRun(ctx context.Context, stop context.CancelFunc, actions ...chromedp.Action[chromedp.Void]) error {
	timer := time.AfterFunc(patience, stop)
	defer timer.Stop()
	return chromedp.Do(ctx, actions...)
}

// NewPerson opens a window with cookies of its own, which no other person
// shares. It closes when the test ends, before the servers that were started
// earlier in the test: a stream that the page still follows can't hold them up.
//
// A Person belongs to one goroutine; several people may act at the same time.
func (b *Browser) NewPerson(t testing.TB, name string) *Person {
	t.Helper()
	p := open(b.ctx, t, name, chromedp.WithNewBrowserContext())
	t.Cleanup(func() { _ = chromedp.Cancel(p.ctx) }) // a window that is gone already is fine
	t.Cleanup(func() {
		for _, complaint := range p.Complaints() {
			t.Errorf("%s's browser complained: %s", name, complaint)
		}
	})
	return p
}

// InAnotherTab does something in another tab of the person's window, which has the same
// cookies, and closes that tab.
func (p *Person) InAnotherTab(do func(*Person)) {
	p.t.Helper()
	other := open(p.ctx, p.t, p.name+" in another tab")
	do(other)
	for _, complaint := range other.Complaints() {
		p.t.Errorf("%s's browser complained: %s", other.name, complaint)
	}
	if err := chromedp.Cancel(other.ctx); err != nil {
		p.t.Fatalf("close the other tab of %s: %v", p.name, err)
	}
}

func open(parent context.Context, t testing.TB, name string, options ...chromedp.ContextOption) *Person {
	t.Helper()
	p := &Person{Patience: patience, t: t, name: name, journal: journal{news: make(chan struct{}, 1)}}
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(p.journal.listen))...)
	p.ctx = ctx

	// Every window believes that it has the focus, or else only one person
	// at a time could use the keyboard.
	focus := func(ctx context.Context, tab *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, tab, emulation.SetFocusEmulationEnabled,
			emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return chromedp.Void{}, err
	}
	if err := firstRun(ctx, cancel, focus); err != nil {
		cancel()
		t.Fatalf("open a window for %s: %v", name, err)
	}
	p.UseScreen(Screen{})
	return p
}
