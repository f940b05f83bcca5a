package web

import "go-crablet/web/site"

// routes is everything that can be asked for, and by whom.
func (r rooms) routes() []site.Route {
	return []site.Route{
		{Pattern: "GET /{$}", May: site.Anyone, Do: r.catalogue.All, Traits: site.IsPage | site.HasPast},
		{Pattern: "GET /courses/{course}", May: site.Anyone, Do: r.catalogue.Course, Traits: site.IsPage | site.HasPast},
		{Pattern: "GET /courses/{course}/boundary", May: site.Anyone, Do: r.lens.OfCourse, Traits: site.IsPage | site.IsCostly},
		{Pattern: "GET /students", May: site.Anyone, Do: r.catalogue.Students, Traits: site.IsPage | site.HasPast},
		{Pattern: "GET /students/{student}", May: site.Anyone, Do: r.catalogue.Student, Traits: site.IsPage | site.HasPast},
		{Pattern: "GET /students/{student}/boundary", May: site.Anyone, Do: r.lens.OfStudent, Traits: site.IsPage | site.IsCostly},
		{Pattern: "GET /decisions", May: site.Anyone, Do: r.decisions.List, Traits: site.IsPage},
		{Pattern: "GET /decisions/{decision}", May: site.Anyone, Do: r.decisions.Show, Traits: site.IsPage},
		{Pattern: "GET /log", May: site.Anyone, Do: r.log.All, Traits: site.IsPage | site.HasPast},
		{Pattern: "GET /log/{position}", May: site.Anyone, Do: r.log.Event, Traits: site.IsPage | site.HasPast},
		{Pattern: "GET /decisions/{decision}/attempts/{attempt}/test", May: site.Anyone, Do: r.decisions.Test, Traits: site.IsCostly},
		{Pattern: "GET /define-course", May: site.OnlyTheRegistrar, Do: r.catalogue.DefineCourseForm, Traits: site.IsPage},
		{Pattern: "GET /register-student", May: site.Anyone, Do: r.catalogue.RegisterStudentForm, Traits: site.IsPage},
		{Pattern: "GET /registrar", May: site.Anyone, Do: r.site.Registrar, Traits: site.IsPage},
		{Pattern: "GET /session/gap", May: site.Anyone, Do: r.held.Switch, Traits: site.IsPage},
		{Pattern: "GET /held/{held}", May: site.Anyone, Do: r.held.Show, Traits: site.IsPage},
		{Pattern: "GET /race", May: site.Anyone, Do: r.races.List, Traits: site.IsPage},
		{Pattern: "GET /race/strategies", May: site.Anyone, Do: r.races.Strategies, Traits: site.IsPage},
		{Pattern: "GET /race/strategies/{comparison}", May: site.Anyone, Do: r.races.Comparison, Traits: site.IsPage},
		{Pattern: "GET /race/{race}", May: site.Anyone, Do: r.races.Show, Traits: site.IsPage},
		{Pattern: "GET /source/{path...}", May: site.Anyone, Do: r.site.SourceFile, Traits: site.IsPage},

		{Pattern: "POST /session", May: site.Anyone, Do: r.site.ActAs, Traits: 0},
		{Pattern: "POST /session/type", May: site.Anyone, Do: r.site.SetType, Traits: 0},
		{Pattern: "POST /session/gap", May: site.Anyone, Do: r.held.ChooseGap, Traits: 0},
		{Pattern: "POST /tour", May: site.Anyone, Do: r.tour.BeginOrEnd, Traits: 0},
		{Pattern: "POST /held/{held}/continue", May: site.Anyone, Do: r.held.LetGoOn, Traits: 0}, // whoever holds it
		{Pattern: "POST /held/{held}/cancel", May: site.Anyone, Do: r.held.NeverMind, Traits: 0}, // the same
		{Pattern: "POST /registrar", May: site.Anyone, Do: r.site.TakeRole, Traits: 0},
		{Pattern: "POST /registrar/delete", May: site.Anyone, Do: r.site.LeaveRole, Traits: 0},
		{Pattern: "POST /courses", May: site.OnlyTheRegistrar, Do: r.catalogue.DefineCourse, Traits: 0},
		{Pattern: "POST /courses/{course}/title", May: site.OnlyTheRegistrar, Do: r.catalogue.RenameCourse, Traits: 0},
		{Pattern: "POST /courses/{course}/capacity", May: site.OnlyTheRegistrar, Do: r.catalogue.ChangeCapacity, Traits: 0},
		{Pattern: "POST /courses/{course}/archive", May: site.OnlyTheRegistrar, Do: r.catalogue.ArchiveCourse, Traits: 0},
		{Pattern: "POST /students", May: site.Anyone, Do: r.catalogue.RegisterStudent, Traits: 0},
		{Pattern: "POST /students/{student}/name", May: site.OnlyThemselves, Do: r.catalogue.RenameStudent, Traits: 0},
		{Pattern: "POST /students/{student}/forget", May: site.OnlyTheRegistrar, Do: r.catalogue.ForgetStudent, Traits: 0},
		{Pattern: "POST /courses/{course}/subscriptions", May: site.OnlyThemselves, Do: r.catalogue.Subscribe, Traits: 0},
		{Pattern: "POST /courses/{course}/subscriptions/{student}/delete", May: site.OnlyThemselves, Do: r.catalogue.Unsubscribe, Traits: 0},
		{Pattern: "POST /courses/{course}/waitlist", May: site.OnlyThemselves, Do: r.catalogue.JoinWaitlist, Traits: 0},
		{Pattern: "POST /courses/{course}/waitlist/{student}/delete", May: site.OnlyThemselves, Do: r.catalogue.LeaveWaitlist, Traits: 0},
		{Pattern: "POST /decisions/{decision}/pin", May: site.OnlyTheRegistrar, Do: r.decisions.PinReceipt, Traits: 0},
		{Pattern: "POST /runs/{run}/pin", May: site.OnlyTheRegistrar, Do: r.races.PinRun, Traits: 0},
		{Pattern: "GET /runs/{run}/pin", May: site.Anyone, Do: site.To("/race"), Traits: 0},
		{Pattern: "POST /race", May: site.OnlyTheRegistrar, Do: r.races.StartRace, Traits: 0},
		{Pattern: "POST /race/strategies", May: site.OnlyTheRegistrar, Do: r.races.StartComparison, Traits: 0},

		{Pattern: "GET /live", May: site.Anyone, Do: r.news.Live, Traits: 0},
		{Pattern: "GET " + site.HealthPath, May: site.Anyone, Do: r.site.Health, Traits: 0},
		{Pattern: "GET /assets/{file}", May: site.Anyone, Do: r.site.Asset, Traits: 0},
	}
}
