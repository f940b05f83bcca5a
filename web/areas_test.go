package web_test

import (
	"context"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/lab"
	"go-crablet/web"
)

// A live page is told what is new as areas, each of which replaces the element with the same id. An
// area that comes for an element which the page does not have is lost, and the browser's console
// says so. The test opens every page of the route table for everybody, changes all that pages show,
// and compares what each page was when it was opened with what it is told from then on.
func TestEveryAreaThatALivePageIsToldHasItsPlace(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	app := newApp(t, guarded)
	registrar, ada := app.in("registrar"), app.holding("ada", "hold")
	held := ada.holds("/courses/history-of-computing/subscriptions")
	ada.posts(http.StatusSeeOther, held+"/longer", "stop", "1", "for", "ever")
	kofi := app.as("kofi")
	kofi.posts(http.StatusSeeOther, "/courses/compilers/subscriptions")
	taken, err := app.pool.Begin(t.Context()) // the comparison waits for the name of its last schema
	require.NoError(t, err)
	defer taken.Rollback(context.Background())
	_, err = taken.Exec(t.Context(), "create schema "+lab.Strategies()[5].Schema())
	require.NoError(t, err)
	comparison := app.in("registrar").posts(http.StatusSeeOther, "/race/strategies").location
	room := registrar.opensARoom()
	list := registrar.imports("students", strings.Repeat("Zoë\n", 1000)) // this takes a while, and the race would be over
	race := registrar.posts(http.StatusSeeOther, "/race", numbers(3, 1, 1, 3000, 0)...).location
	registrar.posts(http.StatusSeeOther, list+"/start")
	there := strings.NewReplacer(
		"{$}", "", "{course}", "history-of-computing", "{student}", "kofi", "{decision}", app.receipts()[0].ID, "{attempt}", "1", "{position}", "7",
		"{held}", strings.TrimPrefix(held, "/held/"), "{run}", "none", "{room}", room, "{import}", strings.TrimPrefix(list, "/imports/"),
		"{race}", strings.TrimPrefix(race, "/race/"), "{comparison}", strings.TrimPrefix(comparison, "/race/strategies/"),
		"{file}", "app.css", "{path...}", "dcb/append.sql",
	)
	var open []livePage
	live := map[string]bool{} // by pattern
	soonOver := []string{"GET /race/{race}", "GET /imports/{import}"}
	for _, route := range append(soonOver, web.Routes()...) {
		pattern, isPage := strings.CutPrefix(route, "GET ")
		if !isPage || pattern == "/live" {
			continue
		}
		address := there.Replace(pattern)
		require.NotContains(t, address, "{", "say in this test what there is to look at")
		for _, visitor := range []visitor{registrar, ada, app.visitor()} {
			if page, isLive := visitor.opens(t, address); isLive {
				open = append(open, page)
				live[pattern] = true
			}
		}
	}
	require.Len(t, live, 15, "the live pages: %v", live)

	for _, change := range []func(){
		func() {
			kofi.posts(http.StatusSeeOther, "/courses/history-of-computing/subscriptions")
			kofi.posts(http.StatusConflict, "/courses/history-of-computing/subscriptions")
			app.carryOut(courses.DefineCourse{Course: "areas", Title: "Areas", Capacity: 1})
			app.register("sela", "Sela")
			run, running := app.theatre.Comparison(strings.TrimPrefix(comparison, "/race/strategies/"))
			require.True(t, running)
			require.NoError(t, taken.Rollback(t.Context()))
			for _, err := range run.Watch(t.Context()) {
				require.NoError(t, err)
			}
		},
		func() {
			app.carryOut(courses.ChangeCapacity{Course: "history-of-computing", NewCapacity: 1})
			app.carryOut(courses.JoinWaitlist{Student: "mei", Course: "history-of-computing"})
			ada.letsGoOn(held)
		},
		func() {
			app.carryOut(courses.ArchiveCourse{Course: "history-of-computing"})
			app.awaitRaces()
			app.awaitImports()
		},
	} {
		change()
		app.awaitPages()
		for _, page := range open {
			page.isFetchedAgain()
		}
	}

	// What is pushed to everybody is the same for all pages that hear of it. Every page hears of new
	// names, so the last message to each is known.
	app.carryOut(courses.RenameStudent{Student: "omar", NewName: "Omar S."})
	pushed := map[string]int{}
	for _, page := range open {
		page.hearsPushesUntil("type StudentRenamed", pushed)
	}
	require.NotZero(t, pushed["seats"])
	require.NotZero(t, pushed["picture"])
}

// A livePage is a page as somebody has opened it.
type livePage struct {
	visitor visitor
	address string
	ids     map[string]bool
	news    *news // or nil: it asks again by itself
}

var newsOfPage = regexp.MustCompile(` data-news="/live\?([^"]+)"`)

// opens opens a page, and reports whether it is live.
func (v visitor) opens(t *testing.T, address string) (livePage, bool) {
	t.Helper()
	page := livePage{visitor: v, address: address, ids: map[string]bool{}}
	got := v.get(address)
	if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		return page, false
	}
	for _, element := range elementsOf(t, got.body) {
		page.ids[element.id] = true
	}
	if hears := newsOfPage.FindStringSubmatch(got.body); hears != nil {
		news := v.app.listens(t, html.UnescapeString(hears[1]))
		page.news = &news
	}
	return page, page.news != nil || strings.Contains(got.body, ` hx-get="`)
}

// isFetchedAgain fetches the page as its script does. If the answer is another page, the browser
// loads that as a whole.
func (p livePage) isFetchedAgain() {
	t := p.visitor.app.t
	t.Helper()
	got := p.visitor.send(http.MethodGet, p.address, nil, http.Header{"HX-Request": {"true"}})
	if got.status == http.StatusOK {
		p.takes(t, got.body)
	}
}

// hearsPushesUntil takes all that is pushed to the page until it is told of a topic. It counts the
// messages by their names.
func (p livePage) hearsPushesUntil(topic string, pushed map[string]int) {
	t := p.visitor.app.t
	t.Helper()
	for p.news != nil {
		name, data := p.news.next()
		if name == "changed" && strings.Contains(data, topic) {
			return
		}
		if _, fragment, isPush := strings.Cut(data, "<"); isPush {
			p.takes(t, "<"+fragment)
			pushed[name]++
		}
	}
}

// takes requires that each area of what the page is told has its place: on the page, or inside an
// area that has one.
func (p livePage) takes(t testing.TB, told string) {
	t.Helper()
	for _, element := range elementsOf(t, told) {
		placed := p.ids[element.id] || slices.ContainsFunc(element.inside, func(id string) bool { return p.ids[id] })
		assert.True(t, placed || !element.area, "%s is told of #%s, and has no place for it", p.address, element.id)
	}
}

// An element of a page has an id.
type element struct {
	id     string
	area   bool     // it replaces the element that has the same id
	inside []string // the areas around it
}

// elementsOf returns the elements with an id, in their order.
func elementsOf(t testing.TB, page string) (all []element) {
	t.Helper()
	read := xml.NewDecoder(strings.NewReader(page))
	read.Strict, read.AutoClose, read.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var around [][]string // for each element that is open, the areas around what it has
	inside := func() []string {
		if len(around) == 0 {
			return nil
		}
		return around[len(around)-1]
	}
	for {
		token, err := read.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err, page)
		switch token := token.(type) {
		case xml.StartElement:
			found := element{inside: inside()}
			for _, attribute := range token.Attr {
				found.area = found.area || attribute.Name.Local == "hx-swap-oob"
				if attribute.Name.Local == "id" {
					found.id = attribute.Value
				}
			}
			if found.id != "" {
				all = append(all, found)
			}
			if found.area {
				around = append(around, append(slices.Clone(inside()), found.id))
			} else {
				around = append(around, inside())
			}
		case xml.EndElement:
			around = around[:len(around)-1]
		}
	}
}
