package web

import (
	"cmp"
	"net/http"
	"sync"
	"time"

	"go-crablet/intake"
	"go-crablet/lab"
	"go-crablet/web/catalogue"
	"go-crablet/web/decisions"
	"go-crablet/web/held"
	"go-crablet/web/imports"
	"go-crablet/web/lens"
	"go-crablet/web/log"
	"go-crablet/web/news"
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

	// LongestHeld is how long an attempt is held if nobody continues it. 0 is [held.Longest].
	LongestHeld time.Duration
}

// An App is the whole web application.
type App struct {
	http.Handler

	site   *site.Site
	news   *news.Pages
	keeper *held.Keeper
	groups *room.Rooms
	close  func()
}

// New returns the web application. Close it before the stores in its configuration.
func New(config Config) *App {
	s := site.New(config.Config)
	races := race.New(s, config.Theatre)
	news := news.New(s, races)
	keeper := held.NewKeeper(cmp.Or(config.LongestHeld, held.Longest), news.HeldChanged)
	groups := room.New(news.RoomChanged)
	log := log.New(s)
	held := held.New(s, keeper)
	decisions := decisions.New(s, held, log, config.Theatre)
	tour := tour.New(s, held)
	r := rooms{
		site: s, log: log, held: held, decisions: decisions, races: races, news: news, tour: tour,
		catalogue: catalogue.New(s, decisions, log, config.Imports),
		lens:      lens.New(s),
		stage:     stage.New(s),
		workshop:  workshop.New(s, groups, config.Theatre),
		imports:   imports.New(s, decisions, config.Imports, config.Clerk),
	}
	handler := s.Handler(site.Rooms{
		Routes: r.routes(),
		Bars:   []func(*site.Visit) site.Bar{tour.Bar, held.Bar},
		PassOn: keeper.PassOn,
	})
	app := &App{Handler: handler, site: s, news: news, keeper: keeper, groups: groups}
	app.close = sync.OnceFunc(app.end)
	return app
}

// Close ends the news that pages listen to and the decisions that are held, and waits until they
// have ended. It forgets the rooms of workshops. Requests are still answered. A program that stops
// calls Close before it waits for its requests, since news and held decisions last as long as
// somebody looks.
func (a *App) Close() { a.close() }

func (a *App) end() {
	var ending sync.WaitGroup
	ending.Go(a.news.Close)
	ending.Go(a.groups.Close)
	ending.Go(func() {
		if n := a.keeper.Close(); n > 0 {
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
	tour      *tour.Pages
	workshop  *workshop.Pages
}
