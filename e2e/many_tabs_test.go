package e2e

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// countStreams serves a site, and counts the streams of news that are open.
func countStreams(t *testing.T, site *site) (address string, streams *atomic.Int64) {
	t.Helper()
	through := passOn(t, site.url)
	streams = new(atomic.Int64)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/live" {
			streams.Add(1)
			defer streams.Add(-1)
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL, streams
}

// A tab opens a page of the site, some of which are the same and some are not.
func (p student) opensTab(address string, i int) student {
	p.site.t.Helper()
	tab := student{p.NewTab(), p.site}
	tab.Goto(address + []string{"/", "/courses/compilers", "/students/ada", "/log", "/decisions", "/students"}[i%6])
	return tab
}

// actsAsSomebody sends a form that every page has.
func (p student) actsAsSomebody() {
	p.site.t.Helper()
	p.Click(".acting summary")
	p.Submit(".acting button[name=student]")
	require.Equal(p.site.t, 200, p.Status())
}

// manyTabs are more than the six connections to one site that browsers allow.
const manyTabs = 9

// Each tab follows the news, and a form needs a connection, too.
func TestFormsAreAnsweredInManyTabs(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	address, streams := countStreams(t, site)
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	ada.Goto(address + "/courses/compilers")
	var tabs []student
	for i := range manyTabs {
		tabs = append(tabs, ada.opensTab(address, i))
		tabs[i].hearsNews()
	}
	eventually(t, "all share one stream", func() bool { return streams.Load() == 1 })
	for _, tab := range tabs {
		tab.actsAsSomebody()
		tab.hearsNews()
	}

	post(t, site.url+"/courses/compilers/title", "title", "Linkers")
	ada.comesToRead("#h", "Linkers")
	for i, tab := range tabs {
		if i%6 < 2 || i%6 == 3 {
			tab.comesToRead("main", "Linkers")
		}
	}
	ada.Goto("about:blank") // from the first page, which has opened the stream
	for _, tab := range tabs[2:] {
		tab.CloseTab()
	}
	post(t, site.url+"/courses/compilers/title", "title", "Loaders")
	tabs[0].comesToRead("#card-compilers", "Loaders")
	tabs[1].comesToRead("#h", "Loaders")
	eventually(t, "both share one stream", func() bool { return streams.Load() == 1 })
}

// A tab that was opened in the background keeps no connection, and catches up when it is seen.
func TestTabsThatWereNeverSeenHaveNoStream(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	address, streams := countStreams(t, site)
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	ada.Goto(address + "/registrar")
	ada.StayBehind()
	var tabs []student
	for i := range manyTabs {
		tab := student{ada.NewTab(), site}
		tab.StayBehind()
		tab.Goto(address + "/courses/compilers?from=tab-" + strconv.Itoa(i))
		tabs = append(tabs, tab)
	}
	assert.Zero(t, streams.Load())
	post(t, site.url+"/courses/compilers/title", "title", "Linkers")
	last := tabs[len(tabs)-1]
	assert.Equal(t, "Compilers", last.Text("#h"))
	last.LookAt()
	last.comesToRead("#h", "Linkers")
	last.actsAsSomebody()
	assert.LessOrEqual(t, streams.Load(), int64(1))
}

// The stream runs in a process of the browser. When that crashes, the pages start another one,
// and miss nothing.
func TestPagesStartTheirStreamAgainWhenItCrashes(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("compilers")
	ada.hearsNews()
	other := student{ada.NewTab(), site}
	other.looksAtCourse("compilers")
	other.hearsNews()
	ada.CrashWorker(site.url + "/assets/stream.js")
	post(t, site.url+"/courses/compilers/title", "title", "Linkers")
	ada.comesToRead("#h", "Linkers")
	other.comesToRead("#h", "Linkers")
}

// Chrome on Android has no SharedWorker, and shows one tab at a time.
func TestAPageHearsNewsWithoutASharedWorker(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	ada.Lacks("SharedWorker")
	ada.looksAtCourse("compilers")
	ada.hearsNews()
	post(t, site.url+"/courses/compilers/title", "title", "Linkers")
	ada.comesToRead("#h", "Linkers")
	ada.LookAway(func() {
		post(t, site.url+"/courses/compilers/title", "title", "Loaders")
	})
	ada.comesToRead("#h", "Loaders")
	assert.Empty(t, ada.Complaints())
}
