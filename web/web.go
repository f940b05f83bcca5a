package web

import (
	"cmp"
	"net/http"
	"sync"
	"time"

	"go-crablet/intake"
	"go-crablet/lab"
	"go-crablet/underway"
	"go-crablet/web/catalogue"
	"go-crablet/web/decisions"
	"go-crablet/web/held"
	"go-crablet/web/imports"
	"go-crablet/web/lens"
	"go-crablet/web/log"
	"go-crablet/web/news"
	"go-crablet/web/operator"
	"go-crablet/web/race"
	"go-crablet/web/site"
	"go-crablet/web/stage"
	"go-crablet/web/tour"
	"go-crablet/web/workshop"
	"go-crablet/workshop/room"
)

// A Config is what the application needs.
type Config struct {
	site.Config
	Theatre *lab.Theatre
	Imports *intake.Store
	Clerk   *intake.Clerk // carries them out
	// UnderWay has what other processes carry out.
	UnderWay *underway.Store
	// Standing tells how the program and its database stand.
	Standing operator.Source

	// LongestHeld is how long an attempt is held if nobody continues it. 0 is [held.Longest].
	LongestHeld time.Duration
}

// An App is the whole web application.
type App struct {
	http.Handler

	site     *site.Site
	news     *news.Pages
	held     *held.Pages
	keeper   *held.Keeper
	groups   *room.Rooms
	patterns *http.ServeMux // matches a request to a pattern; it never serves
	close    func()
}

// New returns the web application. Close it before the stores in its configuration.
func New(config Config) *App {
	s := site.New(config.Config)
	races := race.New(s, config.Theatre)
	operator := operator.New(s, config.Standing)
	var told *news.Pages // is there before anything is held
	keeper := held.NewKeeper(cmp.Or(config.LongestHeld, held.Longest), func(id string) { told.HeldChanged(id) })
	log := log.New(s)
	held := held.New(s, keeper, config.UnderWay)
	told = news.New(s, races, held, operator)
	groups := room.New(told.RoomChanged)
	decisions := decisions.New(s, held, log, config.Theatre)
	tour := tour.New(s, held)
	r := rooms{
		site: s, log: log, held: held, decisions: decisions, races: races, news: told, tour: tour, operator: operator,
		catalogue: catalogue.New(s, decisions, log, config.Imports),
		lens:      lens.New(s),
		stage:     stage.New(s),
		workshop:  workshop.New(s, groups, config.Theatre),
		imports:   imports.New(s, decisions, config.Imports, config.Clerk),
	}
	handler := s.Handler(site.Rooms{
		Routes: r.routes(),
		Bars:   []func(*site.Visit) site.Bar{tour.Bar, held.Bar},
		PassOn: held.PassOn,
	})
	app := &App{Handler: handler, site: s, news: told, held: held, keeper: keeper, groups: groups, patterns: http.NewServeMux()}
	for _, route := range site.WithWaysBack(r.routes()) {
		app.patterns.Handle(route.Pattern, http.NotFoundHandler())
	}
	app.close = sync.OnceFunc(app.end)
	return app
}

// Pattern returns the pattern of the route that answers a request, such as "GET /courses/{course}",
// or "" if there is no such route. There are few patterns, whatever is asked for.
func (a *App) Pattern(r *http.Request) string {
	_, pattern := a.patterns.Handler(r)
	return pattern
}

// A Stat says what an application is doing. The counts begin when it starts.
type Stat struct {
	Viewers int   // pages that somebody looks at, and that hear of news
	Dropped int64 // viewers that were dropped, since they did not read what they were sent

	// Requests that were turned away because their network asked for too much.
	ThrottledForms, ThrottledPages, ThrottledAttempts int64
}

// Stat returns what the application is doing now.
func (a *App) Stat() Stat {
	throttled := &a.site.Throttled
	return Stat{
		Viewers: a.news.Viewers.Viewers(), Dropped: a.news.Viewers.Dropped(),
		ThrottledForms: throttled.Forms.Load(), ThrottledPages: throttled.CostlyPages.Load(), ThrottledAttempts: throttled.Attempts.Load(),
	}
}

// Close ends the news that pages listen to and the decisions that are held, and waits until they
// have ended. It forgets the rooms of workshops. Requests are still answered. A program that stops
// calls Close before it waits for its requests, since news and held decisions last as long as
// somebody looks.
func (a *App) Close() { a.close() }

// News returns how many pages somebody looks at that hear of news, and the position of the log up
// to which they were told. The position is 0 if nobody looks.
func (a *App) News() (viewers int, told int64) { return a.news.Viewers.Viewers(), a.news.Told() }

func (a *App) end() {
	var ending sync.WaitGroup
	ending.Go(a.news.Close)
	ending.Go(a.groups.Close)
	ending.Go(func() {
		if n := a.held.Close(); n > 0 {
			a.site.Logger.Info("ended what was held before its append, and appended none of it", "decisions", n)
		}
	})
	ending.Wait()
}

// rooms are the handlers of all pages.
type rooms struct {
	site      *site.Site
	catalogue *catalogue.Pages
	decisions *decisions.Pages
	held      *held.Pages
	imports   *imports.Pages
	lens      *lens.Pages
	log       *log.Pages
	races     *race.Pages
	stage     *stage.Pages
	news      *news.Pages
	operator  *operator.Pages
	tour      *tour.Pages
	workshop  *workshop.Pages
}
